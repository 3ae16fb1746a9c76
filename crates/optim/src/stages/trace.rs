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
