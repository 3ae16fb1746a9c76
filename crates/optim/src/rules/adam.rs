//! Adam: momentum and a rate for every parameter, both corrected for their start at 0.

use super::AmsGrad;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
/// (Kingma and Ba 2015).
///
/// The dialects differ in what ε is added to ([`BiasCorrection`]): it shows for gradients around ε, not for large ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the first moment a step keeps.
    pub beta1: f64,
    /// β₂: how much of the second moment a step keeps.
    pub beta2: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// Added under the root; only optax has it.
    pub epsilon_root: Option<f64>,
    /// Whether the first moment looks one step ahead: β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ) in place of m̂ (Dozat 2016,
    /// as optax has it).
    pub nesterov: bool,
    /// Where the bias corrections stand.
    pub correction: BiasCorrection,
}

/// Where Adam's bias corrections stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BiasCorrection {
    /// Algorithm 1 of the paper: η m̂ / (√v̂ + ε) (torch, optax).
    Moments,
    /// The paper's "more efficient" form, end of section 2: η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), with ε not scaled
    /// (book, keras).
    Rate,
}

impl Adam {
    /// The book's form and defaults: η 0.001, β 0.9 and 0.999, ε 1e-7, corrections folded into the rate.
    pub fn book() -> Self {
        Self {
            learning_rate: 0.001,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-7,
            epsilon_root: None,
            nesterov: false,
            correction: BiasCorrection::Rate,
        }
    }

    /// `torch.optim.Adam`'s form and defaults: η 0.001, β 0.9 and 0.999, ε 1e-8.
    pub fn torch() -> Self {
        Self { epsilon: 1e-8, correction: BiasCorrection::Moments, ..Self::book() }
    }

    /// Adam as `dialect` has it: book and keras fold the corrections into the rate, the others correct the moments.
    pub fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Book | Dialect::Keras => Self::book(),
            Dialect::Optax => Self { epsilon_root: Some(0.0), ..Self::torch() },
            Dialect::Torch | Dialect::Paper => Self::torch(),
        }
    }

    /// The two bias corrections 1 − β₁ᵗ and 1 − β₂ᵗ.
    pub(super) fn bias(&self, step: u64) -> (f64, f64) {
        let t = step as f64;
        (1.0 - self.beta1.powf(t), 1.0 - self.beta2.powf(t))
    }

    /// The same by the names of the moments, for [`Catalogued::corrections`].
    pub(super) fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        let (bias1, bias2) = self.bias(step);
        vec![(FIRST_MOMENT, bias1), (SECOND_MOMENT, bias2)]
    }

    /// The averages' constants; rate, denominator and the rest as for a bare η g / (√v + ε).
    pub(super) fn averages<T: Real>(&self) -> AdamStep<T> {
        AdamStep {
            keep1: T::from_f64(self.beta1),
            take1: T::from_f64(1.0 - self.beta1),
            keep2: T::from_f64(self.beta2),
            take2: T::from_f64(1.0 - self.beta2),
            rate: T::from_f64(self.learning_rate),
            direct: T::ZERO,
            scale: T::ONE,
            root: T::from_f64(self.epsilon_root.unwrap_or(0.0)),
            epsilon: T::from_f64(self.epsilon),
        }
    }
}

/// `adam` as the libraries have it: [`Adam`], or [`AmsGrad`] with `amsgrad`.
///
/// When to use it: a good first choice almost everywhere; little tuning of the rate. Source: Kingma and Ba 2015, Adam:
/// A Method for Stochastic Optimization.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `amsgrad`: whether to divide by the largest second moment so far
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `decoupled_weight_decay`: whether weight decay acts on the parameter (times the rate) instead of on the gradient
/// - `maximize`: whether to go uphill
/// - `epsilon_root`: added under the root of the denominator
/// - `nesterov`: whether the velocity looks one step ahead
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamFamily {
    pub(super) adam: Adam,
    pub(super) amsgrad: f64,
    pub(super) nesterov: f64,
}

impl AdamFamily {
    pub(super) fn of(dialect: Dialect) -> Self {
        Self { adam: Adam::of(dialect), amsgrad: 0.0, nesterov: 0.0 }
    }

    /// The rule, or what `amsgrad` makes of it, before any weight decay.
    pub(super) fn moments<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let adam = Adam { nesterov: self.nesterov != 0.0, ..self.adam };
        if self.amsgrad != 0.0 { composer.rule(AmsGrad::raw(adam)) } else { composer.rule(adam) }
    }
}

impl Catalogued for AdamFamily {
    const INFO: Info = Info {
        name: "adam",
        title: "Adam",
        formula: "m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε)",
        paper: "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization",
        when: "a good first choice almost everywhere; little tuning of the rate",
        special: &[],
        differences: &[
            (Dialect::Book, "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε is not scaled"),
            (Dialect::Keras, "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε is not scaled; amsgrad"),
            (Dialect::Torch, "amsgrad: the largest v so far, corrected by today's 1 − β₂ᵗ"),
            (Dialect::Optax, "√(v̂ + epsilon_root) + ε; nesterov"),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        match self {
            Self { amsgrad, .. } if *amsgrad != 0.0 => AmsGrad::raw(self.adam).corrections(step),
            // The first moment looks one step ahead in place of a correction.
            Self { nesterov, .. } if *nesterov != 0.0 => self.adam.corrections(step).split_off(1),
            Self { .. } => self.adam.corrections(step),
        }
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(Self::of(dialect))
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
        match dialect {
            Dialect::Torch | Dialect::Keras => visit("amsgrad", &mut self.amsgrad),
            Dialect::Optax => visit("nesterov", &mut self.nesterov),
            Dialect::Book | Dialect::Paper => {}
        }
    }

    fn common(dialect: Dialect) -> Common {
        Common::with_choice(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        self.moments(composer)
    }
}

/// One formula for Adam and its nearest relatives: update = (rate m + direct g) / (√(scale v + root) + ε).
#[derive(Clone, Copy, Debug)]
pub struct AdamStep<T> {
    pub(super) keep1: T,
    pub(super) take1: T,
    pub(super) keep2: T,
    pub(super) take2: T,
    pub(super) rate: T,
    pub(super) direct: T,
    pub(super) scale: T,
    pub(super) root: T,
    pub(super) epsilon: T,
}

/// The power of two 2⁻ᵏ by which numerator and denominator of m / (√(`scale` v + …) + ε) are multiplied, so that `scale` / 4ᵏ is at
/// most 1 and the product overflows nowhere that v does not: √v / √(1 − β₂ᵗ) is finite for every v. Powers of two change no bit.
pub(super) fn balance(scale: f64) -> f64 {
    let (mut scale, mut factor) = (scale, 1.0);
    while scale > 1.0 && scale.is_finite() {
        (scale, factor) = (scale / 4.0, factor / 2.0);
    }
    factor
}

impl<T: Real> AdamStep<T> {
    /// The same fraction with numerator and denominator multiplied by the second number returned; see [`balance`].
    pub(super) fn balanced(self) -> (Self, T) {
        let factor = balance(self.scale.to_f64());
        let [one, two] = [factor, factor * factor].map(T::from_f64);
        let balanced = Self {
            rate: one * self.rate,
            direct: one * self.direct,
            scale: two * self.scale,
            root: two * self.root,
            epsilon: one * self.epsilon,
            ..self
        };
        (balanced, one)
    }

    #[inline(always)]
    pub(super) fn update(&self, gradient: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let first = self.keep1 * first + self.take1 * gradient;
        let second = self.keep2 * second + self.take2 * gradient * gradient;
        (self.step(first, second, gradient), [first, second])
    }

    /// What to subtract, from moments that are up to date.
    #[inline(always)]
    pub(super) fn step(&self, first: T, second: T, gradient: T) -> T {
        (self.rate * first + self.direct * gradient)
            / ((self.scale * second + self.root).sqrt() + self.epsilon)
    }
}

impl Rule for Adam {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, epsilon; epsilon_root: epsilon_root);

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        self.constants(now).balanced().0
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, state: [T; 2]) -> (T, [T; 2]) {
        k.update(gradient, state)
    }
}

impl Adam {
    /// The constants of the update at `now` as the formula has them.
    pub(super) fn constants<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let (bias1, bias2) = self.bias(now.step);
        let (rate, direct, scale) = match self.correction {
            BiasCorrection::Rate => (self.learning_rate * bias2.sqrt() / bias1, 0.0, 1.0),
            BiasCorrection::Moments if self.nesterov => {
                let (ahead, _) = self.bias(now.step + 1);
                let rate = self.learning_rate;
                (rate * self.beta1 / ahead, rate * (1.0 - self.beta1) / bias1, 1.0 / bias2)
            }
            BiasCorrection::Moments => (self.learning_rate / bias1, 0.0, 1.0 / bias2),
        };
        AdamStep {
            rate: T::from_f64(rate),
            direct: T::from_f64(direct),
            scale: T::from_f64(scale),
            ..self.averages()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Named, Optimizer, Passes};
    use std::collections::BTreeMap;

    #[test]
    fn the_notes_step_by_hand() {
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let mut adam = Named::new(Adam { learning_rate: 1.0, beta1: 0.5, beta2: 0.5, ..Adam::book() });
        adam.update(&mut params, &BTreeMap::from([("x", 2.0), ("y", 1.0)])).unwrap();
        assert_eq!(adam.state("first_moment", "x"), Some(vec![1.0]));
        assert_eq!(adam.state("first_moment", "y"), Some(vec![0.5]));
        assert_eq!(adam.state("second_moment", "x"), Some(vec![2.0]));
        assert_eq!(adam.state("second_moment", "y"), Some(vec![0.5]));
        // √.5 / .5 · 1 / (√2 + 1e-7) = 1 − 7.07e-8, and √.5 / .5 · .5 / (√.5 + 1e-7) = 1 − 1.41e-7.
        let root = 0.5f64.sqrt();
        assert!((params["x"] - (1.0 - root / 0.5 / (2.0f64.sqrt() + 1e-7))).abs() < 1e-15, "{params:?}");
        assert!((params["y"] - (2.0 - root / (root + 1e-7))).abs() < 1e-15, "{params:?}");
    }

    #[test]
    fn in_32_bits_the_correction_overflows_nowhere_that_the_moment_does_not() {
        // (1 − β₂) g² is 1e37, and 1e37 / (1 − β₂) no number of 32 bits; √1e37 / √(1 − β₂) is.
        let mut pass = Passes::<f32>::flat(Adam { learning_rate: 0.5, ..Adam::torch() }, 2);
        let mut parameters = [0.0f32; 2];
        pass.step(&mut parameters, &[1e20, -3e19]).unwrap();
        assert!((parameters[0] + 0.5).abs() < 1e-6 && (parameters[1] - 0.5).abs() < 1e-6, "{parameters:?}");
    }

    #[test]
    fn a_balance_is_the_least_power_of_two() {
        assert_eq!([0.5, 1.0, 1.5, 4.0, 4.5, 1000.0].map(balance), [1.0, 1.0, 0.5, 0.5, 0.25, 1.0 / 32.0]);
        assert_eq!(balance(f64::INFINITY), 1.0);
    }

    /// Total displacement after three steps of a constant gradient, rate 1e-3: small gradients tell the forms apart.
    #[test]
    fn epsilon_acts_where_the_dialect_says() {
        let displacement = |rule: Adam, gradient: f64| {
            let mut pass = Passes::<f64>::flat(rule, 1);
            let mut parameters = [0.0];
            for _ in 0..3 {
                pass.step(&mut parameters, &[gradient]).unwrap();
            }
            -parameters[0]
        };
        let table =
            [(1e-8, 1.5e-3, 1.304811e-5), (1e-6, 2.970297e-3, 9.029917e-4), (1e-4, 2.9997e-3, 2.929531e-3)];
        for (gradient, torch, book) in table {
            assert!((displacement(Adam::torch(), gradient) / torch - 1.0).abs() < 5e-7, "{gradient}");
            assert!((displacement(Adam::book(), gradient) / book - 1.0).abs() < 5e-7, "{gradient}");
        }
    }
}
