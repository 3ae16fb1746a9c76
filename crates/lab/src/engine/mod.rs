//! Cells carried out: the bridge from the protocol to rules, data and training.

mod function;
mod predictions;
mod training;
mod vocabulary;

pub use training::{load_dataset, settings, specification};
pub use vocabulary::vocabulary;

use crate::cell::Cell;
use crate::experiment::{Experiment, FunctionProblem, TrainingProblem, Workload};
use crate::outcome::Outcome;
use crate::protocol::Runner;
use std::sync::atomic::AtomicBool;
use thalweg_data::{Dataset, Source};

/// Runs cells of one experiment on rules, functions and networks of this program.
pub struct Engine {
    problems: Vec<Prepared>,
}

enum Prepared {
    Function(FunctionProblem),
    /// The problem, its data and their digest.
    Training(TrainingProblem, Box<Dataset>, String),
}

impl Engine {
    /// Loads every data set that `experiment` names, once.
    ///
    /// # Errors
    /// A data set that is missing or broken, with what to do.
    pub fn new(experiment: &Experiment, source: &Source) -> Result<Self, thalweg_data::Error> {
        let mut problems = Vec::new();
        for problem in &experiment.problems {
            problems.push(match &problem.workload {
                Workload::Function(function) => Prepared::Function(function.clone()),
                Workload::Training(training) => {
                    let dataset = load_dataset(training, source)?;
                    if dataset.validation.is_empty() {
                        return Err(thalweg_data::Error::Options {
                            name: dataset.name,
                            message: "a comparison chooses learning rates on validation examples, and there are none; \
                                      set `validation` to how many training examples to keep for it"
                                .into(),
                        });
                    }
                    let digest = dataset.digest();
                    Prepared::Training(training.clone(), Box::new(dataset), digest)
                }
            });
        }
        Ok(Self { problems })
    }

    /// The data of problem `index`, if it is one of training.
    pub fn dataset(&self, index: usize) -> Option<&Dataset> {
        match self.problems.get(index)? {
            Prepared::Training(_, dataset, _) => Some(dataset),
            Prepared::Function(_) => None,
        }
    }
}

impl Runner for Engine {
    fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, String> {
        match &self.problems[cell.problem] {
            Prepared::Function(problem) => function::run(problem, cell, unseal_test),
            Prepared::Training(problem, dataset, _) => {
                training::run(problem, dataset, cell, unseal_test, stop)
            }
        }
    }

    fn fingerprint(&self, problem: usize) -> String {
        match self.problems.get(problem) {
            Some(Prepared::Training(_, _, digest)) => digest.clone(),
            Some(Prepared::Function(_)) | None => String::new(),
        }
    }

    fn test_examples(&self, problem: usize) -> Option<usize> {
        self.dataset(problem).map(|dataset| dataset.test.len())
    }
}
