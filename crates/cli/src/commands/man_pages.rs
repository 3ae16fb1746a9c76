//! `thalweg man-pages`: the help of every command as a manual page.

use crate::failure::{Context, Failure};
use clap::Command;
use std::path::PathBuf;

/// Write a manual page for each command
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  thalweg man-pages ~/.local/share/man/man1; man thalweg-compare")]
pub(crate) struct Arguments {
    /// The folder in which the pages are written, one file a command
    directory: PathBuf,
}

pub(crate) fn run(arguments: Arguments, command: Command) -> Result<(), Failure> {
    let directory = &arguments.directory;
    let doing = format!("cannot write manual pages in {}", directory.display());
    std::fs::create_dir_all(directory).context(&doing)?;
    clap_mangen::generate_to(command, directory).context(&doing)
}
