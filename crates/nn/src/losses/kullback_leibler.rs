//! The Kullback-Leibler divergence of rows of probabilities t from rows given by their logarithms l: Σ t (ln t - l) / n, the sum
//! running over all elements, n being the first extent (torch's `kl_div` with reduction `batchmean`). 0 ln 0 is 0.
//!
//! Gradients: of l, -t / n; of t, (ln t + 1 - l) / n, and 0 where t is 0.

use super::pairwise::{Compare, Pairwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Node};
use thalweg_lanes::Real;

/// t (ln t - l) for a logarithm l of a probability and a target t.
#[derive(Clone, Copy, Debug)]
pub struct KullbackLeibler;

impl Pairwise for KullbackLeibler {
    const NAME: &'static str = "kullback_leibler";

    #[inline(always)]
    fn value<T: Real>(&self, y: T, t: T) -> T {
        if t > T::ZERO { t * (t.ln() - y) } else { T::ZERO }
    }

    #[inline(always)]
    fn by_output<T: Real>(&self, _: T, t: T) -> T {
        -t
    }

    #[inline(always)]
    fn by_target<T: Real>(&self, y: T, t: T) -> T {
        if t > T::ZERO { t.ln() + T::ONE - y } else { T::ZERO }
    }
}

compiled_here!(Compare<KullbackLeibler>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the Kullback-Leibler divergence of the target's rows of probabilities from those whose
    /// logarithms are `logarithms` (as [`log_softmax`](Self::log_softmax) gives them), averaged over the first extent.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn kullback_leibler(&mut self, logarithms: Node, target: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Compare(KullbackLeibler), &[logarithms, target])
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{assert_pair_gradients, evaluate};
    use crate::{Graph, Node};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, y, t| {
            // Probabilities, so that logarithms exist.
            let t: Node = graph.sigmoid(t)?;
            graph.kullback_leibler(y, t)
        });
    }

    #[test]
    fn a_distribution_is_at_distance_0_from_itself_and_zeros_do_not_count() {
        let mut graph = Graph::<f64>::new();
        let l =
            graph.constant("l", &[2, 2], &[0.25f64.ln(), 0.75f64.ln(), 0.5f64.ln(), 0.5f64.ln()]).unwrap();
        let same = graph.constant("same", &[2, 2], &[0.25, 0.75, 0.5, 0.5]).unwrap();
        let other = graph.constant("other", &[2, 2], &[1.0, 0.0, 0.5, 0.5]).unwrap();
        let (zero, far) =
            (graph.kullback_leibler(l, same).unwrap(), graph.kullback_leibler(l, other).unwrap());
        let found = evaluate(graph, &[zero, far]);
        assert!(found[0].abs() < 1e-16);
        assert!((found[1] - 4.0f64.ln() / 2.0).abs() < 1e-15);
    }
}
