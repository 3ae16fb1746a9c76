//! AdaGrad: a rate of its own for every parameter.

use super::names::SUM_OF_SQUARES;
use crate::{Catalogued, Dialect, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// h ← h + g², w ← w − η g / (√h + ε) (Duchi, Hazan and Singer 2011).
///
/// Parameters that moved much get a smaller rate. The sum only grows, so steps shrink for ever: good on convex problems
/// and sparse gradients, apt to stop early on others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaGrad {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// ε: added to the root.
    pub epsilon: f64,
}

impl AdaGrad {
    /// The book's defaults: η 0.01, ε 1e-7.
    pub fn book() -> Self {
        Self { learning_rate: 0.01, epsilon: 1e-7 }
    }

    /// `torch.optim.Adagrad`'s defaults: η 0.01, ε 1e-10.
    pub fn torch() -> Self {
        Self { learning_rate: 0.01, epsilon: 1e-10 }
    }
}

impl Catalogued for AdaGrad {
    const INFO: Info = Info {
        name: "adagrad",
        title: "AdaGrad",
        formula: "h ← h + g², w ← w − η g / (√h + ε)",
        paper: "Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods",
        when: "sparse gradients (words, embeddings) and convex problems",
        hyperparameters: &[Hyperparameter::LEARNING_RATE, Hyperparameter::EPSILON],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book => Self::book(),
            Dialect::Torch => Self::torch(),
        })
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdaGradStep<T> {
    rate: T,
    epsilon: T,
}

impl Rule for AdaGrad {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = AdaGradStep<T>;

    fn state_names(&self) -> Vec<&'static str> {
        vec![SUM_OF_SQUARES]
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("epsilon", &mut self.epsilon);
    }

    fn step<T: Real>(&self, now: &Moment) -> AdaGradStep<T> {
        AdaGradStep { rate: T::from_f64(self.learning_rate * now.factor), epsilon: T::from_f64(self.epsilon) }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdaGradStep<T>, gradient: T, _: T, [sum]: [T; 1]) -> (T, [T; 1]) {
        let sum = sum + gradient * gradient;
        (k.rate * gradient / (sum.sqrt() + k.epsilon), [sum])
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
        assert_eq!(adagrad.state("sum_of_squares", "x"), Some(&[4.0][..]));
        assert_eq!(adagrad.state("sum_of_squares", "y"), Some(&[1.0][..]));
        // x: 1 − 2 / (2 + 1e-7), y: 2 − 1 / (1 + 1e-7).
        assert!((params["x"] - 5e-8).abs() < 1e-14, "{params:?}");
        assert!((params["y"] - 1.0000001).abs() < 1e-13, "{params:?}");
    }
}
