//! `cargo xtask full`: everything that must hold before a change lands.

use crate::command::{Arguments, Command, Outcome};
use crate::steps::{self, Output, Step};
use crate::{budgets, circles, docs, faults, process, quick, test, workspace};
use std::path::PathBuf;

pub(crate) const COMMAND: Command = Command {
    name: "full",
    about: "check everything: what runs before a change lands",
    help: "\
Usage: cargo xtask full [--one-by-one]

Formatting, import circles, crate counts, licences (where cargo-deny is installed), lints, documentation, tests, exchange with
other programs, a sample of faults of the disk, pages in a browser, the Python package, sizes. What needs the release build, a browser or Python runs beside the
rest; what it prints is shown at the end.

Options:
  --one-by-one  one step after another, all output as it comes",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let one_by_one = arguments.flag("--one-by-one");
    arguments.finish()?;
    let scratch = workspace::scratch()?;
    let mut lane = vec![
        Step::new("formatting", quick::formatting),
        Step::new("import circles", |_| circles::check()),
        Step::new("crate counts", |_| budgets::check_crates()),
        Step::new("shared crates", |_| budgets::check_shared()),
        Step::new("licences", licences),
        Step::new("lints", lints),
        Step::new("documentation", |output| output.run(&mut docs::command())),
        Step::new("tests", |output| output.run(&mut test::command())),
    ];
    let mut beside = vec![
        Step::new("environments", environments),
        Step::new("release build", release_build),
        Step::new("pages in a browser", pages),
        Step::new("Python package", python_package),
    ];
    if one_by_one {
        lane.append(&mut beside);
    }
    // Programs that the tests have built are used here.
    lane.push(Step::new("faults", |_| sample_of_faults()).after(&["tests"]));
    lane.push(Step::new("exchange", exchange).after(&["tests", "environments"]));
    lane.push(Step::new("sizes", |_| budgets::check_sizes(true)).after(&["release build", "Python package"]));
    steps::run(lane, beside, &scratch)
}

fn licences(output: &Output) -> Outcome {
    if !process::is_installed(&mut process::cargo(&["deny", "--version"])) {
        println!("cargo-deny is not installed: licences and sources were not checked");
        return Ok(());
    }
    output.run(&mut process::cargo(&["deny", "check", "licenses", "sources", "bans"]))
}

fn lints(output: &Output) -> Outcome {
    output.run(&mut process::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The scripts that test with other programs, and how each is called here.
#[derive(Clone, Copy)]
enum Script {
    Exchange,
    Pages,
    Python,
}

impl Script {
    fn command(self, arguments: &[&str]) -> std::process::Command {
        let (path, name) = match self {
            Self::Exchange => ("conformance/interchange/test.sh", "interchange"),
            Self::Pages => ("conformance/browser/test.sh", "browser"),
            Self::Python => ("crates/python/test.sh", "python"),
        };
        let mut command = process::program("bash", &[path]);
        command.args(arguments);
        // The Python environment outlives the script, so that it can be made beforehand.
        command.env("THALWEG_ENVIRONMENT", workspace::target().join("xtask/environments").join(name));
        command
    }
}

/// Installs what the scripts need; this waits for the network while others compile.
fn environments(output: &Output) -> Outcome {
    for script in [Script::Pages, Script::Python, Script::Exchange] {
        output.run(&mut script.command(&["prepare"]))?;
    }
    Ok(())
}

fn release_build(output: &Output) -> Outcome {
    output.run(&mut process::cargo(&["build", "--release", "--locked", "--quiet"]))
}

fn pages(output: &Output) -> Outcome {
    output.run(Script::Pages.command(&[]).env("THALWEG_COMMAND", program("release", "thalweg")))
}

fn python_package(output: &Output) -> Outcome {
    let mut command = Script::Python.command(&[]);
    command.env("THALWEG_WHEELS", workspace::wheels());
    output.run(&mut command)
}

fn exchange(output: &Output) -> Outcome {
    let mut command = Script::Exchange.command(&[]);
    command.env("THALWEG_COMMAND", program("debug", "thalweg"));
    command.env("THALWEG_NETWORKS", program("debug", "examples/interchange"));
    output.run(&mut command)
}

/// Faults that are tried before a change lands; all of them take hours.
const FAULTS: usize = 150;

fn sample_of_faults() -> Outcome {
    if !cfg!(target_os = "linux") || !process::is_installed(&mut process::program("cc", &["--version"])) {
        println!("faults are injected on Linux, with a C compiler: not tried");
        return Ok(());
    }
    faults::check(Some(program("debug", "thalweg")), Some(FAULTS), 1, None)
}

/// Returns where Cargo leaves a program.
fn program(profile: &str, name: &str) -> PathBuf {
    workspace::target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
