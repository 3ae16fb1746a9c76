//! The hard sigmoid, a logistic function of three straight pieces: y = x / 6 + 1/2 between 0 and 1 (torch, Keras 3); derivative
//! 1/6 there, else 0.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = min(max(x / 6 + 1/2, 0), 1).
#[derive(Clone, Copy, Debug)]
pub struct HardSigmoid;

impl Pointwise for HardSigmoid {
    const NAME: &'static str = "hard-sigmoid";
    const NEEDS: Needs = Needs::OUTPUT;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        (x * T::from_f64(1.0 / 6.0) + T::from_f64(0.5)).maximum(T::ZERO).minimum(T::ONE)
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        if y > T::ZERO && y < T::ONE { T::from_f64(1.0 / 6.0) } else { T::ZERO }
    }
}

compiled_here!(Map<HardSigmoid>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x / 6 + 1/2, at least 0 and at most 1, for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn hard_sigmoid(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(HardSigmoid), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.hard_sigmoid(x));
    }

    #[test]
    fn values() {
        assert_eq!([-4.0, -3.0, 0.0, 3.0, 9.0].map(|x: f64| HardSigmoid.value(x)), [0.0, 0.0, 0.5, 1.0, 1.0]);
        assert_eq!([0.0, 0.5, 1.0].map(|y: f64| HardSigmoid.derivative(f64::NAN, y)), [0.0, 1.0 / 6.0, 0.0]);
        assert!(HardSigmoid.value(f32::NAN).is_nan());
    }
}
