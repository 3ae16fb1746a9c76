//! Standard error: everything that is not a result.

use std::fmt::Display;
use std::io::Write;

/// Prints a line on standard error. An error is ignored: work goes on if nobody reads there.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
