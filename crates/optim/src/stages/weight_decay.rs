//! L2 regularisation as a gradient.

use crate::{Moment, Rule};
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

    fn state_names(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("weight_decay", &mut self.weight_decay);
    }

    fn step<T: Real>(&self, _: &Moment) -> T {
        T::from_f64(self.weight_decay)
    }

    #[inline(always)]
    fn update<T: Real>(decay: &T, gradient: T, parameter: T, (): ()) -> (T, ()) {
        (gradient + *decay * parameter, ())
    }
}
