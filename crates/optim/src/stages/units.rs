//! Stages that look at units: the weights that lead into one output.

use crate::macros::fields;
use crate::{Barrier, Items};
use thalweg_lanes::Real;

/// Adaptive gradient clipping: the gradient of each unit is at most λ times the norm of its weights (Brock et al. 2021,
/// High-Performance Large-Scale Image Recognition Without Normalization, equation 3).
///
/// A unit is a slice along the last axis (a column of a linear layer's weights), from rank 4 on along the first (a filter);
/// vectors and scalars are one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaptiveClip {
    /// λ: the largest ratio of the two norms.
    pub clipping: f64,
    /// ε: the least norm that weights count as having.
    pub epsilon: f64,
}

/// Gradient centralisation: the mean over each unit's weights is taken off its gradient (Yong et al. 2020, Gradient
/// Centralization). Vectors and scalars stay as they are. Units as for [`AdaptiveClip`]; with `units_first` they are slices
/// along the first axis at any rank, as in optax and PyTorch's layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Centralize {
    /// 1 if the first axis counts the units at any rank.
    pub units_first: f64,
}

/// Calls `visit` with the first index, the stride and the count of each unit's elements; they lie in stretches.
fn units(shape: &[usize], first: bool) -> (usize, usize, usize) {
    let len: usize = shape.iter().product();
    match shape {
        [] | [_] => (1, 1, len),
        _ if first || shape.len() > 3 => (shape[0], 1, len / shape[0].max(1)),
        [.., last] => (*last, *last, len / (*last).max(1)),
    }
}

/// The elements of unit `k`: stretches of one element at a stride, or one stretch.
fn elements(k: usize, (_, stride, count): (usize, usize, usize)) -> impl Iterator<Item = usize> + Clone {
    let start = if stride == 1 { k * count } else { k };
    (0..count).map(move |i| start + i * stride)
}

impl<T: Real> Barrier<T> for AdaptiveClip {
    fields!(clipping, epsilon);

    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let mut clipped = false;
        items.for_each(|mut item| {
            let unit = units(&item.tensor.shape, false);
            let parameters = item.parameters;
            let updates = item.updates.get_mut();
            for k in 0..unit.0 {
                let norm = |of: &[T]| elements(k, unit).map(|i| of[i].to_f64().powi(2)).sum::<f64>().sqrt();
                let most = self.clipping * norm(parameters).max(self.epsilon);
                let found = norm(updates);
                if found > most && found.is_finite() {
                    clipped = true;
                    let factor = T::from_f64(most / found);
                    elements(k, unit).for_each(|i| updates[i] *= factor);
                }
            }
        });
        if clipped {
            items.clipped();
        }
    }
}

impl<T: Real> Barrier<T> for Centralize {
    fields!(units_first);

    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let first = self.units_first != 0.0;
        items.for_each(|mut item| {
            if item.tensor.shape.len() < 2 {
                return;
            }
            let unit = units(&item.tensor.shape, first);
            let updates = item.updates.get_mut();
            for k in 0..unit.0 {
                let mean = elements(k, unit).map(|i| updates[i].to_f64()).sum::<f64>() / unit.2.max(1) as f64;
                elements(k, unit).for_each(|i| updates[i] -= T::from_f64(mean));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Composer, Optimizer};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    fn step(
        barrier: impl Barrier<f64> + 'static,
        shape: &[usize],
        parameters: &[f64],
        gradients: &[f64],
    ) -> Vec<f64> {
        let mut layout = Layout::new();
        layout.add("w", shape).unwrap();
        let mut passes =
            Composer::new(Arc::new(layout)).barrier(barrier).rule(Sgd { learning_rate: 1.0 }).build();
        let mut after = parameters.to_vec();
        passes.step(&mut after, gradients).unwrap();
        parameters.iter().zip(after).map(|(before, after)| before - after).collect()
    }

    #[test]
    fn columns_are_clipped_against_their_own_weights() {
        let clip = AdaptiveClip { clipping: 0.5, epsilon: 1e-3 };
        // Columns of the weights have norms 5 and 0: bounds 2.5 and 0.0005.
        let moved = step(clip, &[2, 2], &[3.0, 0.0, 4.0, 0.0], &[6.0, 1.0, 8.0, 0.0]);
        for (moved, expected) in moved.iter().zip([1.5, 0.0005, 2.0, 0.0]) {
            assert!((moved - expected).abs() < 1e-15, "{moved} for {expected}");
        }
        // A vector is one unit.
        assert_eq!(step(clip, &[2], &[3.0, 4.0], &[0.3, 0.4]), [3.0 - 2.7, 4.0 - 3.6]);
    }

    #[test]
    fn units_lose_their_mean() {
        let w = [0.0; 4];
        assert_eq!(
            step(Centralize { units_first: 0.0 }, &[2, 2], &w, &[1.0, 5.0, 3.0, 5.0]),
            [-1.0, 0.0, 1.0, 0.0]
        );
        assert_eq!(
            step(Centralize { units_first: 1.0 }, &[2, 2], &w, &[1.0, 5.0, 3.0, 5.0]),
            [-2.0, 2.0, -1.0, 1.0]
        );
        assert_eq!(step(Centralize { units_first: 0.0 }, &[1, 1, 2, 2], &w, &[1.0, 5.0, 3.0, 5.0])[0], -2.5);
        assert_eq!(
            step(Centralize { units_first: 0.0 }, &[4], &w, &[1.0, 5.0, 3.0, 5.0]),
            [1.0, 5.0, 3.0, 5.0]
        );
    }
}
