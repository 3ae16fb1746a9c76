//! Stochastic gradient descent.

use super::{Momentum, Nesterov, RatePlace};
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Info, Moment, OptimError, Rule};
use thalweg_arena::Layout;
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

/// `sgd` as the libraries have it: with a velocity if `momentum` is above 0.
///
/// Without momentum this is [`Sgd`]; with it [`Momentum`] or, with `nesterov`, [`Nesterov`].
///
/// When to use it: the baseline; well-conditioned problems; with a schedule, still hard to beat on images. Source:
/// Robbins and Monro 1951, A Stochastic Approximation Method.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `momentum`: how much of the velocity a step keeps
/// - `nesterov`: whether the velocity looks one step ahead
/// - `dampening`: how much of a gradient is kept out of the velocity (not of the first one)
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdFamily {
    learning_rate: f64,
    momentum: f64,
    dampening: f64,
    nesterov: f64,
    dialect: Dialect,
}

impl Catalogued for SgdFamily {
    const INFO: Info = Info {
        name: "sgd",
        title: "SGD",
        formula: "w ← w − η g; with a momentum above 0 as `momentum` or `nesterov`",
        paper: "Robbins and Monro 1951, A Stochastic Approximation Method",
        when: "the baseline; well-conditioned problems; with a schedule, still hard to beat on images",
        special: &[],
        differences: &[],
        rates: (1e-3, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let learning_rate = if dialect == Dialect::Torch { 0.001 } else { 0.01 };
        Some(Self { learning_rate, momentum: 0.0, dampening: 0.0, nesterov: 0.0, dialect })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        if matches!(dialect, Dialect::Torch | Dialect::Keras | Dialect::Optax) {
            visit("momentum", &mut self.momentum);
            visit("nesterov", &mut self.nesterov);
        }
        if dialect == Dialect::Torch {
            visit("dampening", &mut self.dampening);
        }
    }

    fn check(&self, _: &Layout) -> Result<(), OptimError> {
        // Without a velocity keras and optax have nothing to look ahead with, and take the plain step.
        let torch = self.dialect == Dialect::Torch;
        if torch && self.nesterov != 0.0 && (self.momentum == 0.0 || self.dampening != 0.0) {
            let need = "nesterov needs a momentum above 0 and no dampening";
            return Err(OptimError::Contradiction(need.into()));
        }
        Ok(())
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, momentum, dampening, .. } = *self;
        let place = match self.dialect {
            Dialect::Book | Dialect::Keras | Dialect::Paper => RatePlace::InsideVelocity,
            Dialect::Torch | Dialect::Optax => RatePlace::OutsideVelocity,
        };
        match (momentum == 0.0, self.nesterov != 0.0) {
            (true, _) => composer.rule(Sgd { learning_rate }),
            (_, true) => composer.rule(Nesterov { learning_rate, momentum, place }),
            (_, false) => composer.rule(Momentum { learning_rate, momentum, dampening, place }),
        }
    }
}

impl Rule for Sgd {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();

    fields!(learning_rate);

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.learning_rate)
    }

    #[inline(always)]
    fn update<T: Real>(rate: &T, gradient: T, _: T, (): ()) -> (T, ()) {
        (*rate * gradient, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes, Specification};
    use std::sync::Arc;

    #[test]
    fn looking_ahead_needs_a_velocity_of_whole_gradients() {
        let build = |momentum: f64, dampening: f64| {
            let spec = Specification::new("sgd", Dialect::Torch)
                .with("momentum", momentum)
                .with("dampening", dampening)
                .with("nesterov", 1.0);
            spec.build::<f64>(Arc::new(Layout::flat(1))).is_ok()
        };
        assert_eq!((build(0.0, 0.0), build(0.5, 0.5), build(0.5, 0.0)), (false, false, true));
    }

    #[test]
    fn without_momentum_looking_ahead_is_the_plain_step_in_keras_and_optax() {
        for dialect in [Dialect::Keras, Dialect::Optax] {
            let spec = Specification::new("sgd", dialect).with("learning_rate", 0.5).with("nesterov", 1.0);
            let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
            let mut parameters = [1.0];
            optimizer.step(&mut parameters, &[0.5]).unwrap();
            assert_eq!(parameters, [0.75]);
        }
    }

    #[test]
    fn moves_against_the_gradient() {
        let mut pass = Passes::<f64>::flat(Sgd { learning_rate: 0.5 }, 2);
        let mut parameters = [1.0, 2.0];
        pass.step(&mut parameters, &[2.0, -1.0]).unwrap();
        assert_eq!(parameters, [0.0, 2.5]);
    }
}
