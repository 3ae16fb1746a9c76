//! Who watches a run.

use crate::Point;

/// Someone who watches a run and may stop it: a progress bar, a log, a Ctrl-C flag, an early-stopping criterion.
pub trait Observer {
    /// After each update: how many are done of how many, and the loss of the batch. Return false to stop.
    fn stepped(&mut self, done: u64, total: u64, loss: f64) -> bool {
        let _ = (done, total, loss);
        true
    }

    /// After each evaluation.
    fn evaluated(&mut self, point: &Point) {
        let _ = point;
    }
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {}
