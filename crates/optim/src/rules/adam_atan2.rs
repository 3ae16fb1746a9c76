//! Adam-atan2: Adam without an epsilon.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Common, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;
use thalweg_lanes::math::atan2;

/// Adam's moments, w ← w − η (atan2(m̂, √v̂) + λ w) (Everett et al. 2024, section 4.3).
///
/// The angle is bounded and does not change when gradients are scaled, however small they are; 0 / 0 is 0.
///
/// When to use it: as Adam, where gradients are so small that epsilon shows. Source: Everett et al. 2024, Scaling
/// Exponents Across Parameterizations and Optimizers.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamAtan2 {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the first moment a step keeps.
    pub beta1: f64,
    /// β₂: how much of the second moment a step keeps.
    pub beta2: f64,
}

impl Catalogued for AdamAtan2 {
    const INFO: Info = Info {
        name: "adam-atan2",
        title: "Adam-atan2",
        formula: "Adam's m̂ and v̂, w ← w − η (atan2(m̂, √v̂) + λ w)",
        paper: "Everett et al. 2024, Scaling Exponents Across Parameterizations and Optimizers",
        when: "as Adam, where gradients are so small that epsilon shows",
        special: &[],
        differences: &[],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        Adam { beta1: self.beta1, beta2: self.beta2, ..Adam::torch() }.corrections(step)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Paper).then_some(Self { learning_rate: 0.001, beta1: 0.9, beta2: 0.999 })
    }

    fn common(dialect: Dialect) -> Common {
        Common::decoupled(dialect, 0.0)
    }

    as_rule!();
}

impl Rule for AdamAtan2 {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2);

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let Self { beta1, beta2, .. } = *self;
        let adam = Adam { learning_rate: 1.0, beta1, beta2, ..Adam::torch() };
        // `rate` corrects the first moment; the learning rate stands outside the angle.
        AdamStep { epsilon: T::from_f64(self.learning_rate), ..adam.step(now) }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let first = k.keep1 * first + k.take1 * gradient;
        let second = k.keep2 * second + k.take2 * gradient * gradient;
        (k.epsilon * atan2(k.rate * first, (k.scale * second).sqrt()), [first, second])
    }
}
