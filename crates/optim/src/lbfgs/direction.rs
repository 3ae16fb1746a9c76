//! Which way: the two-loop recursion over remembered steps (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.4).

use std::collections::VecDeque;
use thalweg_lanes::Real;
use thalweg_lanes::reduce::dot;

/// The least yᵀs with which a pair is remembered: below it the curvature is not positive enough to keep H positive definite.
const LEAST_CURVATURE: f64 = 1e-10;

/// What an accepted step taught about the curvature.
#[derive(Clone, Debug)]
struct Pair<T> {
    /// s: how the parameters changed.
    step: Vec<T>,
    /// y: how the gradient changed.
    change: Vec<T>,
    /// ρ = 1 / yᵀs.
    inverse: f64,
}

/// The latest pairs, oldest first, which stand for the inverse Hessian H.
#[derive(Clone, Debug)]
pub(super) struct History<T> {
    pairs: VecDeque<Pair<T>>,
    capacity: usize,
    /// γ: H starts from γ I (equation 7.20).
    scale: f64,
    /// α of the first loop, kept for the second.
    alphas: Vec<f64>,
}

impl<T: Real> History<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { pairs: VecDeque::new(), capacity, scale: 1.0, alphas: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn clear(&mut self) {
        self.pairs.clear();
        self.scale = 1.0;
    }

    /// Remembers the step `length · direction`, over which the gradient went from `before` to `after`, if the curvature
    /// along it is positive; the oldest pair makes room.
    pub(super) fn remember(&mut self, direction: &[T], length: f64, before: &[T], after: &[T]) {
        let length = T::from_f64(length);
        let step: Vec<T> = direction.iter().map(|&d| d * length).collect();
        let change: Vec<T> = after.iter().zip(before).map(|(&after, &before)| after - before).collect();
        let curvature = dot(&change, &step);
        // Written so that a NaN is not remembered either.
        if !(curvature > LEAST_CURVATURE && curvature.is_finite()) {
            return;
        }
        if self.pairs.len() == self.capacity {
            self.pairs.pop_front();
        }
        self.scale = curvature / dot(&change, &change);
        self.pairs.push_back(Pair { step, change, inverse: 1.0 / curvature });
    }

    /// −H g into `direction`.
    pub(super) fn direction(&mut self, gradient: &[T], direction: &mut [T]) {
        for (d, &g) in direction.iter_mut().zip(gradient) {
            *d = -g;
        }
        self.alphas.clear();
        for pair in self.pairs.iter().rev() {
            let alpha = dot(&pair.step, direction) * pair.inverse;
            add(direction, -alpha, &pair.change);
            self.alphas.push(alpha);
        }
        let scale = T::from_f64(self.scale);
        direction.iter_mut().for_each(|d| *d *= scale);
        for (pair, &alpha) in self.pairs.iter().zip(self.alphas.iter().rev()) {
            let beta = dot(&pair.change, direction) * pair.inverse;
            add(direction, alpha - beta, &pair.step);
        }
    }
}

/// target ← target + factor · what.
pub(super) fn add<T: Real>(target: &mut [T], factor: f64, what: &[T]) {
    let factor = T::from_f64(factor);
    for (t, &w) in target.iter_mut().zip(what) {
        *t += factor * w;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_pairs_of_a_quadratic_give_newtons_direction() {
        // ½ (2 x² + 8 y²): after steps along both axes H is the inverse Hessian, diag(1/2, 1/8).
        let mut history = History::<f64>::new(5);
        history.remember(&[1.0, 0.0], 0.5, &[0.0, 0.0], &[1.0, 0.0]);
        history.remember(&[0.0, 1.0], 2.0, &[0.0, 0.0], &[0.0, 16.0]);
        let mut direction = [0.0; 2];
        history.direction(&[2.0, 8.0], &mut direction);
        assert!((direction[0] + 1.0).abs() < 1e-15 && (direction[1] + 1.0).abs() < 1e-15, "{direction:?}");
    }

    #[test]
    fn the_oldest_pair_makes_room_and_negative_curvature_is_not_remembered() {
        let mut history = History::<f64>::new(2);
        for slope in [1.0, 2.0, 3.0] {
            history.remember(&[1.0], 1.0, &[0.0], &[slope]);
        }
        assert_eq!((history.len(), history.scale), (2, 1.0 / 3.0));
        history.remember(&[1.0], 1.0, &[0.0], &[-4.0]);
        history.remember(&[1.0], 1.0, &[0.0], &[f64::NAN]);
        assert_eq!((history.len(), history.scale), (2, 1.0 / 3.0));
        history.clear();
        assert_eq!((history.len(), history.scale), (0, 1.0));
    }
}
