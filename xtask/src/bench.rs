//! `cargo xtask bench`: the benchmarks.

use crate::command::{Arguments, Command, Outcome};
use crate::process;

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    about: "run the benchmarks",
    help: "\
Usage: cargo xtask bench [-- ARGUMENTS]

Runs `python3 bench/run.py ARGUMENTS`; bench/README.md says what there is, and `cargo xtask bench -- --help` lists the options.",
    run,
};

fn run(arguments: Arguments) -> Outcome {
    let mut given = arguments.rest();
    if given.first().is_some_and(|first| first == "--") {
        given.remove(0);
    }
    process::run(process::program("python3", &["bench/run.py"]).args(given))
}
