//! The identity: y = x. The output of a regression, and the activation that makes a deep network a shallow one.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = x.
#[derive(Clone, Copy, Debug)]
pub struct Identity;

impl Pointwise for Identity {
    const NAME: &'static str = "identity";
    const NEEDS: Needs = Needs::NOTHING;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, _y: T) -> T {
        T::ONE
    }
}

compiled_here!(Map<Identity>);

impl<T: Element> Graph<T> {
    /// Adds a node that returns x unchanged: the output activation of a regression.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn identity(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Identity), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.identity(x));
    }

    #[test]
    fn values() {
        assert_eq!(Identity.value(-3.0f32), -3.0);
    }
}
