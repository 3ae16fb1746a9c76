//! Cyclical learning rates.

use serde::{Deserialize, Serialize};

/// Straight up from `floor` to the peak and straight down again, without end (Smith 2017, "Cyclical learning rates for
/// training neural networks").
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cyclic {
    /// Updates of the way up.
    pub up: u64,
    /// Updates of the way down.
    pub down: u64,
    /// The factor at the bottom (PyTorch's `base_lr` as a share of `max_lr`).
    pub floor: f64,
    /// What becomes of the peaks.
    pub mode: Mode,
}

/// What becomes of the peaks of a [`Cyclic`] schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// All reach 1.
    Triangular,
    /// Each is half as high above the floor as the one before.
    Triangular2,
    /// The height above the floor is multiplied by `decay`^t.
    ExponentialRange {
        /// The factor of one update (PyTorch's `gamma`).
        decay: f64,
    },
}

impl Cyclic {
    pub(super) fn factor(&self, t: u64) -> f64 {
        let length = self.up.saturating_add(self.down).max(1);
        let (cycle, t_in_cycle) = (t / length, t % length);
        let height = if t_in_cycle < self.up {
            t_in_cycle as f64 / self.up as f64
        } else {
            (length - t_in_cycle) as f64 / self.down.max(1) as f64
        };
        let scale = match self.mode {
            Mode::Triangular => 1.0,
            Mode::Triangular2 => 0.5f64.powf(cycle as f64),
            Mode::ExponentialRange { decay } => decay.powf(t as f64),
        };
        self.floor + (1.0 - self.floor) * height * scale
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, schedule};
    use crate::schedule::Setting;

    #[test]
    fn all_three_modes_follow_torch() {
        let cyclic = |mode: &str, decay: f64| {
            schedule(
                "cyclic",
                [
                    ("up", Setting::Number(4.0)),
                    ("down", Setting::Number(6.0)),
                    ("floor", Setting::Number(0.2)),
                    ("mode", Setting::Text(mode.into())),
                    ("decay", Setting::Number(decay)),
                ],
            )
        };
        // torch.optim.lr_scheduler.CyclicLR(SGD(…), 0.2, 1.0, 4, 6, cycle_momentum=False)
        let expected = [(0, 0.2), (2, 0.6), (4, 1.0), (7, 0.6), (10, 0.2), (14, 1.0), (20, 0.2)];
        follows(&cyclic("triangular", 1.0), &expected);
        // … mode="triangular2"
        let expected = [(0, 0.2), (4, 1.0), (7, 0.6), (10, 0.2), (14, 0.6), (20, 0.2), (24, 0.4)];
        follows(&cyclic("triangular2", 1.0), &expected);
        // … mode="exp_range", gamma=0.9
        let expected = [
            (0, 0.2),
            (2, 0.524),
            (4, 0.72488),
            (7, 0.3913187600000001),
            (10, 0.2),
            (14, 0.383014339639688),
            (20, 0.2),
            (24, 0.26381315446149806),
        ];
        follows(&cyclic("exponential-range", 0.9), &expected);
    }

    #[test]
    fn the_way_down_is_as_long_as_the_way_up_unless_it_is_said() {
        let cyclic = schedule("cyclic", [("up", Setting::Number(5.0)), ("floor", Setting::Number(0.0))]);
        follows(&cyclic, &[(5, 1.0), (7, 0.6), (9, 0.2), (10, 0.0), (15, 1.0)]);
    }
}
