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
