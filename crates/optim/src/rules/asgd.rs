//! Averaged SGD.

use super::names::AVERAGE;
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::rule::MEMORY;
use crate::{Catalogued, Common, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// w ← (1 − λ η_t) w − η_t g with η_t = η / (1 + λ η t)^α, and the average a of w from update t₀ on, to evaluate with (Polyak
/// and Juditsky 1992; in torch's form).
///
/// When to use it: noisy gradients of convex problems; evaluate with the average. Source: Polyak and Juditsky 1992,
/// Acceleration of Stochastic Approximation by Averaging.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asgd {
    /// η: the size of the first step.
    pub learning_rate: f64,
    /// λ: how fast steps and parameters shrink.
    pub lambda: f64,
    /// α: the power by which steps shrink.
    pub alpha: f64,
    /// t₀: the update after which to average.
    pub t0: f64,
}

impl Catalogued for Asgd {
    const INFO: Info = Info {
        name: "asgd",
        title: "Averaged SGD",
        formula: "w ← (1 − λ η_t) w − η_t g, η_t = η / (1 + λ η t)^α; a ← a + (w − a) / max(1, t − t0)",
        paper: "Polyak and Juditsky 1992, Acceleration of Stochastic Approximation by Averaging",
        when: "noisy gradients of convex problems; evaluate with the average",
        special: &[
            Hyperparameter::new("lambda", "how fast steps and parameters shrink", Domain::NOT_NEGATIVE),
            Hyperparameter::new("alpha", "the power by which steps shrink", Domain::NOT_NEGATIVE),
            Hyperparameter::new("t0", "the update after which to average", Domain::NOT_NEGATIVE),
        ],
        differences: &[],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Torch).then_some(Self {
            learning_rate: 0.01,
            lambda: 1e-4,
            alpha: 0.75,
            t0: 1e6,
        })
    }

    fn common(dialect: Dialect) -> Common {
        Common::of(dialect)
    }

    as_rule!();
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AsgdStep<T> {
    rate: T,
    shrink: T,
    share: T,
    copy: bool,
}

impl Rule for Asgd {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = AsgdStep<T>;
    const AVERAGES: bool = true;
    /// The step size of this update and of the next, which is computed from today's rate.
    const MEMORIES: usize = 2;

    states!(AVERAGE);
    fields!(learning_rate, lambda, alpha, t0);

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        let mut memory = now.memory;
        memory[0] = if now.step == 1 { self.learning_rate } else { now.memory[1] };
        let t = now.step as f64;
        memory[1] = self.learning_rate / (1.0 + self.lambda * self.learning_rate * t).powf(self.alpha);
        memory
    }

    fn step<T: Real>(&self, now: &Moment) -> AsgdStep<T> {
        let rate = now.memory[0];
        let share = 1.0 / ((now.step - 1) as f64 - self.t0).max(1.0);
        AsgdStep {
            rate: T::from_f64(rate),
            shrink: T::from_f64(self.lambda * rate),
            share: T::from_f64(share),
            copy: share == 1.0,
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AsgdStep<T>, gradient: T, parameter: T, [average]: [T; 1]) -> (T, [T; 1]) {
        let update = k.shrink * parameter + k.rate * gradient;
        let next = parameter - update;
        let average = if k.copy { next } else { average + (next - average) * k.share };
        (update, [average])
    }

    #[inline(always)]
    fn evaluated<T: Real>(_: &AsgdStep<T>, _: T, [average]: [T; 1]) -> T {
        average
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes};

    #[test]
    fn the_mean_from_t0_on_is_what_is_evaluated() {
        let rule = Asgd { learning_rate: 1.0, lambda: 0.0, alpha: 1.0, t0: 1.0 };
        let mut passes = Passes::<f64>::flat(rule, 1);
        let (mut parameters, mut point) = ([0.0], [f64::NAN]);
        // The parameters are 1, 2, 3, 4; from the third update on they are averaged.
        let points: [f64; 4] = std::array::from_fn(|_| {
            passes.step(&mut parameters, &[-1.0]).unwrap();
            assert!(passes.averaged(&parameters, &mut point).unwrap());
            point[0]
        });
        assert_eq!(points, [1.0, 2.0, 3.0, 3.5]);
    }
}
