//! Softplus, a smooth rectifier (Dugas et al. 2001): y = ln(1 + e^x); derivative 1 / (1 + e^-x).

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = ln(1 + e^x).
#[derive(Clone, Copy, Debug)]
pub struct Softplus;

impl Pointwise for Softplus {
    const NAME: &'static str = "softplus";
    const NEEDS: Needs = Needs::INPUTS;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x.softplus()
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, x: T, _y: T) -> T {
        x.sigmoid()
    }
}

compiled_here!(Map<Softplus>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes ln(1 + e^x) for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn softplus(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Softplus), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.softplus(x));
    }

    #[test]
    fn values() {
        assert!((Softplus.value(0.0f64) - std::f64::consts::LN_2).abs() < 1e-15);
        // Neither overflows nor loses what is small.
        assert_eq!(Softplus.value(1e4f32), 1e4);
        assert!((Softplus.value(-30.0f32) / 9.357_623e-14 - 1.0).abs() < 1e-6);
    }
}
