//! Standard error: everything that is not a result.

use std::fmt::Display;
use std::io::Write;
use thalweg_kit::{bounded, visible};

/// The most characters of a message: what quotes a file of strangers may be of any length.
const MOST: usize = 8_000;

/// Prints a line on standard error. An error is ignored: work goes on if nobody reads there. Names of strangers in it steer no
/// terminal.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(&bounded(&text.to_string(), MOST)));
}
