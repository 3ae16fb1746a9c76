//! Standard error: everything that is not a result.

use std::fmt::Display;
use std::io::Write;

/// Says something on standard error. Nobody may be reading there; that is no reason to stop working.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
