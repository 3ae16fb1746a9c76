//! `thalweg compare`: which rule, at which learning rate, and how sure are we?

mod browser;
mod common;
mod conduct;
mod dry_run;
mod further;
mod options;
mod run;
mod show;

pub(super) use browser::open;
pub(super) use common::{Common, threads};
pub(super) use conduct::conduct;
pub(super) use options::Comparing;
pub(super) use run::run_comparison;

use crate::experiment::SourceArguments;
use crate::failure::Failure;
use crate::folder::Job;
use crate::writing::Overwriting;
use std::path::PathBuf;
use thalweg::lab::experiment::{Document, Experiment, RawRule, given};

/// Compare update rules fairly: tune each, confirm on fresh seeds, and say what can be concluded
#[derive(clap::Args, Default)]
#[command(after_help = "\
Without an experiment file, six rules are compared on the bowl x²/20 + y² and on handwritten digits. The results are kept: the \
same command again runs only what is missing.

Examples:
  thalweg compare
  thalweg compare --rules sgd,adam --problem digits --seed 2
  thalweg compare experiments/mnist.toml --data ~/data --threads 2 --out results --open")]
pub(crate) struct Arguments {
    /// An experiment file; the options below change it
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rules, such as sgd,momentum,adam (`thalweg list rules`)
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    rules: Vec<String>,
    #[command(flatten)]
    comparing: Comparing,
}

/// The experiment that is compared if none is named; `experiments/notes.toml` is a link to it.
const MAIN_JOB: &str = include_str!("../notes.toml");

impl Arguments {
    /// Returns the arguments of `thalweg` without a command.
    pub(crate) fn main_job() -> Self {
        Self::default()
    }

    /// Returns the arguments with which `thalweg run` handles an experiment that is no study.
    pub(super) fn of(
        experiment: PathBuf,
        threads: Option<usize>,
        source: SourceArguments,
        (out, overwriting): (Option<PathBuf>, Overwriting),
        (open, json): (bool, bool),
    ) -> Self {
        // The command to repeat it compares this one file.
        let mut rerun = vec!["compare".to_string(), experiment.display().to_string()];
        rerun.extend(out.iter().flat_map(|out| ["--out".to_string(), out.display().to_string()]));
        let common = Common { threads, source, overwriting, out, open, json, ..Common::default() };
        let comparing = Comparing { common, at_most: 1, rerun: Some(rerun), ..Comparing::default() };
        Self { experiment: Some(experiment), rules: vec![], comparing }
    }

    fn experiment(&self) -> Result<Experiment, Failure> {
        let mut document = match &self.experiment {
            Some(path) => Document::read(path)?,
            // What is wrong with it came from the options: no file is named.
            None => Document::parse("", MAIN_JOB)?,
        };
        let raw = &mut document.raw;
        if !self.rules.is_empty() {
            let rules = self.rules.iter().map(|name| given(RawRule::Name(name.clone()))).collect();
            raw.rules = Some(given(rules));
        }
        self.comparing.lay_over(document)
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let experiment = arguments.experiment()?;
    let job = Job { command: "", file: arguments.experiment.as_deref(), words: vec![&experiment.name] };
    run_comparison(&experiment, &arguments.comparing, &job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_job_is_a_sound_experiment() {
        let experiment = Arguments::main_job().experiment().unwrap();
        let rules: Vec<&str> = experiment.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(rules, ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]);
        let problems: Vec<&str> = experiment.problems.iter().map(|problem| problem.name.as_str()).collect();
        assert_eq!(problems, ["bowl", "digits"]);
    }

    #[test]
    fn a_problem_is_taken_from_the_experiment_or_made_from_its_name() {
        let with = |problem: Vec<String>| {
            let common = Common { problem, ..Common::default() };
            Arguments { comparing: Comparing { common, ..Comparing::default() }, ..Arguments::default() }
        };
        let experiment = with(vec!["bowl".into(), "moons".into()]).experiment().unwrap();
        let problems: Vec<&str> = experiment.problems.iter().map(|problem| problem.name.as_str()).collect();
        assert_eq!(problems, ["bowl", "moons"]);
        let Err(Failure::Error(message)) = with(vec!["mnits".into()]).experiment() else {
            panic!("mnits is no problem")
        };
        assert!(message.contains("mnist"), "{message}");
    }
}
