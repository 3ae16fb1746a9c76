//! L2 regularisation as a gradient.

use crate::macros::{fields, states};
use crate::{Moment, Role, Rule};
use thalweg_lanes::Real;

/// g ← g + λ w: the gradient of λ/2 ‖w‖² added before the rule, as the book's weight decay and torch's `weight_decay` do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightDecay {
    /// λ: how strongly parameters are pulled to 0.
    pub weight_decay: f64,
}

impl Rule for WeightDecay {
    type State<T: Real> = ();
    type Step<T: Real> = T;

    states!();
    fields!(weight_decay);

    fn is_idle(&self) -> bool {
        self.weight_decay == 0.0
    }

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.weight_decay)
    }

    #[inline(always)]
    fn update<T: Real>(decay: &T, gradient: T, parameter: T, (): ()) -> (T, ()) {
        (gradient + *decay * parameter, ())
    }

    fn role<T: Real>(decay: &T) -> Role<T> {
        Role::Decay(*decay)
    }
}
