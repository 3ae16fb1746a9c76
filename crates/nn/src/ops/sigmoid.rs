//! The logistic function: y = 1 / (1 + e^-x); derivative y (1 - y).

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = 1 / (1 + e^-x).
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

impl Pointwise for Sigmoid {
    const NAME: &'static str = "sigmoid";
    const NEEDS: Needs = Needs::OUTPUT;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x.sigmoid()
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        y * (T::ONE - y)
    }
}

compiled_here!(Map<Sigmoid>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes 1 / (1 + e^-x) for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn sigmoid(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Sigmoid), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.sigmoid(x));
    }

    #[test]
    fn values() {
        assert_eq!(Sigmoid.value(0.0f32), 0.5);
        assert!((Sigmoid.value(1.0f64) - 0.731_058_578_630_004_9).abs() < 1e-15);
        assert_eq!([-1e4, 1e4].map(|x: f32| Sigmoid.value(x)), [0.0, 1.0]);
    }
}
