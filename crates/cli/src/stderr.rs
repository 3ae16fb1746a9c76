//! Standard error: everything that is not a result.

use std::fmt::Display;
use std::io::Write;
use thalweg_kit::visible;

/// Prints a line on standard error. An error is ignored: work goes on if nobody reads there. Names of strangers in it steer no
/// terminal.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(&text.to_string()));
}
