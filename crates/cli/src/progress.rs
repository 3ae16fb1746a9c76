//! Progress on standard error: a bar on a terminal, plain lines otherwise.

use crate::stderr;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// A bar, or lines where a bar would be unreadable.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Creates a bar over `total` units of work with the time left; lines if standard error is not a terminal.
    pub(crate) fn new(total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(total);
            let template = "{bar:30} {pos}/{len} {percent}% {eta} left  {wide_msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
            }
            bar
        });
        Self { bar }
    }

    /// Sets how much is done and what the bar says.
    pub(crate) fn at(&self, done: u64, total: u64, message: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(message());
        }
    }

    /// Prints a line that stays: above the bar, or by itself.
    pub(crate) fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => stderr::note(text),
        }
    }

    /// Returns whether there is a bar, so that fewer lines are needed.
    pub(crate) fn is_bar(&self) -> bool {
        self.bar.is_some()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
