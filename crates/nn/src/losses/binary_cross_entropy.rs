//! Binary cross-entropy of scores: E = Σ (ln(1 + e^y) - y t) / n, which is -Σ (t ln σ(y) + (1 - t) ln(1 - σ(y))) / n; the sum
//! runs over all elements, n is the first extent. Targets are 0 to 1. Gradient: (σ(y) - t) / n.
//!
//! From scores, not from probabilities: ln σ(y) of a probability that has been rounded to 0 or 1 is lost. PyTorch's
//! `BCEWithLogitsLoss` divides by the number of all elements.

use super::pairwise::{Compare, Pairwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Node};
use thalweg_lanes::Real;

/// ln(1 + e^y) - y t.
#[derive(Clone, Copy, Debug)]
pub struct BinaryCrossEntropy;

impl Pairwise for BinaryCrossEntropy {
    const NAME: &'static str = "binary_cross_entropy";

    #[inline(always)]
    fn value<T: Real>(&self, y: T, t: T) -> T {
        // The same sum with no difference of large numbers: max(y, 0) - y t + ln(1 + e^-|y|).
        y.maximum(T::ZERO) - y * t + (-y.abs()).softplus()
    }

    #[inline(always)]
    fn by_output<T: Real>(&self, y: T, t: T) -> T {
        y.sigmoid() - t
    }

    #[inline(always)]
    fn by_target<T: Real>(&self, y: T, _: T) -> T {
        -y
    }
}

compiled_here!(Compare<BinaryCrossEntropy>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the binary cross-entropy of the scores (logits) y and targets from 0 to 1. It is summed over
    /// all elements and divided by the first extent (the number of examples).
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn binary_cross_entropy(&mut self, scores: Node, targets: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Compare(BinaryCrossEntropy), &[scores, targets])
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{assert_pair_gradients, evaluate};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, y, t| graph.binary_cross_entropy(y, t));
    }

    #[test]
    fn values() {
        let mut graph = Graph::<f64>::new();
        let y = graph.constant("y", &[4], &[0.0, 2.0, -3.0, 1000.0]).unwrap();
        let t = graph.constant("t", &[4], &[1.0, 0.25, 0.0, 1.0]).unwrap();
        let loss = graph.binary_cross_entropy(y, t).unwrap();
        let term = |y: f64, t: f64| {
            let p = 1.0 / (1.0 + (-y).exp());
            -t * p.ln() - (1.0 - t) * (1.0 - p).ln()
        };
        // A score that is large and right costs nothing.
        let expected = (term(0.0, 1.0) + term(2.0, 0.25) + term(-3.0, 0.0)) / 4.0;
        assert!((evaluate(graph, &[loss])[0] - expected).abs() < 1e-15);
    }
}
