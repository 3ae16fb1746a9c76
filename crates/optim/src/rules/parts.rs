//! Pieces that several rules with barriers are put together from.

use super::names::VELOCITY;
use crate::macros::{fields, states};
use crate::rule::MEMORY;
use crate::segment::sum_of_squares;
use crate::{Barrier, Items, Moment, OptimError, Rule};
use std::sync::Arc;
use thalweg_arena::{Arena, Layout, Tensor, display_shape};
use thalweg_lanes::Real;

/// A rule for the direction it gives: its own rate is 1 and no hyper-parameter.
#[derive(Clone, Copy)]
pub(super) struct Direction<R>(pub(super) R);

impl<R: Rule> Rule for Direction<R> {
    type State<T: Real> = R::State<T>;
    type Step<T: Real> = R::Step<T>;
    const MEMORIES: usize = R::MEMORIES;

    fn state_names(&self) -> Vec<&'static str> {
        self.0.state_names()
    }

    fn initial_state(&self) -> Vec<f64> {
        self.0.initial_state()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.hyperparameters(&mut |name, value| match name {
            "learning_rate" => *value = 1.0,
            _ => visit(name, value),
        });
    }

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        self.0.remember(now)
    }

    fn step<T: Real>(&self, now: &Moment) -> R::Step<T> {
        self.0.step(now)
    }

    #[inline(always)]
    fn update<T: Real>(k: &R::Step<T>, gradient: T, parameter: T, state: R::State<T>) -> (T, R::State<T>) {
        R::update(k, gradient, parameter, state)
    }
}

/// v ← β v + (1 − β) u, u ← v.
#[derive(Clone, Copy)]
pub(super) struct Average {
    pub(super) momentum: f64,
}

impl Rule for Average {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = [T; 2];

    states!(VELOCITY);
    fields!(momentum);

    fn step<T: Real>(&self, _: &Moment) -> [T; 2] {
        [self.momentum, 1.0 - self.momentum].map(T::from_f64)
    }

    #[inline(always)]
    fn update<T: Real>(&[keep, take]: &[T; 2], update: T, _: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let velocity = keep * velocity + take * update;
        (velocity, [velocity])
    }
}

/// Each tensor's update times c ‖w‖ / (‖u‖ + ε), and times 1 where a norm is 0.
#[derive(Clone, Copy)]
pub(super) struct TrustRatio {
    pub(super) trust_coefficient: f64,
    /// ε, of rules that have one here.
    pub(super) epsilon: Option<f64>,
    /// How much decay has taken off the parameters by the time they are measured, as a share for each unit of rate.
    pub(super) decayed: Option<f64>,
}

impl<T: Real> Barrier<T> for TrustRatio {
    fields!(trust_coefficient; epsilon: epsilon, weight_decay: decayed);

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let threads = items.threads();
        items.for_each(|item| {
            let shrunk = 1.0 - self.decayed.unwrap_or(0.0) * item.now.learning_rate;
            let weights = shrunk.abs() * sum_of_squares(item.parameters, threads).sqrt();
            let updates = sum_of_squares(item.updates.get(), threads).sqrt();
            if weights > 0.0 && updates > 0.0 {
                *item.factor = self.trust_coefficient * weights / (updates + self.epsilon.unwrap_or(0.0));
            }
        });
    }
}

/// A buffer for those tensors of `layout` for which `shape` gives one, of that shape.
pub(super) fn arena<T: Real>(layout: &Layout, shape: impl Fn(&Tensor) -> Option<Vec<usize>>) -> Arena<T> {
    let mut own = Layout::new();
    for tensor in layout.tensors() {
        if let Some(shape) = shape(tensor) {
            // Names are unique, and no shape is larger than the square of one that fitted.
            let _ = own.add(tensor.name.clone(), &shape);
        }
    }
    Arena::zeros(Arc::new(own))
}

/// Axes for which there are names.
pub(super) const AXES: usize = 8;

/// Buffers of one number for each index of an axis.
pub(super) const AXIS_ACCUMULATORS: [&str; AXES] = [
    "accumulator0",
    "accumulator1",
    "accumulator2",
    "accumulator3",
    "accumulator4",
    "accumulator5",
    "accumulator6",
    "accumulator7",
];

/// Buffers of one square matrix for each axis.
#[cfg(feature = "matrix")]
pub(super) const AXIS_STATISTICS: [&str; AXES] = [
    "statistics0",
    "statistics1",
    "statistics2",
    "statistics3",
    "statistics4",
    "statistics5",
    "statistics6",
    "statistics7",
];

/// Refuses tensors with more axes than there are names.
pub(super) fn check_axes(rule: &'static str, layout: &Layout) -> Result<(), OptimError> {
    match layout.tensors().iter().find(|tensor| tensor.shape.len() > AXES) {
        None => Ok(()),
        Some(tensor) => Err(OptimError::Shape {
            rule,
            tensor: tensor.name.clone(),
            shape: display_shape(&tensor.shape),
            need: "it keeps state for at most 8 axes; give this tensor to another rule by a group",
        }),
    }
}

/// The root mean square.
pub(super) fn rms<T: Real>(values: &[T], threads: usize) -> f64 {
    (sum_of_squares(values, threads) / values.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dialect, Specification};

    #[test]
    fn without_weights_or_without_an_update_there_is_no_ratio_and_the_rate_counts() {
        // The first update of LAMB's Adam is 1 for each element that has a gradient.
        let lamb = Specification::new("lamb", Dialect::Paper).with("learning_rate", 0.25);
        for (weight, gradient, expected) in [(0.0, 3.0, -0.25), (2.0, 0.0, 2.0), (2.0, 3.0, 1.5)] {
            let mut optimizer = lamb.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
            let mut parameters = [weight];
            optimizer.step(&mut parameters, &[gradient]).unwrap();
            assert!((parameters[0] - expected).abs() < 1e-5, "{weight} {gradient}: {}", parameters[0]);
        }
    }

    #[test]
    fn eight_axes_are_taken_and_nine_refused() {
        let layout = |axes: usize| {
            let mut layout = Layout::new();
            layout.add("w", &vec![1; axes]).unwrap();
            layout
        };
        assert!(check_axes("sm3", &layout(8)).is_ok());
        let error = check_axes("sm3", &layout(9)).unwrap_err().to_string();
        assert!(error.contains("at most 8 axes"), "{error}");
    }
}
