//! Stochastic gradient descent.

use crate::{Catalogued, Dialect, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// w ← w − η g (Robbins and Monro 1951).
///
/// One step downhill. Zigzags where the function is much steeper in one direction than in another; with a good rate and
/// decay often the best generaliser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// η: the size of a step.
    pub learning_rate: f64,
}

impl Sgd {
    /// The book's default: η 0.01.
    pub fn book() -> Self {
        Self { learning_rate: 0.01 }
    }

    /// `torch.optim.SGD`'s default: η 0.001.
    pub fn torch() -> Self {
        Self { learning_rate: 0.001 }
    }
}

impl Catalogued for Sgd {
    const INFO: Info = Info {
        name: "sgd",
        title: "SGD",
        formula: "w ← w − η g",
        paper: "Robbins and Monro 1951, A Stochastic Approximation Method",
        when: "the baseline; well-conditioned problems; with a schedule, still hard to beat on images",
        hyperparameters: &[Hyperparameter::LEARNING_RATE],
        rates: (1e-3, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book => Self::book(),
            Dialect::Torch => Self::torch(),
        })
    }
}

impl Rule for Sgd {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    fn state_names(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
    }

    fn step<T: Real>(&self, now: &Moment) -> T {
        T::from_f64(self.learning_rate * now.factor)
    }

    #[inline(always)]
    fn update<T: Real>(rate: &T, gradient: T, _: T, (): ()) -> (T, ()) {
        (*rate * gradient, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Pass};

    #[test]
    fn moves_against_the_gradient() {
        let mut pass = Pass::<_, f64>::flat(Sgd { learning_rate: 0.5 }, 2);
        let mut parameters = [1.0, 2.0];
        pass.step(&mut parameters, &[2.0, -1.0]).unwrap();
        assert_eq!(parameters, [0.0, 2.5]);
    }
}
