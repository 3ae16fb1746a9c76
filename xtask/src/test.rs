//! `cargo xtask test`: the tests of the workspace.

use crate::command::{Arguments, Command, Outcome};
use crate::process;

pub(crate) const COMMAND: Command = Command {
    name: "test",
    about: "run all tests of the workspace",
    help: "\
Usage: cargo xtask test

Runs `cargo test --workspace --locked`.",
    run,
};

fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    process::run(&mut command())
}

/// Returns the command that runs all tests.
pub(crate) fn command() -> std::process::Command {
    process::cargo(&["test", "--workspace", "--locked"])
}
