//! The mean absolute error: E = Σ |y - t| / n, the sum running over all elements, n being the first extent. Gradient:
//! sign(y - t) / n, 0 where they are equal.

use super::pairwise::{Compare, Pairwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Node};
use thalweg_lanes::Real;

/// |y - t|.
#[derive(Clone, Copy, Debug)]
pub struct AbsoluteError;

impl Pairwise for AbsoluteError {
    const NAME: &'static str = "mean_absolute_error";

    #[inline(always)]
    fn value<T: Real>(&self, y: T, t: T) -> T {
        (y - t).abs()
    }

    #[inline(always)]
    fn by_output<T: Real>(&self, y: T, t: T) -> T {
        (y - t).sign()
    }
}

compiled_here!(Compare<AbsoluteError>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes Σ |y - t| / n. The sum runs over all elements; n is the first extent (the number of examples).
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn mean_absolute_error(&mut self, y: Node, t: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Compare(AbsoluteError), &[y, t])
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{assert_pair_gradients, evaluate};

    #[test]
    fn gradients() {
        assert_pair_gradients(|graph, y, t| graph.mean_absolute_error(y, t));
    }

    #[test]
    fn values() {
        let mut graph = Graph::<f64>::new();
        let y = graph.constant("y", &[2, 5], &[1.0, 2.0, 3.0, 4.0, 5.0, -1.0, -2.0, 0.0, 0.5, 1.5]).unwrap();
        let t = graph.constant("t", &[2, 5], &[0.0; 10]).unwrap();
        let loss = graph.mean_absolute_error(y, t).unwrap();
        assert_eq!(evaluate(graph, &[loss]), [10.0]);
    }
}
