//! Uphill instead of downhill.

use crate::macros::{fields, states};
use crate::{Moment, Rule};
use thalweg_lanes::Real;

/// g ← −g: the rule that follows maximises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Maximize {
    /// 1 to go uphill, 0 to leave the gradient as it is.
    pub maximize: f64,
}

impl Rule for Maximize {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();
    fields!(maximize);

    fn is_idle(&self) -> bool {
        self.maximize == 0.0
    }

    fn step<T: Real>(&self, _: &Moment) -> T {
        if self.maximize == 0.0 { T::ONE } else { -T::ONE }
    }

    #[inline(always)]
    fn update<T: Real>(sign: &T, gradient: T, _: T, (): ()) -> (T, ()) {
        (*sign * gradient, ())
    }
}
