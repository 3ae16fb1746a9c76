//! `cargo xtask arm`: the numerical crates on ARM64, emulated.

use crate::command::{Arguments, Command, Outcome};
use crate::process;

pub(crate) const COMMAND: Command = Command {
    name: "arm",
    about: "test the numerical crates for ARM64, through an emulator",
    help: "\
Usage: cargo xtask arm [-- ARGUMENTS]

Builds the tests of lanes, arena, optim and nn for Linux on ARM64 and runs them in QEMU's user emulation; once per release. What follows
-- goes to `cargo test`. Needs Linux, the standard library for the target, a linker for it, and QEMU.",
    run,
};

const TARGET: &str = "aarch64-unknown-linux-gnu";
const LINKER: &str = "aarch64-linux-gnu-gcc";
const EMULATOR: &str = "qemu-aarch64";
/// Where the C library for the target is, on Debian and its relatives.
const LIBRARY: &str = "/usr/aarch64-linux-gnu";

fn run(arguments: Arguments) -> Outcome {
    let lacking = lacking();
    if !lacking.is_empty() {
        return Err(format!("this needs more than is installed: {}", lacking.join("; ")));
    }
    let mut given = arguments.rest();
    if given.first().is_some_and(|first| first == "--") {
        given.remove(0);
    }
    let mut command = process::cargo(&["test", "--locked", "--target", TARGET]);
    for package in ["thalweg-lanes", "thalweg-arena", "thalweg-optim", "thalweg-nn"] {
        command.args(["-p", package]);
    }
    command.args(given);
    command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER);
    command.env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", format!("{EMULATOR} -L {LIBRARY}"));
    process::run(&mut command)
}

/// What is not there, each with the command that installs it.
fn lacking() -> Vec<String> {
    let installed = process::output(&mut process::program("rustup", &["target", "list", "--installed"]))
        .unwrap_or_default();
    let has = |program: &str| process::is_installed(&mut process::program(program, &["--version"]));
    [
        (installed.lines().any(|line| line == TARGET), format!("`rustup target add {TARGET}`")),
        (has(LINKER), format!("{LINKER} (Debian: `apt-get install gcc-aarch64-linux-gnu`)")),
        (has(EMULATOR), format!("{EMULATOR} (Debian: `apt-get install qemu-user`)")),
    ]
    .into_iter()
    .filter_map(|(there, what)| (!there).then_some(what))
    .collect()
}
