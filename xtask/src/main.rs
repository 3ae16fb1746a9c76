//! The repository's own commands: checks, measurements and distribution.
#![forbid(unsafe_code)]

mod arm;
mod bench;
mod budgets;
mod circles;
mod command;
mod dist;
mod docs;
mod faults;
mod full;
mod fuzz;
mod memory;
mod process;
mod quick;
mod steps;
mod test;
mod timings;
mod workspace;

use command::{Arguments, Command, Outcome};
use std::process::ExitCode;

const COMMANDS: &[&Command] = &[
    &quick::COMMAND,
    &test::COMMAND,
    &full::COMMAND,
    &circles::COMMAND,
    &budgets::COMMAND,
    &docs::COMMAND,
    &faults::COMMAND,
    &fuzz::COMMAND,
    &memory::COMMAND,
    &arm::COMMAND,
    &bench::COMMAND,
    &timings::COMMAND,
    &dist::COMMAND,
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", overview());
        return Ok(());
    };
    if matches!(name.as_str(), "--help" | "-h" | "help") {
        println!("{}", overview());
        return Ok(());
    }
    let command = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .ok_or_else(|| format!("there is no command `{name}`; `cargo xtask --help` lists them"))?;
    // What follows `--` is meant for a program that the command runs.
    if rest
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--help" || argument == "-h")
    {
        println!("cargo xtask {}: {}\n\n{}", command.name, command.about, command.help);
        return Ok(());
    }
    (command.run)(Arguments::new(rest))
}

fn overview() -> String {
    let mut text = String::from("The repository's own commands.\n\nUsage: cargo xtask COMMAND [OPTIONS]\n\n");
    for command in COMMANDS {
        text += &format!("  {:<9} {}\n", command.name, command.about);
    }
    text + "\n`cargo xtask COMMAND --help` says more."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_help_that_names_it() {
        for command in COMMANDS {
            let usage = format!("Usage: cargo xtask {}", command.name);
            assert!(command.help.starts_with(&usage), "{}", command.name);
            assert!(overview().contains(command.about), "{}", command.name);
        }
    }

    #[test]
    fn a_wrong_command_is_refused() {
        assert!(run(&["fulll".into()]).unwrap_err().contains("`fulll`"));
        assert!(run(&["test".into(), "--nothing".into()]).unwrap_err().contains("`--nothing`"));
    }
}
