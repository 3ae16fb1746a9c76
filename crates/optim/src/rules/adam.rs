//! Adam: momentum and a rate for every parameter, both corrected for their start at 0.

use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::{Catalogued, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
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
    /// Where the bias corrections stand.
    pub correction: BiasCorrection,
}

/// Where Adam's bias corrections stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BiasCorrection {
    /// Algorithm 1 of the paper: η m̂ / (√v̂ + ε) (torch).
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
            correction: BiasCorrection::Rate,
        }
    }

    /// `torch.optim.Adam`'s form and defaults: η 0.001, β 0.9 and 0.999, ε 1e-8.
    pub fn torch() -> Self {
        Self { epsilon: 1e-8, correction: BiasCorrection::Moments, ..Self::book() }
    }
}

impl Catalogued for Adam {
    const INFO: Info = Info {
        name: "adam",
        title: "Adam",
        formula: "m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²; torch: w ← w − η m̂ / (√v̂ + ε); \
                  book: w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε)",
        paper: "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization",
        when: "a good first choice almost everywhere; little tuning of the rate",
        hyperparameters: &[
            Hyperparameter::LEARNING_RATE,
            Hyperparameter::new(
                "beta1",
                "how much of the average of gradients a step keeps",
                Domain::BELOW_ONE,
            ),
            Hyperparameter::new(
                "beta2",
                "how much of the average of squares a step keeps",
                Domain::BELOW_ONE,
            ),
            Hyperparameter::EPSILON,
        ],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book => Self::book(),
            Dialect::Torch => Self::torch(),
        })
    }
}

/// One formula for both forms: update = rate m / (scale √v + ε).
#[derive(Clone, Copy, Debug)]
pub struct AdamStep<T> {
    keep1: T,
    take1: T,
    keep2: T,
    take2: T,
    rate: T,
    scale: T,
    epsilon: T,
}

impl Rule for Adam {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    fn state_names(&self) -> Vec<&'static str> {
        vec![FIRST_MOMENT, SECOND_MOMENT]
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta1", &mut self.beta1);
        visit("beta2", &mut self.beta2);
        visit("epsilon", &mut self.epsilon);
    }

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let t = now.step as f64;
        let (bias1, bias2) = (1.0 - self.beta1.powf(t), (1.0 - self.beta2.powf(t)).sqrt());
        let rate = self.learning_rate * now.factor;
        let (rate, scale) = match self.correction {
            BiasCorrection::Moments => (rate / bias1, 1.0 / bias2),
            BiasCorrection::Rate => (rate * bias2 / bias1, 1.0),
        };
        AdamStep {
            keep1: T::from_f64(self.beta1),
            take1: T::from_f64(1.0 - self.beta1),
            keep2: T::from_f64(self.beta2),
            take2: T::from_f64(1.0 - self.beta2),
            rate: T::from_f64(rate),
            scale: T::from_f64(scale),
            epsilon: T::from_f64(self.epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let first = k.keep1 * first + k.take1 * gradient;
        let second = k.keep2 * second + k.take2 * gradient * gradient;
        (k.rate * first / (k.scale * second.sqrt() + k.epsilon), [first, second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Named, Optimizer, Pass};
    use std::collections::BTreeMap;

    #[test]
    fn the_notes_step_by_hand() {
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let mut adam = Named::new(Adam { learning_rate: 1.0, beta1: 0.5, beta2: 0.5, ..Adam::book() });
        adam.update(&mut params, &BTreeMap::from([("x", 2.0), ("y", 1.0)])).unwrap();
        assert_eq!(adam.state("first_moment", "x"), Some(&[1.0][..]));
        assert_eq!(adam.state("first_moment", "y"), Some(&[0.5][..]));
        assert_eq!(adam.state("second_moment", "x"), Some(&[2.0][..]));
        assert_eq!(adam.state("second_moment", "y"), Some(&[0.5][..]));
        // √.5 / .5 · 1 / (√2 + 1e-7) = 1 − 7.07e-8, and √.5 / .5 · .5 / (√.5 + 1e-7) = 1 − 1.41e-7.
        let root = 0.5f64.sqrt();
        assert!((params["x"] - (1.0 - root / 0.5 / (2.0f64.sqrt() + 1e-7))).abs() < 1e-15, "{params:?}");
        assert!((params["y"] - (2.0 - root / (root + 1e-7))).abs() < 1e-15, "{params:?}");
    }

    /// Total displacement after three steps of a constant gradient, rate 1e-3: small gradients tell the forms apart.
    #[test]
    fn epsilon_acts_where_the_dialect_says() {
        let displacement = |rule: Adam, gradient: f64| {
            let mut pass = Pass::<_, f64>::flat(rule, 1);
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
