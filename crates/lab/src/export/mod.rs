//! Results for other programs: CSV, JSON lines, TensorBoard, Optuna.
//!
//! CSV and JSON lines hold every run of an experiment, once for each stage it serves; TensorBoard gets the curves of the final
//! runs; Optuna a study for each rule and problem, with the trials of its search. A summary has mean, spread and interval of each
//! rule's final runs.

mod optuna;
mod summary;
mod table;
mod tensorboard;

pub use optuna::optuna_journal;
pub use summary::{ProblemSummary, RuleSummary, TargetSummary, summaries, summary_csv};
pub use table::{csv, json_lines};
pub use tensorboard::{event_file, tensorboard};

use crate::experiment::Metric;
use crate::outcome::Outcome;
use std::collections::BTreeMap;

/// A stored result, with what it is the result of.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What its experiment is called; empty if that is not known.
    pub experiment: String,
    /// The [hash](crate::store::Origin::hash) of the experiment; empty if that is not known.
    pub experiment_hash: String,
    /// The cell's name.
    pub id: String,
    /// The problem's name; `problem 0` and so on where the experiment is not known.
    pub problem: String,
    /// How the run is judged, if that is known.
    pub metric: Option<Metric>,
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
    /// The run ended after one part in so many of its steps, if that is known; 1 is a whole run.
    pub divisor: Option<u32>,
    /// The result.
    pub outcome: Outcome,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Curve;

    pub(super) fn record() -> Record {
        Record {
            experiment: "mine, too".into(),
            experiment_hash: "0123456789ab".into(),
            id: "ab".into(),
            problem: "digits".into(),
            metric: Some(Metric::Accuracy),
            label: "adam, mine".into(),
            rule: "adam".into(),
            dialect: "torch".into(),
            hyperparameters: BTreeMap::from([("beta1".into(), 0.9), ("learning_rate".into(), 0.001)]),
            seed: 7,
            stage: "final".into(),
            divisor: Some(1),
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
