//! AdEMAMix: Adam with a second, very slow momentum.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Common, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// w ← w − η ((m̂ + α s) / (√v̂ + ε) + λ w), with Adam's m̂ and v̂ and a slow average s of gradients (β₃), not corrected for
/// its start (Pagliardini, Ablin and Grangier 2024).
///
/// When to use it: long runs, where gradients of thousands of steps ago still help; warm α and β₃ up with schedules.
/// Source: Pagliardini, Ablin and Grangier 2024, The AdEMAMix Optimizer: Better, Faster, Older.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdEmaMix {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the fast average a step keeps.
    pub beta1: f64,
    /// β₂: how much of the average of squares a step keeps.
    pub beta2: f64,
    /// β₃: how much of the slow average a step keeps.
    pub beta3: f64,
    /// α: what the slow average counts against the fast one.
    pub alpha: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// Added under the root; only optax has it.
    pub epsilon_root: Option<f64>,
}

impl Catalogued for AdEmaMix {
    const INFO: Info = Info {
        name: "ademamix",
        title: "AdEMAMix",
        formula: "Adam's m and v, s ← β₃ s + (1 − β₃) g, w ← w − η ((m̂ + α s) / (√v̂ + ε) + λ w)",
        paper: "Pagliardini, Ablin and Grangier 2024, The AdEMAMix Optimizer: Better, Faster, Older",
        when: "long runs, where gradients of thousands of steps ago still help; warm α and β₃ up with schedules",
        special: &[Hyperparameter::new(
            "alpha",
            "what the slow average counts against the fast one",
            Domain::NOT_NEGATIVE,
        )],
        differences: &[(Dialect::Optax, "√(v̂ + epsilon_root) + ε")],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 0.001,
            beta1: 0.9,
            beta2: 0.999,
            beta3: 0.9999,
            alpha: 5.0,
            epsilon: 1e-8,
            epsilon_root: (dialect == Dialect::Optax).then_some(0.0),
        })
    }

    as_rule!();

    fn common(dialect: Dialect) -> Common {
        Common::decoupled(dialect, 0.0)
    }
}

/// Adam's constants and those of the slow average.
#[derive(Clone, Copy, Debug)]
pub struct AdEmaMixStep<T> {
    adam: AdamStep<T>,
    keep: T,
    take: T,
    share: T,
}

impl Rule for AdEmaMix {
    type State<T: Real> = [T; 3];
    type Step<T: Real> = AdEmaMixStep<T>;

    states!(FIRST_MOMENT, "slow_moment", SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, beta3, alpha, epsilon; epsilon_root: epsilon_root);

    fn step<T: Real>(&self, now: &Moment) -> AdEmaMixStep<T> {
        let Self { learning_rate, beta1, beta2, epsilon, epsilon_root, .. } = *self;
        let adam = Adam { learning_rate, beta1, beta2, epsilon, epsilon_root, ..Adam::torch() };
        let (adam, balance) = adam.constants(now).balanced();
        AdEmaMixStep {
            adam,
            keep: T::from_f64(self.beta3),
            take: T::from_f64(1.0 - self.beta3),
            share: balance * T::from_f64(learning_rate * self.alpha),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdEmaMixStep<T>, gradient: T, _: T, [first, slow, second]: [T; 3]) -> (T, [T; 3]) {
        let first = k.adam.keep1 * first + k.adam.take1 * gradient;
        let slow = k.keep * slow + k.take * gradient;
        let second = k.adam.keep2 * second + k.adam.take2 * gradient * gradient;
        let root = (k.adam.scale * second + k.adam.root).sqrt();
        ((k.adam.rate * first + k.share * slow) / (root + k.adam.epsilon), [first, slow, second])
    }
}
