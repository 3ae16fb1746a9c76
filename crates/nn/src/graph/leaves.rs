//! The leaves of a graph: what the ops start from.

use super::{Graph, Kind, Node};
use crate::{Dim, Element, GraphError, Initial, Shape};
use std::sync::Arc;
use thalweg_arena::Arena;

impl<T: Element> Graph<T> {
    /// Adds an input: numbers that [`Session::input_mut`](crate::Session::input_mut) sets for each batch.
    ///
    /// # Errors
    /// A name used twice, an extent of 0.
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<Node, GraphError> {
        self.leaf(name, shape, Kind::Input)
    }

    /// Adds class labels (0, 1, …) that [`Session::labels_mut`](crate::Session::labels_mut) sets for each batch. There is one
    /// label for each row of scores, so the shape is that of the scores without the last extent: `[BATCH]` for scores
    /// `[BATCH, 10]`.
    ///
    /// # Errors
    /// A name used twice, an extent of 0.
    pub fn labels(&mut self, name: &str, shape: &[usize]) -> Result<Node, GraphError> {
        self.leaf(name, shape, Kind::Labels)
    }

    /// Adds a parameter: a tensor of the arena that training changes.
    ///
    /// # Errors
    /// A name used twice, an extent of 0 or [`BATCH`](crate::BATCH), more elements than fit in memory.
    pub fn parameter(&mut self, name: &str, shape: &[usize]) -> Result<Node, GraphError> {
        let kind = Kind::Parameter { tensor: self.layout.tensors().len(), initial: None };
        self.check_leaf(name, shape, false)?;
        Arc::make_mut(&mut self.layout).add(name, shape)?;
        self.leaf(name, shape, kind)
    }

    /// Adds a running statistic: a tensor that an op updates from the batches without a gradient. All its elements start at
    /// `initial`.
    ///
    /// # Errors
    /// A name used twice, an extent of 0 or [`BATCH`](crate::BATCH), more elements than fit in memory.
    pub fn statistic(&mut self, name: &str, shape: &[usize], initial: f64) -> Result<Node, GraphError> {
        let kind = Kind::Statistic { tensor: self.statistics.tensors().len(), initial };
        self.check_leaf(name, shape, false)?;
        Arc::make_mut(&mut self.statistics).add(name, shape)?;
        self.leaf(name, shape, kind)
    }

    /// Adds a constant: numbers that never change, row-major.
    ///
    /// # Errors
    /// A name used twice, an extent of 0 or [`BATCH`](crate::BATCH), a number of values that is not that of the shape.
    pub fn constant(&mut self, name: &str, shape: &[usize], values: &[T]) -> Result<Node, GraphError> {
        self.check_leaf(name, shape, false)?;
        let expected = shape.iter().try_fold(1usize, |product, &extent| product.checked_mul(extent));
        if expected != Some(values.len()) {
            let (what, expected) = (format!("constant `{name}`"), expected.unwrap_or(usize::MAX));
            return Err(GraphError::Length { what, found: values.len(), expected });
        }
        let node = self.leaf(name, shape, Kind::Constant(self.constants.len()))?;
        self.constants.push(values.to_vec());
        Ok(node)
    }

    /// Gives a parameter initial values of its own instead of those that [`initialise`](crate::initialise) uses for the others.
    ///
    /// # Errors
    /// If the node is not a parameter.
    pub fn set_initial(&mut self, node: Node, values: Initial) -> Result<(), GraphError> {
        let index = self.index(node)?;
        let definition = &mut self.definitions[index];
        match &mut definition.kind {
            Kind::Parameter { initial, .. } => *initial = Some(values),
            other => {
                let (node, found) = (definition.name.clone(), other.describe());
                return Err(GraphError::Kind {
                    node,
                    found,
                    expected: "only parameters have initial values",
                });
            }
        }
        Ok(())
    }

    fn leaf(&mut self, name: &str, shape: &[usize], kind: Kind<T>) -> Result<Node, GraphError> {
        self.check_leaf(name, shape, true)?;
        self.next_name = None;
        self.push(name.to_owned(), shape.into(), kind)
    }

    fn check_leaf(&self, name: &str, shape: &[usize], may_have_batch: bool) -> Result<(), GraphError> {
        self.check_name(name)?;
        let shape = Shape::from(shape);
        let wrong = |explanation| {
            Err(GraphError::LeafShape { node: name.to_owned(), shape: shape.to_string(), explanation })
        };
        if shape.dims().contains(&Dim::Fixed(0)) {
            return wrong("an extent of 0 leaves nothing to compute; every extent must be at least 1");
        }
        if !may_have_batch && shape.dims().contains(&Dim::Batch) {
            return wrong(
                "parameters and constants are the same for every batch; give a number instead of BATCH",
            );
        }
        Ok(())
    }
}

/// Returns the running statistics of a graph before the first batch: an arena of [`Graph::statistics`].
pub fn initial_statistics<T: Element>(graph: &Graph<T>) -> Arena<T> {
    let mut arena = Arena::zeros(graph.statistics().clone());
    let values = arena.values_mut();
    for definition in graph.definitions() {
        if let Kind::Statistic { tensor, initial } = definition.kind {
            let range = graph.statistics().tensors()[tensor].range.clone();
            values[range].fill(T::from_f64(initial));
        }
    }
    arena
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BATCH;

    #[test]
    fn leaves_are_checked_and_a_refused_one_leaves_no_trace() {
        let mut graph = Graph::<f32>::new();
        graph.parameter("W", &[2]).unwrap();
        assert!(matches!(graph.input("W", &[2]), Err(GraphError::DuplicateName(_))));
        assert!(matches!(graph.parameter("V", &[BATCH, 2]), Err(GraphError::LeafShape { .. })));
        assert!(matches!(graph.input("x", &[BATCH, 0]), Err(GraphError::LeafShape { .. })));
        assert!(matches!(graph.parameter("V", &[usize::MAX / 2, 4]), Err(GraphError::Layout(_))));
        assert!(matches!(
            graph.constant("c", &[2], &[1.0]),
            Err(GraphError::Length { found: 1, expected: 2, .. })
        ));
        assert_eq!(graph.layout().tensors().len(), 1);
        graph.parameter("V", &[2]).unwrap();
    }
}
