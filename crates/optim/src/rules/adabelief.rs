//! AdaBelief: Adam that divides by how far gradients are from what was expected.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) (g − m)² + ε_root, w ← w − η m̂ / (√ŝ + ε) (Zhuang et al. 2020).
///
/// Large steps where gradients agree with their average, small ones where they scatter.
///
/// When to use it: as Adam; generalises more like SGD on images. Source: Zhuang et al. 2020, AdaBelief Optimizer:
/// Adapting Stepsizes by the Belief in Observed Gradients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaBelief {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the first moment a step keeps.
    pub beta1: f64,
    /// β₂: how much of the second moment a step keeps.
    pub beta2: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// Added to s at every update.
    pub epsilon_root: f64,
}

impl Catalogued for AdaBelief {
    const INFO: Info = Info {
        name: "adabelief",
        title: "AdaBelief",
        formula: "m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) (g − m)² + epsilon_root, w ← w − η m̂ / (√ŝ + ε)",
        paper: "Zhuang et al. 2020, AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients",
        when: "as Adam; generalises more like SGD on images",
        special: &[],
        differences: &[],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        Adam { beta1: self.beta1, beta2: self.beta2, ..Adam::torch() }.corrections(step)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let epsilon = match dialect {
            Dialect::Optax => 1e-16,
            Dialect::Paper => 1e-8,
            _ => return None,
        };
        Some(Self { learning_rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon, epsilon_root: epsilon })
    }

    as_rule!();
}

impl Rule for AdaBelief {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, epsilon, epsilon_root);

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let Self { learning_rate, beta1, beta2, epsilon, epsilon_root } = *self;
        let adam = Adam { learning_rate, beta1, beta2, epsilon, ..Adam::torch() };
        // The root is added to the second moment itself.
        AdamStep { root: T::from_f64(epsilon_root), ..adam.step(now) }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let first = k.keep1 * first + k.take1 * gradient;
        let surprise = gradient - first;
        let second = k.keep2 * second + k.take2 * surprise * surprise + k.root;
        let update = k.rate * first / ((k.scale * second).sqrt() + k.epsilon);
        (update, [first, second])
    }
}
