//! The sigmoid linear unit, also called swish (Elfwing, Uchibe and Doya 2018): y = x σ(x); derivative σ(x) (1 + x (1 - σ(x))).

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = x / (1 + e^-x).
#[derive(Clone, Copy, Debug)]
pub struct Silu;

impl Pointwise for Silu {
    const NAME: &'static str = "silu";
    const NEEDS: Needs = Needs::INPUTS;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x * x.sigmoid()
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, x: T, _y: T) -> T {
        let sigmoid = x.sigmoid();
        sigmoid * (T::ONE + x * (T::ONE - sigmoid))
    }
}

compiled_here!(Map<Silu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x / (1 + e^-x) for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn silu(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Silu), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.silu(x));
    }

    #[test]
    fn values() {
        assert!((Silu.value(1.0f64) - 0.731_058_578_630_004_9).abs() < 1e-15);
        assert!((Silu.value(-2.0f64) + 0.238_405_844_044_235_5).abs() < 1e-15);
        assert_eq!([0.0, 100.0].map(|x: f32| Silu.value(x)), [0.0, 100.0]);
    }
}
