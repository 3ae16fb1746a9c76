//! The options that all commands that run experiments have in common.

use crate::commands::predict::at_least_one;
use crate::experiment::SourceArguments;
use crate::failure::Failure;
use crate::writing::Overwriting;
use std::path::PathBuf;
use thalweg::lab::experiment::{Document, Experiment, RawProblem, given};
use thalweg::workloads::engine::vocabulary;

/// The options that all commands that run experiments have in common.
#[derive(clap::Args, Default)]
pub(crate) struct Common {
    /// Only these problems of the experiment, or any function or data set by name
    #[arg(long, value_delimiter = ',', value_name = "PROBLEMS")]
    pub(super) problem: Vec<String>,
    /// What all randomness follows from
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Training runs at the same time; the results do not depend on it [default: all cores]
    #[arg(long, value_parser = at_least_one)]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    #[command(flatten)]
    pub(crate) overwriting: Overwriting,
    /// Where report and results go [default: a folder in thalweg-out of this command, experiment and rule]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Open the report in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Print the whole result as JSON, and progress as a line of JSON for each run on standard error
    #[arg(long)]
    pub(crate) json: bool,
}

impl Common {
    /// Returns the experiment of a file, changed by these options.
    pub(crate) fn lay_over(&self, mut document: Document) -> Result<Experiment, Failure> {
        let raw = &mut document.raw;
        if !self.problem.is_empty() {
            let known: Vec<RawProblem> = match (&raw.problem, &raw.problems) {
                (Some(problem), _) => vec![problem.get_ref().clone()],
                (None, Some(problems)) => {
                    problems.get_ref().iter().map(|one| one.get_ref().clone()).collect()
                }
                (None, None) => Vec::new(),
            };
            let chosen = self.problem.iter().map(|name| given(choose(&known, name))).collect();
            raw.problem = None;
            raw.problems = Some(given(chosen));
        }
        if let Some(seed) = self.seed {
            raw.seed = Some(given(seed));
        }
        Ok(document.check(&vocabulary())?)
    }
}

/// The experiment's own problem of this name, or a new one on the function or data set called so.
fn choose(known: &[RawProblem], name: &str) -> RawProblem {
    let called = |problem: &RawProblem| {
        [&problem.name, &problem.function, &problem.dataset]
            .into_iter()
            .flatten()
            .any(|text| text.get_ref() == name)
    };
    if let Some(problem) = known.iter().find(|problem| called(problem)) {
        return problem.clone();
    }
    let is_function = vocabulary().functions.iter().any(|function| function.name == name);
    let text = Some(given(name.to_string()));
    match is_function {
        true => RawProblem { function: text, ..RawProblem::default() },
        false => RawProblem { dataset: text, ..RawProblem::default() },
    }
}

/// Returns the number of threads asked for, or one for each core.
pub(crate) fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
