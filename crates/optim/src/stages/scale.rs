//! A constant factor.

use crate::macros::{fields, states};
use crate::{Moment, Rule};
use thalweg_lanes::Real;

/// u ← c u.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// c.
    pub factor: f64,
}

impl Rule for Scale {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();
    fields!(factor);

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.factor)
    }

    #[inline(always)]
    fn update<T: Real>(factor: &T, update: T, _: T, (): ()) -> (T, ()) {
        (*factor * update, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Optimizer, Passes};

    #[test]
    fn updates_are_multiplied() {
        let chain = Scale { factor: 4.0 }.then(Sgd { learning_rate: 0.5 });
        let mut passes = Passes::<f64>::flat(chain, 1);
        let mut parameters = [0.0];
        passes.step(&mut parameters, &[3.0]).unwrap();
        assert_eq!(parameters, [-6.0]);
    }
}
