//! The step function: y = 1 where x > 0, else 0. Its derivative is 0 wherever it has one, so nothing below it learns.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = 1 where x > 0, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Step;

impl Pointwise for Step {
    const NAME: &'static str = "step";
    const NEEDS: Needs = Needs::NOTHING;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        if x > T::ZERO { T::ONE } else { T::ZERO }
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, _y: T) -> T {
        T::ZERO
    }
}

compiled_here!(Map<Step>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes 1 where x > 0, else 0, for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn step(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Step), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.step(x));
    }

    #[test]
    fn values() {
        assert_eq!([-1.0, 0.0, 2.0].map(|x: f32| Step.value(x)), [0.0, 0.0, 1.0]);
    }
}
