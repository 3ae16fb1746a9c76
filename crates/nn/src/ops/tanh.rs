//! The hyperbolic tangent: y = tanh x; derivative 1 - y².

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = tanh x.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl Pointwise for Tanh {
    const NAME: &'static str = "tanh";
    const NEEDS: Needs = Needs::OUTPUT;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x.tanh()
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        T::ONE - y * y
    }
}

compiled_here!(Map<Tanh>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes tanh x for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn tanh(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Tanh), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.tanh(x));
    }

    #[test]
    fn values() {
        assert!((Tanh.value(0.5f64) - 0.462_117_157_260_009_8).abs() < 1e-15);
        assert_eq!([-1e4, 1e4].map(|x: f32| Tanh.value(x)), [-1.0, 1.0]);
    }
}
