//! The graph: nodes in the order they were added, which is an order they can be computed in.

mod leaves;
mod views;

pub use leaves::initial_statistics;

use crate::compiled::Compiled;
use crate::op::Input;
use crate::{Element, GraphError, Initial, Op, Shape};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use thalweg_arena::Layout;

/// A node of a [`Graph`]: what the graph's functions return and take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    graph: u32,
    index: u32,
}

/// What a node is.
pub(crate) enum Kind<T: Element> {
    /// Numbers that the user sets for each batch.
    Input,
    /// Class labels that the user sets for each batch.
    Labels,
    /// A tensor of the arena: its index in the layout and its own initial values, if any.
    Parameter { tensor: usize, initial: Option<Initial> },
    /// Numbers that never change: their index among the constants.
    Constant(usize),
    /// What an op learns from the batches without a gradient: its index among the statistics, and where it starts.
    Statistic { tensor: usize, initial: f64 },
    /// The numbers of another node in another shape.
    View { of: usize },
    /// An op on the nodes of these indices.
    Op { op: Box<dyn Op<T>>, inputs: Vec<usize> },
}

impl<T: Element> Kind<T> {
    /// Returns what the node is, as the end of a message: "node `x` is …".
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Kind::Input => "an input",
            Kind::Labels => "class labels",
            Kind::Parameter { .. } => "a parameter",
            Kind::Constant(_) => "a constant",
            Kind::Statistic { .. } => "running statistics",
            Kind::View { .. } => "another node in another shape",
            Kind::Op { .. } => "computed by an op",
        }
    }
}

pub(crate) struct NodeDefinition<T: Element> {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) kind: Kind<T>,
    /// Whether the user asked for its gradient.
    pub(crate) wanted: bool,
}

/// A computation: leaves (inputs, labels, parameters, constants) and ops on them.
///
/// Each function that adds a node checks shapes and returns the [`Node`]. The functions that apply ops are beside their
/// ops in [`ops`](crate::ops) and [`losses`](crate::losses). Extents are written as numbers, [`BATCH`](crate::BATCH)
/// standing for the number of examples.
pub struct Graph<T: Element> {
    id: u32,
    definitions: Vec<NodeDefinition<T>>,
    names: HashMap<String, usize>,
    /// How many nodes each op has; of views, those that were named here.
    op_counts: HashMap<&'static str, usize>,
    layout: Arc<Layout>,
    statistics: Arc<Layout>,
    constants: Vec<Vec<T>>,
    next_name: Option<String>,
}

impl<T: Element> fmt::Debug for Graph<T> {
    /// Each node's name and shape.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.definitions.iter().map(|definition| (&definition.name, definition.shape.to_string())),
            )
            .finish()
    }
}

impl<T: Element> Default for Graph<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Element> Graph<T> {
    /// Creates a graph without nodes.
    pub fn new() -> Self {
        /// Tells the nodes of different graphs apart.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            id,
            definitions: Vec::new(),
            names: HashMap::new(),
            op_counts: HashMap::new(),
            layout: Arc::default(),
            statistics: Arc::default(),
            constants: Vec::new(),
            next_name: None,
        }
    }

    /// Gives the next node this name instead of an automatic one: `graph.named("hidden").linear(x, w, b)`.
    pub fn named(&mut self, name: impl Into<String>) -> &mut Self {
        self.next_name = Some(name.into());
        self
    }

    /// Applies an op. The ops of this crate have functions of their own; this is for yours.
    ///
    /// # Errors
    /// [`GraphError::Shape`] when the inputs do not fit the op, [`GraphError::ForeignNode`], a name used twice.
    pub fn apply(&mut self, op: impl Op<T> + 'static, inputs: &[Node]) -> Result<Node, GraphError> {
        self.apply_boxed(Box::new(op), inputs)
    }

    /// Applies an op of this crate, whose code is compiled in this crate.
    pub(crate) fn apply_compiled(&mut self, op: impl Compiled, inputs: &[Node]) -> Result<Node, GraphError> {
        self.apply_boxed(T::op(op.both()), inputs)
    }

    pub(crate) fn apply_boxed(&mut self, op: Box<dyn Op<T>>, inputs: &[Node]) -> Result<Node, GraphError> {
        let node = self.next_name.take().unwrap_or_else(|| self.automatic_name(op.name()));
        let inputs = inputs.iter().map(|&input| self.index(input)).collect::<Result<Vec<_>, _>>()?;
        let shape = self.infer(op.as_ref(), &inputs).map_err(|explanation| GraphError::Shape {
            op: op.name(),
            node: node.clone(),
            explanation,
        })?;
        let name = op.name();
        let node = self.push(node, shape, Kind::Op { op, inputs })?;
        *self.op_counts.entry(name).or_default() += 1;
        Ok(node)
    }

    fn infer(&self, op: &dyn Op<T>, inputs: &[usize]) -> Result<Shape, String> {
        if inputs.len() != op.arity() {
            return Err(format!("it takes {} inputs; {} are given", op.arity(), inputs.len()));
        }
        let facts: Vec<_> = inputs
            .iter()
            .map(|&input| &self.definitions[input])
            .map(|definition| Input {
                shape: &definition.shape,
                labels: matches!(definition.kind, Kind::Labels),
            })
            .collect();
        for (position, fact) in facts.iter().enumerate() {
            if fact.labels && !op.takes_labels(position) {
                return Err(format!(
                    "`{}` holds class labels; this op takes numbers",
                    self.name_at(inputs[position])
                ));
            }
        }
        op.shape(&facts)
    }

    /// Asks for the gradient of a node that is not a parameter; read it with
    /// [`Session::gradient`](crate::Session::gradient). Parameters always have theirs.
    ///
    /// # Errors
    /// For class labels and constants, which have no gradient.
    pub fn want_gradient(&mut self, node: Node) -> Result<(), GraphError> {
        let index = self.index(node)?;
        let definition = &mut self.definitions[index];
        if matches!(
            definition.kind,
            Kind::Labels | Kind::Constant(_) | Kind::Statistic { .. } | Kind::View { .. }
        ) {
            let (node, found) = (definition.name.clone(), definition.kind.describe());
            return Err(GraphError::Kind {
                node,
                found,
                expected: "only inputs, parameters and nodes computed by an op have gradients of their own",
            });
        }
        definition.wanted = true;
        Ok(())
    }

    /// Returns the names, shapes and ranges of the parameters, in the order they were added.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// Returns the names, shapes and ranges of the running statistics, in the order they were added.
    pub fn statistics(&self) -> &Arc<Layout> {
        &self.statistics
    }

    /// Returns the node called `name`.
    pub fn find(&self, name: &str) -> Option<Node> {
        self.names.get(name).map(|&index| self.node(index))
    }

    /// Returns the name of a node.
    ///
    /// # Errors
    /// [`GraphError::ForeignNode`].
    pub fn name(&self, node: Node) -> Result<&str, GraphError> {
        Ok(self.name_at(self.index(node)?))
    }

    /// Returns the shape of a node's value.
    ///
    /// # Errors
    /// [`GraphError::ForeignNode`].
    pub fn shape(&self, node: Node) -> Result<&Shape, GraphError> {
        Ok(&self.definitions[self.index(node)?].shape)
    }

    fn check_name(&self, name: &str) -> Result<(), GraphError> {
        if self.names.contains_key(name) { Err(GraphError::DuplicateName(name.to_owned())) } else { Ok(()) }
    }

    /// `linear1`, `linear2`, …: the first that is free.
    fn automatic_name(&self, op: &str) -> String {
        let mut number = 1 + self.op_counts.get(op).copied().unwrap_or(0);
        while self.names.contains_key(&format!("{op}{number}")) {
            number += 1;
        }
        format!("{op}{number}")
    }

    fn push(&mut self, name: String, shape: Shape, kind: Kind<T>) -> Result<Node, GraphError> {
        self.check_name(&name)?;
        let index = self.definitions.len();
        self.names.insert(name.clone(), index);
        self.definitions.push(NodeDefinition { name, shape, kind, wanted: false });
        Ok(self.node(index))
    }

    pub(crate) fn node(&self, index: usize) -> Node {
        // No graph has 2^32 layer-sized nodes.
        Node { graph: self.id, index: index as u32 }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn index(&self, node: Node) -> Result<usize, GraphError> {
        if node.graph == self.id { Ok(node.index as usize) } else { Err(GraphError::ForeignNode) }
    }

    pub(crate) fn definitions(&self) -> &[NodeDefinition<T>] {
        &self.definitions
    }

    /// Returns the node whose numbers this one shows: itself unless it is a view.
    pub(crate) fn root(&self, index: usize) -> usize {
        match self.definitions[index].kind {
            Kind::View { of } => self.root(of),
            _ => index,
        }
    }

    pub(crate) fn name_at(&self, index: usize) -> &str {
        &self.definitions[index].name
    }

    /// Returns the values of the constants, in the order they were added.
    pub(crate) fn constants(&self) -> &[Vec<T>] {
        &self.constants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BATCH;

    #[test]
    fn nodes_have_names_and_shapes() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 4]).unwrap();
        let w = graph.parameter("W1", &[4, 3]).unwrap();
        let b = graph.parameter("b1", &[3]).unwrap();
        let hidden = graph.linear(x, w, b).unwrap();
        let twice = graph.named("twice").add(hidden, hidden).unwrap();
        assert_eq!(graph.name(hidden).unwrap(), "linear1");
        assert_eq!(graph.find("twice"), Some(twice));
        assert_eq!(graph.shape(twice).unwrap().to_string(), "[batch, 3]");
        assert_eq!(graph.layout().tensors().len(), 2);
    }

    #[test]
    fn misfits_are_named_with_both_shapes() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 784]).unwrap();
        let w = graph.parameter("W", &[100, 50]).unwrap();
        let b = graph.parameter("b", &[50]).unwrap();
        let t = graph.labels("t", &[BATCH]).unwrap();
        assert_eq!(
            graph.named("hidden1").linear(x, w, b).unwrap_err().to_string(),
            "`linear` node `hidden1`: input [batch, 784] does not match weight [100, 50]; its rows must equal the input's columns (784)"
        );
        assert_eq!(
            graph.relu(t).unwrap_err().to_string(),
            "`relu` node `relu1`: `t` holds class labels; this op takes numbers"
        );
    }

    #[test]
    fn a_wrong_number_of_inputs_is_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[2]).unwrap();
        let error = graph.apply(crate::ops::Linear, &[x]).unwrap_err().to_string();
        assert_eq!(error, "`linear` node `linear1`: it takes 3 inputs; 1 are given");
    }

    #[test]
    fn nodes_of_another_graph_are_refused() {
        let mut one = Graph::<f32>::new();
        let mut other = Graph::<f32>::new();
        let x = one.input("x", &[2]).unwrap();
        assert!(matches!(other.relu(x), Err(GraphError::ForeignNode)));
        assert!(matches!(other.want_gradient(x), Err(GraphError::ForeignNode)));
    }
}
