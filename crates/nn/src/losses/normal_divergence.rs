//! The divergence of normal distributions, given by mean m and logarithm of the variance l, from the standard one:
//! -1/2 Σ (1 + l - m² - e^l) / n, n being the first extent (Kingma and Welling 2014, appendix B): what a variational autoencoder
//! adds to its reconstruction error.
//!
//! Gradients: of m, m / n; of l, (e^l - 1) / 2 n.

use super::pairwise::{Compare, Pairwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Node};
use thalweg_lanes::Real;

/// -(1 + l - m² - e^l) / 2.
#[derive(Clone, Copy, Debug)]
pub struct NormalDivergence;

impl Pairwise for NormalDivergence {
    const NAME: &'static str = "normal_divergence";

    #[inline(always)]
    fn value<T: Real>(&self, mean: T, logarithm: T) -> T {
        T::from_f64(0.5) * (mean * mean + logarithm.exp() - T::ONE - logarithm)
    }

    #[inline(always)]
    fn by_output<T: Real>(&self, mean: T, _: T) -> T {
        mean
    }

    #[inline(always)]
    fn by_target<T: Real>(&self, _: T, logarithm: T) -> T {
        T::from_f64(0.5) * (logarithm.exp() - T::ONE)
    }
}

compiled_here!(Compare<NormalDivergence>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the Kullback-Leibler divergence of normal distributions with these means and logarithms of
    /// variances from the standard normal distribution, summed over all elements and averaged over the first extent.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn normal_divergence(&mut self, mean: Node, log_variance: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Compare(NormalDivergence), &[mean, log_variance])
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{assert_pair_gradients, evaluate};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, mean, log_variance| graph.normal_divergence(mean, log_variance));
    }

    #[test]
    fn the_standard_distribution_is_at_distance_0() {
        let mut graph = Graph::<f64>::new();
        let (m, l) = (
            graph.constant("m", &[2], &[0.0, 1.0]).unwrap(),
            graph.constant("l", &[2], &[0.0, 0.0]).unwrap(),
        );
        let loss = graph.normal_divergence(m, l).unwrap();
        assert_eq!(evaluate(graph, &[loss]), [0.25]);
    }
}
