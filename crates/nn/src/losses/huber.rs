//! The Huber loss (Huber 1964): E = Σ h(y - t) / n with h(d) = d² / 2 where |d| ≤ δ, else δ (|d| - δ / 2); the sum runs over
//! all elements, n is the first extent. Gradient: y - t, but at most δ in magnitude, over n. PyTorch's `HuberLoss` divides by
//! the number of all elements; its `SmoothL1Loss` is this over δ.

use super::pairwise::{Compare, Pairwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Node};
use thalweg_lanes::Real;

/// (y - t)² / 2 near 0, linear beyond `delta`.
#[derive(Clone, Copy, Debug)]
pub struct Huber {
    /// δ: where the parabola ends.
    pub delta: f64,
}

impl Pairwise for Huber {
    const NAME: &'static str = "huber";

    fn check(&self) -> Result<(), String> {
        match self.delta {
            delta if delta > 0.0 && delta.is_finite() => Ok(()),
            delta => Err(format!("its delta is {delta}; it must be greater than 0")),
        }
    }

    #[inline(always)]
    fn value<T: Real>(&self, y: T, t: T) -> T {
        let (half, delta, distance) = (T::from_f64(0.5), T::from_f64(self.delta), (y - t).abs());
        let near = half * distance * distance;
        if distance > delta { delta * (distance - half * delta) } else { near }
    }

    #[inline(always)]
    fn by_output<T: Real>(&self, y: T, t: T) -> T {
        let delta = T::from_f64(self.delta);
        (y - t).minimum(delta).maximum(-delta)
    }
}

compiled_here!(Compare<Huber>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes Σ h(y - t) / n. The function h is a parabola up to `delta` and linear beyond it; n is the
    /// first extent (the number of examples).
    ///
    /// # Errors
    /// [`GraphError::Shape`], also for a `delta` that is not greater than 0, [`GraphError::ForeignNode`], a name used twice.
    pub fn huber(&mut self, y: Node, t: Node, delta: f64) -> Result<Node, GraphError> {
        self.apply_compiled(Compare(Huber { delta }), &[y, t])
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{assert_pair_gradients, evaluate};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, y, t| graph.huber(y, t, 0.8));
    }

    #[test]
    fn values() {
        let mut graph = Graph::<f64>::new();
        let y = graph.constant("y", &[2, 2], &[0.5, -0.5, 3.0, -4.0]).unwrap();
        let t = graph.constant("t", &[2, 2], &[0.0; 4]).unwrap();
        let loss = graph.huber(y, t, 1.0).unwrap();
        assert!(graph.huber(y, t, 0.0).unwrap_err().to_string().contains("greater than 0"));
        assert_eq!(evaluate(graph, &[loss]), [(0.125 + 0.125 + 2.5 + 3.5) / 2.0]);
    }
}
