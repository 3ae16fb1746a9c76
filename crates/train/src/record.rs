//! The record of a run: a curve of its evaluations.

use crate::{Diagnostics, Evaluation};
use serde::{Deserialize, Serialize};

/// One evaluation of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Updates done.
    pub step: u64,
    /// Examples drawn, in multiples of the training set.
    pub epoch: f64,
    /// Mean loss of the batches since the evaluation before, each measured before its update; none before the first.
    pub batch_loss: Option<f64>,
    /// On the training examples, if they are evaluated.
    pub training: Option<Evaluation>,
    /// On the validation examples, if there are any.
    pub validation: Option<Evaluation>,
    /// The learning rate of the last update.
    pub learning_rate: Option<f64>,
    /// Seconds spent in updates so far; evaluations are not counted.
    pub seconds: f64,
}

/// The curve of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Every evaluation, in order; the first is before the first update.
    pub points: Vec<Point>,
    /// The update whose loss was not finite or had stayed above four times the first loss for a whole window.
    pub diverged_at: Option<u64>,
    /// The diagnostics of every evaluation, if they are recorded ([`crate::Trainer::set_diagnostics`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostics>,
}

impl Record {
    /// Returns the latest evaluation.
    pub fn last(&self) -> Option<&Point> {
        self.points.last()
    }

    /// Returns the number of updates until the validation loss was first at most `target`, to the resolution of the
    /// evaluations; `None` if it never was.
    pub fn steps_to(&self, target: f64) -> Option<u64> {
        self.points
            .iter()
            .find(|point| point.validation.is_some_and(|validation| validation.loss <= target))
            .map(|point| point.step)
    }

    /// Returns the seconds of an update, without evaluations; `None` before the first.
    pub fn seconds_per_step(&self) -> Option<f64> {
        self.last().filter(|point| point.step > 0).map(|point| point.seconds / point.step as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: u64, loss: f64) -> Point {
        let validation = Some(Evaluation { loss, accuracy: None, values: None, examples: 1 });
        Point {
            step,
            epoch: 0.0,
            batch_loss: Some(loss),
            training: None,
            validation,
            learning_rate: None,
            seconds: step as f64,
        }
    }

    #[test]
    fn the_first_point_at_the_target_counts() {
        let record =
            Record { points: vec![point(0, 2.0), point(10, 0.5), point(20, 0.4)], ..Record::default() };
        assert_eq!(record.steps_to(0.5), Some(10));
        assert_eq!(record.steps_to(0.1), None);
        assert_eq!(record.seconds_per_step(), Some(1.0));
        assert_eq!(Record::default().seconds_per_step(), None);
    }
}
