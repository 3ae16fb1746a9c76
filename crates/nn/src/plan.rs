//! The plan: order, gradients and buffers of one use of a graph at one batch size, made before anything is allocated.

mod build;
mod fusion;
pub(crate) mod placement;
mod step;

pub(crate) use fusion::StepOp;
pub(crate) use step::Step;

use crate::graph::{Graph, Kind};
use crate::mode::Mode;
use crate::{Element, GraphError, Node};
use placement::{GradientStorage, Placement, Storage};
use std::ops::Range;
use thalweg_lanes::ALIGNMENT;

/// One node of a [`Plan`], for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNode {
    /// Its name.
    pub name: String,
    /// Its op, or `input`, `labels`, `parameter`, `constant`, `statistic`, `view`.
    pub op: &'static str,
    /// The names of the op's inputs.
    pub inputs: Vec<String>,
    /// The extents of its value.
    pub shape: Vec<usize>,
    /// Bytes of its value.
    pub bytes: usize,
    /// The buffer that holds its value in the session; values that are never needed together share one. `None` for leaves that
    /// are in an arena and for nodes that are fused with the next one.
    pub buffer: Option<usize>,
    /// Whether its gradient is computed.
    pub gradient: bool,
    /// Multiply-adds of its forward pass.
    pub multiply_adds: u64,
    /// Multiply-adds of its backward pass.
    pub backward_multiply_adds: u64,
}

/// Order, gradients and buffers for a graph, a batch size and the nodes to compute.
#[derive(Clone, Debug)]
pub struct Plan {
    graph: u32,
    batch: usize,
    pub(crate) loss: Option<usize>,
    pub(crate) steps: Vec<Step>,
    /// Nodes the user fills before `forward`.
    pub(crate) filled: Vec<usize>,
    pub(crate) value_buffers: Vec<usize>,
    pub(crate) gradient_buffers: Vec<usize>,
    pub(crate) label_buffers: Vec<usize>,
    /// Elements of scratch memory that ops need on one thread.
    pub(crate) scratch: usize,
    /// Parameters that the loss does not depend on: their gradients are 0.
    pub(crate) unreached: Vec<Range<usize>>,
    pub(crate) element_bytes: usize,
    /// The length of the parameter arena, padding included.
    pub(crate) arena_len: usize,
    parameter_count: usize,
    placement: Placement,
    /// For each node of the graph, whether its value may be read after `forward`: others may share a buffer.
    readable: Vec<bool>,
    nodes: Vec<PlannedNode>,
}

impl Plan {
    /// Plans to compute `loss` and `outputs` of `batch` examples, and the gradients of the loss.
    ///
    /// # Errors
    /// [`GraphError::NotALoss`], [`GraphError::EmptyBatch`], [`GraphError::TooLarge`], [`GraphError::ForeignNode`].
    pub fn training<T: Element>(
        graph: &Graph<T>,
        batch: usize,
        loss: Node,
        outputs: &[Node],
    ) -> Result<Self, GraphError> {
        let index = graph.index(loss)?;
        let definition = &graph.definitions()[index];
        if definition.shape.rank() != 0 || !matches!(definition.kind, Kind::Op { .. }) {
            return Err(GraphError::NotALoss {
                node: definition.name.clone(),
                shape: definition.shape.to_string(),
            });
        }
        Self::new(graph, batch, Some(index), outputs)
    }

    /// Plans to compute `outputs` of `batch` examples, without gradients.
    ///
    /// # Errors
    /// [`GraphError::EmptyBatch`], [`GraphError::TooLarge`], [`GraphError::ForeignNode`].
    pub fn evaluation<T: Element>(
        graph: &Graph<T>,
        batch: usize,
        outputs: &[Node],
    ) -> Result<Self, GraphError> {
        Self::new(graph, batch, None, outputs)
    }

    /// Returns whether this plan was made from `graph` in its present state.
    pub(crate) fn fits<T: Element>(&self, graph: &Graph<T>) -> bool {
        self.graph == graph.id() && self.readable.len() == graph.definitions().len()
    }

    /// Returns where the plan puts the value and the gradient of each node.
    pub(crate) fn placement(&self) -> &Placement {
        &self.placement
    }

    pub(crate) fn shapes_of(&self, nodes: &[usize]) -> Vec<&[usize]> {
        nodes.iter().map(|&node| self.shape(node)).collect()
    }

    pub(crate) fn shape(&self, node: usize) -> &[usize] {
        self.placement.shape(node)
    }

    pub(crate) fn storage(&self, node: usize) -> &Storage {
        self.placement.value(node)
    }

    pub(crate) fn gradient_storage(&self, node: usize) -> Option<&GradientStorage> {
        self.placement.gradient(node)
    }

    /// Returns whether the value of a node may be read after `forward`.
    pub(crate) fn readable(&self, node: usize) -> bool {
        self.readable[node]
    }

    /// Returns what the plan is for.
    pub fn mode(&self) -> Mode {
        if self.loss.is_some() { Mode::Training } else { Mode::Evaluation }
    }

    /// Returns the number of examples.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Returns the nodes of the plan, leaves included, in the order they are computed.
    pub fn nodes(&self) -> &[PlannedNode] {
        &self.nodes
    }

    /// Returns the number of trainable numbers in the graph.
    pub fn parameter_count(&self) -> usize {
        self.parameter_count
    }

    /// Returns the bytes that a session allocates for inputs, values and workspaces, on one thread.
    pub fn value_bytes(&self) -> usize {
        let labels: usize = self.label_buffers.iter().map(|len| len * size_of::<u32>()).sum();
        self.buffer_bytes(&self.value_buffers) + self.buffer_bytes(&[self.scratch]) + labels
    }

    /// Returns the bytes that a session allocates for gradients, those of parameters excluded.
    pub fn gradient_bytes(&self) -> usize {
        self.buffer_bytes(&self.gradient_buffers)
    }

    /// Returns all bytes that a session allocates. The caller owns the parameters and their gradients.
    pub fn bytes(&self) -> usize {
        self.value_bytes() + self.gradient_bytes()
    }

    fn buffer_bytes(&self, buffers: &[usize]) -> usize {
        let bytes =
            |&elements: &usize| if elements == 0 { 0 } else { elements * self.element_bytes + ALIGNMENT };
        buffers.iter().map(bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Loss, Mlp, Model};

    fn model() -> Model<f32> {
        let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
        Mlp { inputs: 784, hidden: vec![100, 100], outputs: 10, activation, loss }.build().unwrap()
    }

    fn find<'a>(plan: &'a Plan, name: &str) -> &'a PlannedNode {
        plan.nodes().iter().find(|node| node.name == name).unwrap()
    }

    #[test]
    fn gradients_are_planned_only_where_something_needs_them() {
        let model = model();
        let plan = Plan::training(&model.graph, 128, model.loss, &[]).unwrap();
        assert!(!find(&plan, "x").gradient);
        assert!(find(&plan, "W1").gradient && find(&plan, "linear1").gradient);
        // Three products forward; backward the weights' three, and the inputs' of all layers but the first.
        let products = [784 * 100, 100 * 100, 100 * 10].map(|size| 128 * size as u64);
        let forward: u64 = plan.nodes().iter().map(|node| node.multiply_adds).sum();
        let backward: u64 = plan.nodes().iter().map(|node| node.backward_multiply_adds).sum();
        assert_eq!(forward, products.iter().sum::<u64>());
        assert_eq!(backward, 2 * forward - products[0]);
    }

    #[test]
    fn evaluation_computes_and_keeps_less() {
        let model = model();
        let training = Plan::training(&model.graph, 128, model.loss, &[]).unwrap();
        let evaluation = Plan::evaluation(&model.graph, 128, &[model.output]).unwrap();
        assert!(evaluation.nodes().iter().all(|node| node.name != "t" && node.name != "loss"));
        assert_eq!(evaluation.gradient_bytes(), 0);
        // The input, and two buffers that all layers use in turn.
        let bytes = 4 * 128 * (784 + 100 + 100) + 3 * ALIGNMENT;
        assert_eq!(evaluation.bytes(), bytes);
        assert!(training.bytes() > bytes);
    }

    #[test]
    fn what_cannot_be_planned_is_refused() {
        let model = model();
        assert!(matches!(Plan::training(&model.graph, 0, model.loss, &[]), Err(GraphError::EmptyBatch)));
        assert!(matches!(
            Plan::training(&model.graph, 1, model.output, &[]),
            Err(GraphError::NotALoss { .. })
        ));
        assert!(matches!(
            Plan::training(&model.graph, 1, model.input, &[]),
            Err(GraphError::NotALoss { .. })
        ));
        let error = Plan::evaluation(&model.graph, usize::MAX / 100, &[model.output]).unwrap_err();
        assert!(matches!(error, GraphError::TooLarge { .. }), "{error}");
    }
}
