//! Programs that an experiment names are started only by who asked for it.

use crate::failure::Failure;
use crate::language::words;
use crate::stderr;
use std::io::{BufRead, IsTerminal};
use thalweg::lab::experiment::{Experiment, Workload};
use thalweg_kit::shell_word;

/// Leave to start programs that stand in a results file, or in an experiment that is only looked at.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// Start the programs that the experiment names, without asking
    #[arg(long)]
    pub(crate) run_programs: bool,
}

/// Makes sure that the programs of an experiment may be started: they were allowed on the command line, or by an answer at the
/// terminal. `origin` says where the experiment stands.
///
/// # Errors
/// If they may not.
pub(crate) fn ask(experiment: &Experiment, origin: &str, consent: Consent) -> Result<(), Failure> {
    let programs: Vec<String> = experiment
        .problems
        .iter()
        .filter_map(|problem| match &problem.workload {
            Workload::Program(program) => Some((&problem.name, &program.program)),
            Workload::Command(training) => Some((&problem.name, &training.command)),
            Workload::Function(_) | Workload::Training(_) => None,
        })
        .map(|(name, words)| {
            let command: Vec<String> = words.iter().map(shell_word).collect();
            format!("  {name}: {}", command.join(" "))
        })
        .collect();
    if programs.is_empty() || consent.run_programs {
        return Ok(());
    }
    let programs = words().names_programs(origin, &programs.join("\n"));
    let stdin = std::io::stdin();
    if stdin.is_terminal() && std::io::stderr().is_terminal() {
        stderr::note(format!("{programs}\n{}", words().start_them()));
        let mut answer = String::new();
        stdin.lock().read_line(&mut answer)?;
        if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
            return Ok(());
        }
        return Err(Failure::new("nothing was started"));
    }
    Err(Failure::new(format!("{programs}\nhelp: look at them first, then add --run-programs to allow it")))
}
