//! Bounds on norms.

use crate::macros::fields;
use crate::segment::sum_of_squares;
use crate::{Barrier, Items, Survey};
use thalweg_lanes::Real;

/// g ← g min(1, c / (‖g‖ + ε)) with the norm of all tensors together (Pascanu, Mikolov and Bengio 2013). With ε 1e-6 as
/// torch's `clip_grad_norm_`, with 0 as optax's `clip_by_global_norm`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipByGlobalNorm {
    /// c: the largest norm that passes.
    pub largest: f64,
    /// ε: added to the norm.
    pub epsilon: f64,
}

/// The same for each tensor by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClipByNorm {
    /// c: the largest norm that passes.
    pub largest: f64,
    /// ε: added to the norm.
    pub epsilon: f64,
}

/// What to multiply by so that a norm is at most `largest`; a norm that is not finite passes, to be seen.
fn bound(norm: f64, largest: f64, epsilon: f64) -> f64 {
    if norm.is_finite() { (largest / (norm + epsilon)).min(1.0) } else { 1.0 }
}

impl<T: Real> Barrier<T> for ClipByGlobalNorm {
    fields!(largest, epsilon);

    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        Some(Survey::norm(items))
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let [squares, _] = items.whole();
        let factor = bound(squares.sqrt(), self.largest, self.epsilon);
        if factor < 1.0 {
            items.clipped();
            items.for_each(|item| *item.factor = factor);
        }
    }
}

impl<T: Real> Barrier<T> for ClipByNorm {
    fields!(largest, epsilon);

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let (mut clipped, threads) = (false, items.threads());
        items.for_each(|item| {
            let norm = sum_of_squares(item.updates.get(), threads).sqrt();
            *item.factor = bound(norm, self.largest, self.epsilon);
            clipped |= *item.factor < 1.0;
        });
        if clipped {
            items.clipped();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::stages::Centralize;
    use crate::{Composer, Optimizer, Schedule, Shape};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    fn step(barrier: impl Barrier<f64> + 'static) -> (Vec<f64>, bool) {
        let mut layout = Layout::new();
        layout.add("a", &[2]).unwrap();
        layout.add("b", &[1]).unwrap();
        let mut gradients = vec![0.0; layout.len()];
        (gradients[0], gradients[1], gradients[16]) = (3.0, 0.0, 4.0);
        let mut passes =
            Composer::new(Arc::new(layout)).barrier(barrier).rule(Sgd { learning_rate: 1.0 }).build();
        let mut parameters = vec![0.0; gradients.len()];
        passes.step(&mut parameters, &gradients).unwrap();
        (vec![-parameters[0], -parameters[16]], passes.report().total.clipped)
    }

    #[test]
    fn the_global_norm_is_that_of_all_tensors() {
        assert_eq!(step(ClipByGlobalNorm { largest: 10.0, epsilon: 0.0 }), (vec![3.0, 4.0], false));
        let (parameters, clipped) = step(ClipByGlobalNorm { largest: 1.0, epsilon: 0.0 });
        assert!((parameters[0] - 0.6).abs() < 1e-15 && (parameters[1] - 0.8).abs() < 1e-15 && clipped);
        let (parameters, _) = step(ClipByGlobalNorm { largest: 1.0, epsilon: 1e-6 });
        assert!((parameters[0] - 3.0 / (5.0 + 1e-6)).abs() < 1e-15);
    }

    #[test]
    fn each_tensor_has_a_norm_of_its_own() {
        let (parameters, clipped) = step(ClipByNorm { largest: 3.5, epsilon: 0.0 });
        assert_eq!((parameters, clipped), (vec![3.0, 3.5], true));
        assert_eq!(step(ClipByNorm { largest: 2.0, epsilon: 0.0 }), (vec![2.0, 2.0], true));
        assert_eq!(step(ClipByNorm { largest: 4.5, epsilon: 0.0 }), (vec![3.0, 4.0], false));
    }

    #[test]
    fn a_bound_follows_its_schedule() {
        let mut passes = Composer::<f64>::new(Arc::new(Layout::flat(1)))
            .barrier(ClipByNorm { largest: 8.0, epsilon: 0.0 })
            .rule(Sgd { learning_rate: 1.0 })
            .build()
            .with_schedule_of("largest", Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 })
            .unwrap();
        let mut parameters = [0.0];
        let path: [f64; 3] = std::array::from_fn(|_| {
            passes.step(&mut parameters, &[100.0]).unwrap();
            parameters[0]
        });
        assert_eq!(path, [-8.0, -12.0, -14.0]);
    }

    #[test]
    fn what_a_bound_leaves_is_what_the_next_barrier_sees() {
        let mut layout = Layout::new();
        layout.add("w", &[1, 2]).unwrap();
        let mut passes = Composer::<f64>::new(Arc::new(layout))
            .barrier(ClipByNorm { largest: 1.0, epsilon: 0.0 })
            .barrier(Centralize { units_first: 1.0 })
            .rule(Sgd { learning_rate: 1.0 })
            .build();
        let mut parameters = vec![0.0; passes.layout().len()];
        let mut gradients = parameters.clone();
        (gradients[0], gradients[1]) = (3.0, 4.0);
        passes.step(&mut parameters, &gradients).unwrap();
        // (0.6, 0.8), less their mean.
        assert!((parameters[0] - 0.1).abs() < 1e-15 && (parameters[1] + 0.1).abs() < 1e-15, "{parameters:?}");
    }

    #[test]
    fn a_norm_that_is_not_finite_passes_to_be_seen_and_none_at_all_too() {
        assert_eq!(bound(f64::INFINITY, 1.0, 0.0), 1.0);
        assert_eq!(bound(0.0, 1.0, 0.0), 1.0);
        assert_eq!(bound(0.0, 0.0, 0.0), 1.0);
        assert_eq!((bound(4.0, 1.0, 0.0), bound(3.0, 1.0, 1.0)), (0.25, 0.25));
    }
}
