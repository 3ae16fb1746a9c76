//! Steps of one size: only the sign of the gradient, or of its average, counts.

use super::names::VELOCITY;
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// w ← w − η sign(g) (Bernstein et al. 2018). sign(0) is 0.
///
/// When to use it: gradients that must travel far: one bit each. Source: Bernstein et al. 2018, signSGD: Compressed
/// Optimisation for Non-Convex Problems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignSgd {
    /// η: the size of a step.
    pub learning_rate: f64,
}

/// v ← β v + (1 − β) g, w ← w − η sign(v) (Bernstein et al. 2018, algorithm 2).
///
/// When to use it: as signSGD, with noisy gradients. Source: Bernstein et al. 2018, signSGD: Compressed Optimisation
/// for Non-Convex Problems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signum {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β: how much of the average a step keeps.
    pub momentum: f64,
}

const PAPER: &str = "Bernstein et al. 2018, signSGD: Compressed Optimisation for Non-Convex Problems";

fn known(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Optax | Dialect::Paper)
}

impl Catalogued for SignSgd {
    const INFO: Info = Info {
        name: "signsgd",
        title: "signSGD",
        formula: "w ← w − η sign(g)",
        paper: PAPER,
        when: "gradients that must travel far: one bit each",
        special: &[],
        differences: &[],
        rates: (1e-6, 1e-2),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        known(dialect).then_some(Self { learning_rate: 1e-4 })
    }

    as_rule!();
}

impl Rule for SignSgd {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();
    fields!(learning_rate);

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.learning_rate)
    }

    #[inline(always)]
    fn update<T: Real>(rate: &T, gradient: T, _: T, (): ()) -> (T, ()) {
        (*rate * gradient.sign(), ())
    }
}

impl Catalogued for Signum {
    const INFO: Info = Info {
        name: "signum",
        title: "Signum",
        formula: "v ← β v + (1 − β) g, w ← w − η sign(v)",
        paper: PAPER,
        when: "as signSGD, with noisy gradients",
        special: &[],
        differences: &[],
        rates: (1e-6, 1e-2),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        known(dialect).then_some(Self { learning_rate: 1e-4, momentum: 0.9 })
    }

    as_rule!();
}

impl Rule for Signum {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = [T; 3];

    states!(VELOCITY);
    fields!(learning_rate, momentum);

    fn step<T: Real>(&self, _: &Moment) -> [T; 3] {
        [self.learning_rate, self.momentum, 1.0 - self.momentum].map(T::from_f64)
    }

    #[inline(always)]
    fn update<T: Real>(&[rate, keep, take]: &[T; 3], gradient: T, _: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let velocity = keep * velocity + take * gradient;
        (rate * velocity.sign(), [velocity])
    }
}
