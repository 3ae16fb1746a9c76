//! AMSGrad: an Adam whose rate for a parameter never rises again.

use super::Adam;
use super::adam::{AdamStep, BiasCorrection};
use super::names::{FIRST_MOMENT, LARGEST_SECOND_MOMENT, SECOND_MOMENT};
use crate::macros::states;
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Adam with the largest v so far in place of v: s ← max(s, v), w ← w − η m̂ / (√ŝ + ε) (Reddi, Kale and Kumar 2018).
///
/// Converges where Adam can be shown not to. The dialects differ in whether the maximum is taken before the bias correction
/// (torch, keras) or after it (optax); the paper has none.
///
/// When to use it: where Adam is unstable late in training. Source: Reddi, Kale and Kumar 2018, On the Convergence of
/// Adam and Beyond.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `decoupled_weight_decay`: whether weight decay acts on the parameter (times the rate) instead of on the gradient
/// - `maximize`: whether to go uphill
/// - `epsilon_root`: added under the root of the denominator
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad {
    adam: Adam,
    maximum: Maximum,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Maximum {
    /// Of v; the bias correction is today's.
    Raw,
    /// Of v̂.
    Corrected,
    /// Of v, and nothing is corrected.
    Uncorrected,
}

impl AmsGrad {
    /// The largest v, corrected by today's factor (torch, keras).
    pub fn raw(adam: Adam) -> Self {
        Self { adam, maximum: Maximum::Raw }
    }

    /// The largest v̂ (optax).
    pub fn corrected(adam: Adam) -> Self {
        Self { adam, maximum: Maximum::Corrected }
    }
}

impl Catalogued for AmsGrad {
    const INFO: Info = Info {
        name: "amsgrad",
        title: "AMSGrad",
        formula: "Adam's m and v, s ← max(s, v), w ← w − η m̂ / (√ŝ + ε)",
        paper: "Reddi, Kale and Kumar 2018, On the Convergence of Adam and Beyond",
        when: "where Adam is unstable late in training",
        special: &[],
        differences: &[
            (Dialect::Torch, "the maximum of v, corrected by today's 1 − β₂ᵗ"),
            (Dialect::Keras, "as torch, with ε not scaled"),
            (Dialect::Optax, "the maximum of v̂"),
            (Dialect::Paper, "no bias correction: w ← w − η m / (√s + ε)"),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        let (bias1, bias2) = self.adam.bias(step);
        match self.maximum {
            Maximum::Raw => vec![(FIRST_MOMENT, bias1), (LARGEST_SECOND_MOMENT, bias2)],
            Maximum::Corrected => self.adam.corrections(step),
            Maximum::Uncorrected => Vec::new(),
        }
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let maximum = match dialect {
            Dialect::Book => return None,
            Dialect::Torch | Dialect::Keras => Maximum::Raw,
            Dialect::Optax => Maximum::Corrected,
            Dialect::Paper => Maximum::Uncorrected,
        };
        Some(Self { adam: Adam::of(dialect), maximum })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
    }

    fn common(dialect: Dialect) -> Common {
        Common::with_choice(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

/// Adam's constants, and what v is multiplied by before the maximum.
#[derive(Clone, Copy, Debug)]
pub struct AmsGradStep<T> {
    adam: AdamStep<T>,
    correct: T,
}

impl Rule for AmsGrad {
    type State<T: Real> = [T; 3];
    type Step<T: Real> = AmsGradStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT, LARGEST_SECOND_MOMENT);

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
    }

    fn step<T: Real>(&self, now: &Moment) -> AmsGradStep<T> {
        let adam = self.adam.constants::<T>(now);
        match self.maximum {
            Maximum::Raw => AmsGradStep { adam: adam.balanced().0, correct: T::ONE },
            Maximum::Corrected => {
                debug_assert!(self.adam.correction == BiasCorrection::Moments, "optax corrects the moments");
                AmsGradStep { adam: AdamStep { scale: T::ONE, ..adam }, correct: adam.scale }
            }
            Maximum::Uncorrected => AmsGradStep { adam: self.adam.averages(), correct: T::ONE },
        }
    }

    #[inline(always)]
    fn update<T: Real>(
        k: &AmsGradStep<T>,
        gradient: T,
        _: T,
        [first, second, largest]: [T; 3],
    ) -> (T, [T; 3]) {
        let (_, [first, second]) = k.adam.update(gradient, [first, second]);
        let largest = largest.maximum(k.correct * second);
        (k.adam.step(first, largest, gradient), [first, second, largest])
    }
}
