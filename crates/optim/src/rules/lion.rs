//! Lion: the sign of a momentum, nothing else.

use super::names::FIRST_MOMENT;
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Common, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// w ← w − η (sign(β₁ m + (1 − β₁) g) + λ w), m ← β₂ m + (1 − β₂) g (Chen et al. 2023).
///
/// Every parameter moves by the same amount, so rates are about ten times smaller than Adam's and weight decay ten times
/// larger; half of Adam's state. sign(0) is 0.
///
/// When to use it: large batches, transformers; where Adam's state is too large. Source: Chen et al. 2023, Symbolic
/// Discovery of Optimization Algorithms.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the momentum the step follows.
    pub beta1: f64,
    /// β₂: how much of the momentum a step keeps.
    pub beta2: f64,
}

impl Catalogued for Lion {
    const INFO: Info = Info {
        name: "lion",
        title: "Lion",
        formula: "w ← w − η (sign(β₁ m + (1 − β₁) g) + λ w), m ← β₂ m + (1 − β₂) g",
        paper: "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms",
        when: "large batches, transformers; where Adam's state is too large",
        special: &[],
        differences: &[(
            Dialect::Keras,
            "no weight decay by default; the default rate is ten times the paper's",
        )],
        rates: (1e-6, 1e-2),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let learning_rate = match dialect {
            Dialect::Keras => 0.001,
            Dialect::Optax => 1e-4,
            Dialect::Paper => 1e-4,
            Dialect::Book | Dialect::Torch => return None,
        };
        Some(Self { learning_rate, beta1: 0.9, beta2: 0.99 })
    }

    fn common(dialect: Dialect) -> Common {
        match dialect {
            Dialect::Optax => Common::decoupled(dialect, 1e-3),
            Dialect::Paper => Common::decoupled(dialect, 0.0),
            _ => Common::of(dialect),
        }
    }

    as_rule!();
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct LionStep<T> {
    rate: T,
    keep1: T,
    take1: T,
    keep2: T,
    take2: T,
}

impl Rule for Lion {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = LionStep<T>;

    states!(FIRST_MOMENT);
    fields!(learning_rate, beta1, beta2);

    fn step<T: Real>(&self, _: &Moment) -> LionStep<T> {
        LionStep {
            rate: T::from_f64(self.learning_rate),
            keep1: T::from_f64(self.beta1),
            take1: T::from_f64(1.0 - self.beta1),
            keep2: T::from_f64(self.beta2),
            take2: T::from_f64(1.0 - self.beta2),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &LionStep<T>, gradient: T, _: T, [momentum]: [T; 1]) -> (T, [T; 1]) {
        let direction = (k.keep1 * momentum + k.take1 * gradient).sign();
        (k.rate * direction, [k.keep2 * momentum + k.take2 * gradient])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes};

    #[test]
    fn moves_by_the_rate_or_not_at_all() {
        let mut passes = Passes::<f64>::flat(Lion { learning_rate: 0.5, beta1: 0.9, beta2: 0.99 }, 3);
        let mut parameters = [0.0; 3];
        passes.step(&mut parameters, &[1e-30, -7.0, 0.0]).unwrap();
        assert_eq!(parameters, [-0.5, 0.5, 0.0]);
        // 0.9 · 0.07 = 0.063 of momentum against 0.1 · 0.5 of gradient: the momentum wins.
        passes.step(&mut parameters, &[0.0, 0.5, 0.0]).unwrap();
        assert_eq!(parameters, [-1.0, 1.0, 0.0]);
    }
}
