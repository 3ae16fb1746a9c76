//! Observers of a run.

use crate::Point;

/// Is told of the progress of a run and may stop it: a progress bar, a log, a Ctrl-C flag, an early-stopping criterion.
pub trait Observer {
    /// Is called after each update, with the number of updates done, their total and the loss of the batch. Returns false to
    /// stop.
    fn stepped(&mut self, done: u64, total: u64, loss: f64) -> bool {
        let _ = (done, total, loss);
        true
    }

    /// Is called after each evaluation.
    fn evaluated(&mut self, point: &Point) {
        let _ = point;
    }
}

/// An observer that ignores everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {}
