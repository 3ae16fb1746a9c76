//! MADGRAD: dual averaging with a cube root.

use super::names::{GRADIENT_SUM, START, SUM_OF_SQUARES};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Common, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// λ = (η + ε) √t, s ← s + λ g, ν ← ν + λ g², z = w₀ − s / (∛ν + ε), w ← α w + (1 − α) z (Defazio and Jelassi 2021).
///
/// All gradients count, from the starting point on; so weight decay should be small or 0.
///
/// When to use it: images and sparse problems, with little or no weight decay. Source: Defazio and Jelassi 2021,
/// Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MadGrad {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// α: how much of the parameters a step keeps.
    pub momentum: f64,
    /// ε: added to the rate and to the root.
    pub epsilon: f64,
}

impl Catalogued for MadGrad {
    const INFO: Info = Info {
        name: "madgrad",
        title: "MADGRAD",
        formula: "λ = (η + ε) √t, s ← s + λ g, ν ← ν + λ g², z = w₀ − s / (∛ν + ε), w ← α w + (1 − α) z",
        paper: "Defazio and Jelassi 2021, Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method",
        when: "images and sparse problems, with little or no weight decay",
        special: &[],
        differences: &[],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 0.01,
            momentum: 0.9,
            epsilon: 1e-6,
        })
    }

    fn common(dialect: Dialect) -> Common {
        let _ = dialect;
        Common { weight_decay: Some((0.0, false)), ..Common::NONE }
    }

    as_rule!();
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct MadGradStep<T> {
    weight: T,
    epsilon: T,
    move_by: T,
    first: bool,
}

impl Rule for MadGrad {
    type State<T: Real> = [T; 3];
    type Step<T: Real> = MadGradStep<T>;

    states!(GRADIENT_SUM, SUM_OF_SQUARES, START);
    fields!(learning_rate, momentum, epsilon);

    fn step<T: Real>(&self, now: &Moment) -> MadGradStep<T> {
        MadGradStep {
            weight: T::from_f64((self.learning_rate + self.epsilon) * (now.step as f64).sqrt()),
            epsilon: T::from_f64(self.epsilon),
            move_by: T::from_f64(1.0 - self.momentum),
            first: now.step == 1,
        }
    }

    #[inline(always)]
    fn update<T: Real>(
        k: &MadGradStep<T>,
        gradient: T,
        parameter: T,
        [sum, squares, start]: [T; 3],
    ) -> (T, [T; 3]) {
        let start = if k.first { parameter } else { start };
        let sum = sum + k.weight * gradient;
        let squares = squares + k.weight * gradient * gradient;
        let target = start - sum / (squares.cbrt() + k.epsilon);
        (k.move_by * (parameter - target), [sum, squares, start])
    }
}
