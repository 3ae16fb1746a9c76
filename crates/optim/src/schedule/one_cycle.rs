//! One cycle: up, down, and almost to a stand.

use super::shape::{half_cosine, share};
use serde::{Deserialize, Serialize};

/// From `start` up to 1, and down to `floor` at the end of the run (Smith and Topin 2018, "Super-convergence"). The
/// paper comes back to `start` first and then goes to `floor` in a last phase of `annihilation` updates.
///
/// The peak is where Optax has it, when `rise` updates are done, and the floor when all are; PyTorch's `OneCycleLR`
/// reaches both one update earlier.
///
/// The momentum that goes the other way is a schedule of its own, of the momentum: from 0.95 to 0.85 and back is a base of
/// 0.85 with `start` and `floor` at 0.95 / 0.85.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneCycle {
    /// Updates of the whole cycle.
    pub steps: u64,
    /// Updates until the peak.
    pub rise: u64,
    /// Updates of the last phase, from `start` to `floor`; without them the way leads from the peak to `floor` at once.
    pub annihilation: u64,
    /// The first factor.
    pub start: f64,
    /// The last factor.
    pub floor: f64,
    /// The curve of each phase.
    pub anneal: Anneal,
}

/// The way from one value to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anneal {
    /// Half a cosine.
    Cosine,
    /// A straight line, as in the paper.
    Linear,
}

impl OneCycle {
    pub(super) fn factor(&self, t: u64) -> f64 {
        let back = self.steps.saturating_sub(self.annihilation);
        let between = |from: f64, to: f64, begin: u64, end: u64| {
            let passed = share(t - begin, end - begin);
            let remaining = match self.anneal {
                Anneal::Cosine => half_cosine(passed),
                Anneal::Linear => 1.0 - passed,
            };
            to + (from - to) * remaining
        };
        if t >= self.steps {
            self.floor
        } else if t < self.rise {
            between(self.start, 1.0, 0, self.rise)
        } else if self.annihilation == 0 {
            between(1.0, self.floor, self.rise, self.steps)
        } else if t < back {
            between(1.0, self.start, self.rise, back)
        } else {
            between(self.start, self.floor, back, self.steps)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, numbers, schedule};
    use crate::schedule::Setting;

    #[test]
    fn cosine_phases_follow_optax() {
        // optax.cosine_onecycle_schedule(20, 1.0)
        let expected = [
            (0, 0.04),
            (3, 0.52),
            (6, 1.0),
            (13, 0.500002),
            (19, 0.012539993764912554),
            (20, 4e-6),
            (21, 4e-6),
        ];
        follows(&numbers("one-cycle", [("steps", 20.0)]), &expected);
        // optax.cosine_onecycle_schedule(20, 1.0, pct_start=0.5)
        let expected = [(0, 0.04), (3, 0.2378630788996129), (10, 1.0), (20, 4e-6)];
        follows(&numbers("one-cycle", [("steps", 20.0), ("rise", 0.5)]), &expected);
    }

    #[test]
    fn momentum_falls_while_the_rate_rises() {
        // optax.cosine_onecycle_schedule(20, 0.85, div_factor=0.85 / 0.95, final_div_factor=1.0), divided by 0.85
        let outside = 0.95 / 0.85;
        let momentum = numbers("one-cycle", [("steps", 20.0), ("start", outside), ("floor", outside)]);
        let expected = [
            (0, 1.1176470588235294),
            (3, 1.0588235294117647),
            (6, 1.0),
            (13, 1.0588235294117647),
            (20, 1.1176470588235294),
            (21, 1.1176470588235294),
        ];
        follows(&momentum, &expected);
    }

    #[test]
    fn three_straight_phases_follow_optax() {
        // optax.linear_onecycle_schedule(20, 1.0, pct_final=0.85)
        let cycle = schedule(
            "one-cycle",
            [
                ("steps", Setting::Number(20.0)),
                ("annihilation", Setting::Number(0.15)),
                ("anneal", Setting::Text("linear".into())),
            ],
        );
        let expected = [
            (0, 0.04),
            (3, 0.52),
            (6, 1.0),
            (10, 0.6509090909090909),
            (17, 0.04),
            (19, 0.013336),
            (20, 4e-6),
            (21, 4e-6),
        ];
        follows(&cycle, &expected);
    }
}
