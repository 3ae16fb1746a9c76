//! The shapes of schedules.

use super::{Cyclic, OneCycle, Piecewise, Schedule, Sequence, WarmRestarts, WarmupStableDecay};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// How the factor moves. `t` counts updates since the warm-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// 1 throughout.
    #[default]
    Constant,
    /// Straight from `start` to `end` over `steps` updates, `end` from then on.
    Linear {
        /// Updates until the end.
        steps: u64,
        /// The first factor.
        start: f64,
        /// The last factor.
        end: f64,
    },
    /// (1 - t / `steps`)^`power` from 1 down to `floor`, `floor` from then on.
    Polynomial {
        /// Updates until the floor.
        steps: u64,
        /// The exponent.
        power: f64,
        /// The last factor.
        floor: f64,
    },
    /// Multiplied by `factor` every `every` updates.
    Step {
        /// Updates between two drops.
        every: u64,
        /// What each drop multiplies by.
        factor: f64,
    },
    /// Multiplied by `factor` when `at[0]`, `at[1]`, … updates are done.
    MultiStep {
        /// When the drops come, in ascending order.
        at: Vec<u64>,
        /// What each drop multiplies by.
        factor: f64,
    },
    /// `decay`^t.
    Exponential {
        /// The factor of one update.
        decay: f64,
    },
    /// 1 / (1 + `decay` t).
    InverseTime {
        /// How fast it falls.
        decay: f64,
    },
    /// 1 / sqrt(1 + t / `timescale`). With the length of the warm-up as time scale this is the schedule of Vaswani et
    /// al. 2017, section 5.3, whose peak is at the end of the warm-up.
    InverseSquareRoot {
        /// Updates until the factor is 1 / sqrt(2).
        timescale: u64,
    },
    /// Half a cosine from 1 down to `floor` over `steps` updates, `floor` from then on (Loshchilov and Hutter 2017,
    /// without restarts).
    Cosine {
        /// Updates until the floor.
        steps: u64,
        /// The last factor.
        floor: f64,
    },
    /// Cosines with restarts.
    WarmRestarts(WarmRestarts),
    /// Up to 1 and down to almost nothing, once.
    OneCycle(OneCycle),
    /// Up and down again and again.
    Cyclic(Cyclic),
    /// 1 for most of the run, then a decay.
    WarmupStableDecay(WarmupStableDecay),
    /// Through given points.
    Piecewise(Piecewise),
    /// The product of the factors of several schedules, each counting from the same step.
    Product(Vec<Schedule>),
    /// Several schedules one after the other.
    Sequence(Sequence),
}

impl Shape {
    /// The factor when `t` updates have been made since the warm-up.
    pub(super) fn factor(&self, t: u64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Linear { steps, end, .. } if t >= *steps => *end,
            Self::Linear { steps, start, end } => start + (end - start) * share(t, *steps),
            Self::Polynomial { steps, floor, .. } if t >= *steps => *floor,
            Self::Polynomial { steps, power, floor } => {
                floor + (1.0 - floor) * (1.0 - share(t, *steps)).powf(*power)
            }
            Self::Step { every, factor } => factor.powf((t / every.max(&1)) as f64),
            Self::MultiStep { at, factor } => factor.powf(at.partition_point(|&at| at <= t) as f64),
            Self::Exponential { decay } => decay.powf(t as f64),
            Self::InverseTime { decay } => 1.0 / (1.0 + decay * t as f64),
            Self::InverseSquareRoot { timescale } => {
                1.0 / (1.0 + t as f64 / (*timescale).max(1) as f64).sqrt()
            }
            Self::Cosine { steps, floor } if t < *steps => {
                floor + (1.0 - floor) * half_cosine(share(t, *steps))
            }
            Self::Cosine { floor, .. } => *floor,
            Self::WarmRestarts(restarts) => restarts.factor(t),
            Self::OneCycle(cycle) => cycle.factor(t),
            Self::Cyclic(cyclic) => cyclic.factor(t),
            Self::WarmupStableDecay(stable) => stable.factor(t),
            Self::Piecewise(piecewise) => piecewise.factor(t),
            Self::Product(of) => of.iter().map(|schedule| schedule.factor(t)).product(),
            Self::Sequence(sequence) => sequence.factor(t),
        }
    }
}

/// How far `t` has come on the way to `steps`.
pub(super) fn share(t: u64, steps: u64) -> f64 {
    t as f64 / steps as f64
}

/// 1 at the beginning of the way, 0 at its end, along half a cosine.
pub(super) fn half_cosine(share: f64) -> f64 {
    0.5 * (1.0 + (PI * share).cos())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{follows, numbers, schedule};
    use crate::schedule::Setting;

    /// The references of this file, at learning rate 1 (the rate before update t, for t = 0, 1, …):
    /// `optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)` with `torch.optim.lr_scheduler.…`, and
    /// `optax.…(t)` where PyTorch has no such form or goes on differently after the end.
    #[test]
    fn straight_and_bent_lines() {
        // LinearLR(optimizer, 0.25, 0.75, 8)
        let linear = numbers("linear", [("start", 0.25), ("end", 0.75), ("steps", 8.0)]);
        follows(&linear, &[(0, 0.25), (3, 0.4375), (8, 0.75), (9, 0.75)]);
        // PolynomialLR(optimizer, 10, 2.0)
        let square = numbers("polynomial", [("steps", 10.0), ("power", 2.0)]);
        follows(
            &square,
            &[(0, 1.0), (3, 0.48999999999999994), (9, 0.009999999999999998), (10, 0.0), (11, 0.0)],
        );
        // optax.polynomial_schedule(1.0, 0.1, 3.0, 10)
        let cube = numbers("polynomial", [("steps", 10.0), ("power", 3.0), ("floor", 0.1)]);
        follows(&cube, &[(0, 1.0), (5, 0.2125), (9, 0.1009), (10, 0.1), (11, 0.1)]);
    }

    #[test]
    fn drops() {
        // StepLR(optimizer, 3, 0.5)
        let step = numbers("step", [("every", 3.0), ("factor", 0.5)]);
        follows(&step, &[(0, 1.0), (2, 1.0), (3, 0.5), (9, 0.125)]);
        // MultiStepLR(optimizer, [3, 7], 0.1)
        let at = Setting::Numbers(vec![3.0, 7.0]);
        let multi = schedule("multi-step", [("at", at), ("factor", Setting::Number(0.1))]);
        follows(&multi, &[(0, 1.0), (2, 1.0), (3, 0.1), (6, 0.1), (7, 0.01), (12, 0.01)]);
    }

    #[test]
    fn curves_without_end() {
        // ExponentialLR(optimizer, 0.9)
        follows(&numbers("exponential", [("decay", 0.9)]), &[(0, 1.0), (1, 0.9), (5, 0.5904900000000002)]);
        follows(&numbers("inverse-time", [("decay", 1.0)]), &[(0, 1.0), (3, 0.25)]);
        let root = numbers("inverse-square-root", [("timescale", 4.0)]);
        follows(&root, &[(0, 1.0), (4, 0.5f64.sqrt()), (12, 0.5)]);
        // min(t^-0.5, t warmup^-1.5) of the paper, divided by its peak; the paper's t is our done + 1 while it rises.
        let paper = numbers("inverse-square-root", [("warmup", 4.0)]);
        follows(&paper, &[(0, 0.25), (3, 1.0), (4, 1.0), (16, 0.5)]);
        // Without a warm-up to measure by, the time scale is 10 000, as in Hugging Face's transformers.
        follows(&numbers("inverse-square-root", []), &[(30_000, 0.5)]);
    }

    #[test]
    fn cosine_stays_on_its_floor() {
        // optax.cosine_decay_schedule(1.0, 10, 0.1); torch agrees up to 10 and gives 0.122… at 11.
        let cosine = numbers("cosine", [("steps", 10.0), ("floor", 0.1)]);
        follows(&cosine, &[(0, 1.0), (3, 0.8145033635316129), (10, 0.1), (11, 0.1)]);
    }
}
