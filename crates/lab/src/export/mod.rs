//! Results for other programs: CSV, JSON lines, TensorBoard, Optuna.
//!
//! CSV and JSON lines hold every cell of a results file; TensorBoard gets the curves of the final runs; Optuna a study for each
//! rule and problem, with the trials of its search.

mod optuna;
mod table;
mod tensorboard;

pub use optuna::optuna_journal;
pub use table::{csv, json_lines};
pub use tensorboard::{event_file, tensorboard};

use crate::experiment::Experiment;
use crate::outcome::Outcome;
use std::collections::BTreeMap;

/// A stored result, with what it is the result of.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The cell's name.
    pub id: String,
    /// Which of the experiment's problems.
    pub problem: usize,
    /// What the rule is called.
    pub label: String,
    /// The rule.
    pub rule: String,
    /// Whose form of it.
    pub dialect: String,
    /// All hyper-parameters.
    pub hyperparameters: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// What the run was for: `tuning`, `confirmation`, `final` or `default`.
    pub stage: String,
    /// The result.
    pub outcome: Outcome,
}

impl Record {
    /// The name of its problem; its number where the experiment is not known.
    fn problem_name(&self, experiment: Option<&Experiment>) -> String {
        let known = experiment.and_then(|experiment| experiment.problems.get(self.problem));
        known.map_or_else(|| format!("problem {}", self.problem), |problem| problem.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Curve;

    pub(super) fn record() -> Record {
        Record {
            id: "ab".into(),
            problem: 0,
            label: "adam, mine".into(),
            rule: "adam".into(),
            dialect: "torch".into(),
            hyperparameters: BTreeMap::from([("beta1".into(), 0.9), ("learning_rate".into(), 0.001)]),
            seed: 7,
            stage: "final".into(),
            outcome: Outcome {
                validation: 0.5,
                validation_curve: Curve { steps: vec![10, 20], values: vec![0.25, 0.5] },
                training_loss: Curve { steps: vec![10], values: vec![f32::NAN] },
                test: Some(0.4),
                unsealed: true,
                diverged_at: None,
                steps_to_target: None,
                seconds_per_step: 1e-6,
                inside: Default::default(),
                predictions: vec![],
                correct: vec![],
            },
        }
    }
}
