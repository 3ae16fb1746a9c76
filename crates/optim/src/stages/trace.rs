//! A velocity behind any rule.

use crate::macros::{fields, states};
use crate::rules::names::VELOCITY;
use crate::{Moment, Rule};
use thalweg_lanes::Real;

/// v ← α v + u, u ← v, or u + α v if `nesterov`: momentum over the updates of the stage before (optax's `trace`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trace {
    /// α: how much of the velocity a step keeps.
    pub momentum: f64,
    /// 1 to look one step ahead, 0 not to.
    pub nesterov: f64,
}

impl Rule for Trace {
    type State<T: Real> = [T; 1];
    /// α, then what the velocity and the update contribute.
    type Step<T: Real> = [T; 3];

    states!(VELOCITY);
    fields!(momentum, nesterov);

    fn step<T: Real>(&self, _: &Moment) -> [T; 3] {
        let (velocity, direct) = if self.nesterov != 0.0 { (self.momentum, 1.0) } else { (1.0, 0.0) };
        [self.momentum, velocity, direct].map(T::from_f64)
    }

    #[inline(always)]
    fn update<T: Real>(&[keep, apply, direct]: &[T; 3], update: T, _: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let velocity = keep * velocity + update;
        (apply * velocity + direct * update, [velocity])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Optimizer, Passes};

    #[test]
    fn the_velocity_is_the_update_or_lies_ahead_of_it() {
        for (nesterov, expected) in [(0.0, [1.0, 3.5]), (1.0, [1.5, 4.75])] {
            let chain = Trace { momentum: 0.5, nesterov }.then(Sgd { learning_rate: 1.0 });
            let mut passes = Passes::<f64>::flat(chain, 1);
            let mut parameters = [0.0];
            // Velocities 1 and 2.5; with Nesterov's step 1 + 0.5 and 2 + 1.25.
            for (gradient, expected) in [1.0, 2.0].into_iter().zip(expected) {
                passes.step(&mut parameters, &[gradient]).unwrap();
                assert_eq!(-parameters[0], expected);
            }
        }
    }
}
