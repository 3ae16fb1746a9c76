//! AdaGrad: a rate of its own for every parameter.

use super::names::SUM_OF_SQUARES;
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// h ← h + g², w ← w − η g / (√h + ε) (Duchi, Hazan and Singer 2011).
///
/// Parameters that moved much get a smaller rate. The sum only grows, so steps shrink for ever: good on convex problems
/// and sparse gradients, apt to stop early on others. The dialects differ in what ε is added to and where h starts.
///
/// When to use it: sparse gradients (words, embeddings) and convex problems. Source: Duchi, Hazan and Singer 2011,
/// Adaptive Subgradient Methods.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaGrad {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// ε: added to the root, or under it.
    pub epsilon: f64,
    /// Whether ε stands under the root (keras, optax).
    pub under_root: bool,
    /// What h starts at.
    pub initial_accumulator: f64,
    /// The rate is divided by 1 + `rate_decay` (t − 1) (torch).
    pub rate_decay: f64,
}

impl AdaGrad {
    /// The book's defaults: η 0.01, ε 1e-7.
    pub fn book() -> Self {
        Self {
            learning_rate: 0.01,
            epsilon: 1e-7,
            under_root: false,
            initial_accumulator: 0.0,
            rate_decay: 0.0,
        }
    }

    /// `torch.optim.Adagrad`'s defaults: η 0.01, ε 1e-10.
    pub fn torch() -> Self {
        Self { epsilon: 1e-10, ..Self::book() }
    }

    /// `keras.optimizers.Adagrad`'s: η 0.001, ε 1e-7 under the root, h from 0.1.
    pub fn keras() -> Self {
        Self { learning_rate: 0.001, under_root: true, initial_accumulator: 0.1, ..Self::book() }
    }
}

impl Catalogued for AdaGrad {
    const INFO: Info = Info {
        name: "adagrad",
        title: "AdaGrad",
        formula: "h ← h + g², w ← w − η g / (√h + ε)",
        paper: "Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods",
        when: "sparse gradients (words, embeddings) and convex problems",
        special: &[],
        differences: &[
            (
                Dialect::Torch,
                "η / (1 + rate_decay (t − 1)) in place of η; h starts at initial_accumulator, 0",
            ),
            (Dialect::Keras, "√(h + ε), h from 0.1"),
            (Dialect::Optax, "√(h + ε), h from 0.1"),
        ],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book => Self::book(),
            Dialect::Torch => Self::torch(),
            Dialect::Keras => Self::keras(),
            Dialect::Optax => Self { learning_rate: 0.01, ..Self::keras() },
            Dialect::Paper => Self { epsilon: 1e-8, ..Self::book() },
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("epsilon", &mut self.epsilon);
        if !matches!(dialect, Dialect::Book | Dialect::Paper) {
            visit("initial_accumulator", &mut self.initial_accumulator);
        }
        if dialect == Dialect::Torch {
            visit("rate_decay", &mut self.rate_decay);
        }
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdaGradStep<T> {
    rate: T,
    under_root: T,
    epsilon: T,
}

impl Rule for AdaGrad {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = AdaGradStep<T>;

    states!(SUM_OF_SQUARES);
    fields!(learning_rate, epsilon, initial_accumulator, rate_decay);

    fn initial_state(&self) -> Vec<f64> {
        vec![self.initial_accumulator]
    }

    fn step<T: Real>(&self, now: &Moment) -> AdaGradStep<T> {
        let rate = self.learning_rate / (1.0 + (now.step - 1) as f64 * self.rate_decay);
        let (under_root, epsilon) = if self.under_root { (self.epsilon, 0.0) } else { (0.0, self.epsilon) };
        AdaGradStep {
            rate: T::from_f64(rate),
            under_root: T::from_f64(under_root),
            epsilon: T::from_f64(epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdaGradStep<T>, gradient: T, _: T, [sum]: [T; 1]) -> (T, [T; 1]) {
        let sum = sum + gradient * gradient;
        (k.rate * gradient / ((sum + k.under_root).sqrt() + k.epsilon), [sum])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Named;
    use std::collections::BTreeMap;

    #[test]
    fn the_notes_step_by_hand() {
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let mut adagrad = Named::new(AdaGrad { learning_rate: 1.0, ..AdaGrad::book() });
        adagrad.update(&mut params, &BTreeMap::from([("x", 2.0), ("y", 1.0)])).unwrap();
        assert_eq!(adagrad.state("sum_of_squares", "x"), Some(vec![4.0]));
        assert_eq!(adagrad.state("sum_of_squares", "y"), Some(vec![1.0]));
        // x: 1 − 2 / (2 + 1e-7), y: 2 − 1 / (1 + 1e-7).
        assert!((params["x"] - 5e-8).abs() < 1e-14, "{params:?}");
        assert!((params["y"] - 1.0000001).abs() < 1e-13, "{params:?}");
    }
}
