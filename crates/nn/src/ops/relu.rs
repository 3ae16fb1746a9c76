//! The rectified linear unit: y = max(0, x); derivative 1 where x > 0, else 0 (at 0, too).

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = max(0, x).
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Pointwise for Relu {
    const NAME: &'static str = "relu";
    const NEEDS: Needs = Needs::OUTPUT;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x.maximum(T::ZERO)
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::ONE } else { T::ZERO }
    }
}

compiled_here!(Map<Relu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes max(0, x) for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn relu(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Relu), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.relu(x));
    }

    #[test]
    fn values() {
        assert_eq!([-2.0, 0.0, 3.5].map(|x: f64| Relu.value(x)), [0.0, 0.0, 3.5]);
        assert_eq!([0.0, 3.5].map(|y| Relu.derivative(f64::NAN, y)), [0.0, 1.0]);
        // A diverging network stays visible.
        assert!(Relu.value(f32::NAN).is_nan());
    }
}
