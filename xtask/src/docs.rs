//! `cargo xtask docs`: the documentation of the crates.

use crate::command::{Arguments, Command, Outcome};
use crate::process;

pub(crate) const COMMAND: Command = Command {
    name: "docs",
    about: "build the documentation of the crates; warnings are errors",
    help: "\
Usage: cargo xtask docs [--open]

Options:
  --open  show it in a browser",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let open = arguments.flag("--open");
    arguments.finish()?;
    let mut command = command();
    if open {
        command.arg("--open");
    }
    process::run(&mut command)
}

/// Returns the command that builds the documentation.
pub(crate) fn command() -> std::process::Command {
    let mut command = process::cargo(&["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}
