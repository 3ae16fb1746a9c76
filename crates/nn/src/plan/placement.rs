//! Where a plan puts the value and the gradient of each node.

use std::ops::Range;

/// The first elements of a buffer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) index: usize,
    pub(crate) len: usize,
}

/// Where a node's value is.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// Nowhere: nothing in this plan uses the node.
    None,
    Parameter(Range<usize>),
    Statistic(Range<usize>),
    /// At this position among the constants of the graph.
    Constant(usize),
    Labels(Slot),
    Buffer(Slot),
}

/// Where a node's gradient goes.
#[derive(Clone, Debug)]
pub(crate) enum GradientStorage {
    Parameter(Range<usize>),
    Buffer(Slot),
}

/// What an op does to the gradient of one of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contribution {
    /// Nothing: the gradient is not needed.
    None,
    /// Writes it: the first op of the backward pass to contribute, so no buffer is ever cleared.
    Write,
    /// Adds to it.
    Add,
}

/// For each node of the graph: its name, its shape in the plan, and where its value and its gradient are.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(super) names: Vec<String>,
    pub(super) shapes: Vec<Vec<usize>>,
    pub(super) values: Vec<Storage>,
    pub(super) gradients: Vec<Option<GradientStorage>>,
    /// Whether the user fills the node, directly or through a view of it.
    pub(super) data: Vec<bool>,
}

impl Placement {
    pub(crate) fn name(&self, node: usize) -> &str {
        &self.names[node]
    }

    pub(crate) fn shape(&self, node: usize) -> &[usize] {
        &self.shapes[node]
    }

    pub(crate) fn value(&self, node: usize) -> &Storage {
        &self.values[node]
    }

    pub(crate) fn gradient(&self, node: usize) -> Option<&GradientStorage> {
        self.gradients[node].as_ref()
    }

    pub(crate) fn is_data(&self, node: usize) -> bool {
        self.data[node]
    }
}
