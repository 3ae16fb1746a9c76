//! A bound on every element.

use crate::macros::{fields, states};
use crate::{Moment, Role, Rule};
use thalweg_lanes::Real;

/// g ← min(max(g, −c), c), element by element; NaN passes through, to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipByValue {
    /// c: the largest magnitude that passes.
    pub largest: f64,
}

impl Rule for ClipByValue {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();
    fields!(largest);

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.largest)
    }

    #[inline(always)]
    fn update<T: Real>(largest: &T, gradient: T, _: T, (): ()) -> (T, ()) {
        (gradient.minimum(*largest).maximum(-*largest), ())
    }

    fn role<T: Real>(largest: &T) -> Role<T> {
        Role::Bound(*largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes, rules::Sgd};

    #[test]
    fn bounds_every_element_before_the_rule() {
        let mut pass = Passes::<f64>::flat(ClipByValue { largest: 0.5 }.then(Sgd { learning_rate: 1.0 }), 3);
        let mut parameters = [0.0; 3];
        pass.step(&mut parameters, &[5.0, -7.0, 0.25]).unwrap();
        assert_eq!(parameters, [-0.5, 0.5, -0.25]);
    }
}
