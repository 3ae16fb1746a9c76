//! Standard output: results only, as text or as JSON. Everything else goes to [standard error](crate::stderr).

use crate::failure::Failure;
use serde::Serialize;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use thalweg_kit::visible;

/// Prints a line. Names of strangers in it steer no terminal.
pub(crate) fn line(text: impl Display) -> Result<(), Failure> {
    drawing(visible(&text.to_string()))
}

/// Prints a line with escape sequences of ours.
pub(crate) fn drawing(text: impl Display) -> Result<(), Failure> {
    written(writeln!(std::io::stdout().lock(), "{text}"))
}

/// Returns the columns that a table may take: those of a terminal that nobody has made wider, and any number where no terminal
/// shows it, so that what reads lines finds whole ones.
pub(crate) fn width() -> usize {
    if std::io::stdout().is_terminal() { 80 } else { usize::MAX }
}

/// Prints `value` as indented JSON; numbers that are not finite become null.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(serde_json::to_string_pretty(value)?)
}

fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::OutputClosed),
        Err(error) => Err(Failure::new(format!("cannot write to standard output: {error}"))),
    }
}
