//! Showing a page in the browser.

use crate::failure::{Context, Failure};
use std::path::Path;
use std::process::{Command, Stdio};

/// Opens a page in the browser.
///
/// # Errors
/// If the program that opens files cannot be started.
pub(crate) fn open(path: &Path) -> Result<(), Failure> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command =
        if cfg!(target_os = "windows") { Command::new("explorer") } else { Command::new(opener) };
    let started = command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.context(format!("opening {} in the browser (open it by hand)", path.display())).map(drop)
}
