//! Cosines with restarts (SGDR).

use super::shape::half_cosine;
use serde::{Deserialize, Serialize};

/// A cosine from the peak down to `floor`, then again from the top, each period `growth` times as long as the last
/// (Loshchilov and Hutter 2017, "SGDR: Stochastic gradient descent with warm restarts"). It has no end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarmRestarts {
    /// Updates of the first period.
    pub period: u64,
    /// What each restart multiplies the period by; at least 1 (PyTorch's `T_mult`).
    pub growth: f64,
    /// What each restart multiplies the peak's height by; 1 in the paper (Keras' `m_mul`).
    pub shrink: f64,
    /// The factor at the end of each period.
    pub floor: f64,
}

impl WarmRestarts {
    pub(super) fn factor(&self, t: u64) -> f64 {
        let (restarts, share) = self.place(t as f64 / self.period.max(1) as f64);
        self.floor + (1.0 - self.floor) * self.shrink.powf(restarts) * half_cosine(share)
    }

    /// The number of restarts so far and how far the present period has come, when `x` first periods have passed.
    fn place(&self, x: f64) -> (f64, f64) {
        if self.growth <= 1.0 {
            return (x.floor(), x.fract());
        }
        // n periods last (growth^n - 1) / (growth - 1); exactly so for whole numbers, where the logarithm may round across
        // the border.
        let start = |n: f64| (self.growth.powf(n) - 1.0) / (self.growth - 1.0);
        let mut restarts = ((x * (self.growth - 1.0)).ln_1p() / self.growth.ln()).floor();
        if start(restarts) > x {
            restarts -= 1.0;
        } else if start(restarts + 1.0) <= x {
            restarts += 1.0;
        }
        (restarts, ((x - start(restarts)) / self.growth.powf(restarts)).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, numbers};

    #[test]
    fn each_period_is_longer_than_the_last() {
        // torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(SGD(…, lr=1.0), T_0=4, T_mult=2, eta_min=0.1)
        let growing = numbers("warm-restarts", [("period", 4.0), ("growth", 2.0), ("floor", 0.1)]);
        let expected = [
            (0, 1.0),
            (1, 0.8681980515339464),
            (3, 0.23180194846605365),
            (4, 1.0),
            (7, 0.7222075445642904),
            (11, 0.13425421036992097),
            (12, 1.0),
            (27, 0.10864662381854631),
            (28, 1.0),
        ];
        follows(&growing, &expected);
        // T_mult=1
        let steady = numbers("warm-restarts", [("period", 4.0), ("growth", 1.0)]);
        follows(&steady, &[(0, 1.0), (3, 0.14644660940672627), (4, 1.0), (8, 1.0), (9, 0.8535533905932737)]);
    }

    #[test]
    fn every_restart_is_at_the_top() {
        for growth in [2.0, 3.0, 10.0] {
            let restarts = numbers("warm-restarts", [("period", 7.0), ("growth", growth), ("shrink", 0.5)]);
            let (mut start, mut length, mut peak) = (0, 7, 1.0);
            while start < 1_000_000_000 {
                assert!((restarts.factor(start) - peak).abs() < 1e-12, "growth {growth}: {start}");
                (start, length, peak) = (start + length, length * growth as u64, peak * 0.5);
            }
        }
    }
}
