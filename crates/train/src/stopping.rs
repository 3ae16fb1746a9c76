//! Early stopping: a run ends when the validation loss has not fallen for some time. It then takes the parameters at which the
//! loss was lowest.

use serde::{Deserialize, Serialize};
use thalweg_data::EarlyStopping;

/// The validation losses so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Watch {
    settings: EarlyStopping,
    /// The lowest loss.
    best: Option<f64>,
    /// Evaluations since it was lowest.
    since: u64,
}

/// What a loss means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The lowest so far: these parameters are worth keeping.
    Best,
    /// Not lower; go on.
    Worse,
    /// Not lower for too long.
    Enough,
}

impl Watch {
    pub(crate) fn new(settings: EarlyStopping) -> Result<Self, String> {
        if settings.patience == 0 || settings.least < 0.0 || !settings.least.is_finite() {
            return Err(
                "early stopping needs a patience of at least 1 evaluation, and `least` from 0 up".into()
            );
        }
        Ok(Self { settings, best: None, since: 0 })
    }

    pub(crate) fn observe(&mut self, loss: f64) -> Seen {
        if self.best.is_none_or(|best| loss < best - self.settings.least) {
            (self.best, self.since) = (Some(loss), 0);
            return Seen::Best;
        }
        self.since += 1;
        if self.since >= self.settings.patience { Seen::Enough } else { Seen::Worse }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_counts_evaluations_without_a_lower_loss() {
        let mut watch = Watch::new(EarlyStopping { patience: 2, least: 0.1 }).unwrap();
        let seen = [1.0, 0.95, 0.8, 0.75, 0.69, 0.7, f64::NAN].map(|loss| watch.observe(loss));
        use Seen::{Best, Enough, Worse};
        assert_eq!(seen, [Best, Worse, Best, Worse, Best, Worse, Enough]);
        assert!(Watch::new(EarlyStopping { patience: 0, least: 0.0 }).is_err());
    }
}
