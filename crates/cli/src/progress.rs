//! Progress on standard error: a bar on a terminal, a line for each stage otherwise; less or more if asked.

use crate::language::{Language, words};
use crate::stderr;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::sync::{Mutex, OnceLock, PoisonError};
use thalweg::report::Words;
use thalweg_kit::visible;

/// How much of the progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// None: errors and warnings only.
    Quiet,
    /// A bar on a terminal, a line for each stage otherwise.
    #[default]
    Stages,
    /// A line for each run, too.
    Runs,
}

static VERBOSITY: OnceLock<Verbosity> = OnceLock::new();

impl Verbosity {
    /// Sets how much is shown, once for the whole program.
    pub(crate) fn set(self) {
        VERBOSITY.get_or_init(|| self);
    }

    /// Returns how much is shown.
    pub(crate) fn get() -> Self {
        VERBOSITY.get().copied().unwrap_or_default()
    }
}

/// A bar, or lines where a bar would be unreadable.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    verbosity: Verbosity,
}

impl Progress {
    /// Creates a bar over `total` units of work with the time left; lines if standard error is not a terminal.
    pub(crate) fn new(total: u64) -> Self {
        let verbosity = Verbosity::get();
        let shown = verbosity > Verbosity::Quiet && std::io::stderr().is_terminal();
        let bar = shown.then(|| {
            let bar = ProgressBar::new(total);
            let left = words().time_left_of_a_bar();
            let template = format!("{{bar:30}} {{pos}}/{{len}} {{percent}}% {{eta}} {left}  {{wide_msg}}");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
            }
            bar
        });
        Self { bar, verbosity }
    }

    /// Returns whether there is a bar, which says how much work there is.
    pub(crate) fn is_bar(&self) -> bool {
        self.bar.is_some()
    }

    /// Sets how much is done and what the bar says.
    pub(crate) fn at(&self, done: u64, total: u64, message: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
            bar.set_message(visible(&message()).into_owned());
        }
    }

    /// Prints the line of a stage that begins.
    pub(crate) fn stage(&self, text: &str) {
        if self.verbosity >= Verbosity::Stages {
            self.line(text);
        }
    }

    /// Prints the line of a run, if lines for runs were asked for.
    pub(crate) fn run(&self, text: impl FnOnce() -> String) {
        if self.verbosity >= Verbosity::Runs {
            self.line(&text());
        }
    }

    /// Prints a line about what happens within a stage: above the bar, or if lines for runs were asked for.
    pub(crate) fn remark(&self, text: impl FnOnce() -> String) {
        if self.bar.is_some() || self.verbosity >= Verbosity::Runs {
            self.line(&text());
        }
    }

    /// Prints a line that stays, however little was asked for: above the bar, or by itself.
    pub(crate) fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(visible(text)),
            None => stderr::note(text),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The progress of a command whose stages are counted in runs of its own, on any number of threads.
pub(crate) struct Steps {
    progress: Progress,
    /// Lines of JSON in place of a bar and words.
    json: bool,
    /// Locked while a line is printed, so that lines come in the order in which runs are counted.
    at: Mutex<At>,
}

/// How far a stage is.
#[derive(Default)]
struct At {
    stage: &'static str,
    done: usize,
    total: usize,
}

impl Steps {
    /// Creates the progress of stages that are still to come.
    pub(crate) fn new(json: bool) -> Self {
        Self { progress: Progress::new(0), json, at: Mutex::default() }
    }

    /// Returns the words for what is going on: those of programs that read JSON are always the same.
    pub(crate) fn words(&self) -> &'static dyn Words {
        if self.json { Language::English.words() } else { words() }
    }

    /// Begins a stage of so many runs; of 0, if it is one piece of work.
    pub(crate) fn stage(&self, about: &str, stage: &'static str, runs: usize) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = At { stage, done: 0, total: runs };
        if self.json {
            return in_json(&json!({ "event": "stage", "about": about, "stage": stage, "runs": runs }));
        }
        self.progress.at(0, runs.max(1) as u64, || stage.to_string());
        self.progress.stage(&words().stage_of_runs(about, stage, runs));
    }

    /// Takes note of a run that is done.
    pub(crate) fn run(&self, text: impl FnOnce() -> String) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.done += 1;
        let At { stage, done, total } = *at;
        let run = text();
        if self.json {
            return in_json(
                &json!({ "event": "run", "stage": stage, "run": run, "done": done, "total": total }),
            );
        }
        self.progress.at(done as u64, total as u64, || format!("{stage}: {run}"));
        self.progress.run(|| format!("{done}/{total} {stage}: {run}"));
    }
}

fn in_json(event: &Value) {
    if Verbosity::get() > Verbosity::Quiet {
        stderr::note(event);
    }
}
