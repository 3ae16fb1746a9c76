//! AdaMax: Adam with the largest gradient in place of the mean square.

use super::names::{FIRST_MOMENT, INFINITY_NORM};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − η / (1 − β₁ᵗ) m / u (Kingma and Ba 2015, section 7.1).
///
/// When to use it: gradients with rare large values. Source: Kingma and Ba 2015, Adam, section 7.1.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaMax {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the average of gradients a step keeps.
    pub beta1: f64,
    /// β₂: how slowly the largest gradient is forgotten.
    pub beta2: f64,
    /// ε: against division by 0.
    pub epsilon: f64,
    /// Whether ε is added to |g| inside the maximum (torch, optax) instead of to u.
    pub inside: bool,
}

impl AdaMax {
    /// The bias correction of the first moment, 1 − β₁ᵗ.
    fn bias(&self, step: u64) -> f64 {
        1.0 - self.beta1.powf(step as f64)
    }
}

impl Catalogued for AdaMax {
    const INFO: Info = Info {
        name: "adamax",
        title: "AdaMax",
        formula: "m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − η / (1 − β₁ᵗ) m / (u + ε)",
        paper: "Kingma and Ba 2015, Adam, section 7.1",
        when: "gradients with rare large values",
        special: &[],
        differences: &[
            (Dialect::Torch, "u ← max(β₂ u, |g| + ε), and m / u"),
            (Dialect::Optax, "u ← max(β₂ u, |g| + ε), and m / u"),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        vec![(FIRST_MOMENT, self.bias(step))]
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let (learning_rate, epsilon, inside) = match dialect {
            Dialect::Book => return None,
            Dialect::Torch => (0.002, 1e-8, true),
            Dialect::Keras => (0.001, 1e-7, false),
            Dialect::Optax => (0.001, 1e-8, true),
            Dialect::Paper => (0.002, 1e-8, false),
        };
        Some(Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon, inside })
    }

    as_rule!();
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdaMaxStep<T> {
    keep1: T,
    take1: T,
    keep2: T,
    rate: T,
    inside: T,
    outside: T,
}

impl Rule for AdaMax {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdaMaxStep<T>;

    states!(FIRST_MOMENT, INFINITY_NORM);
    fields!(learning_rate, beta1, beta2, epsilon);

    fn step<T: Real>(&self, now: &Moment) -> AdaMaxStep<T> {
        let (inside, outside) = if self.inside { (self.epsilon, 0.0) } else { (0.0, self.epsilon) };
        AdaMaxStep {
            keep1: T::from_f64(self.beta1),
            take1: T::from_f64(1.0 - self.beta1),
            keep2: T::from_f64(self.beta2),
            rate: T::from_f64(self.learning_rate / self.bias(now.step)),
            inside: T::from_f64(inside),
            outside: T::from_f64(outside),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdaMaxStep<T>, gradient: T, _: T, [first, norm]: [T; 2]) -> (T, [T; 2]) {
        let first = k.keep1 * first + k.take1 * gradient;
        let norm = (k.keep2 * norm).maximum(gradient.abs() + k.inside);
        (k.rate * first / (norm + k.outside), [first, norm])
    }
}
