//! The plan: what one use of a graph at one batch size takes, settled before a byte is allocated.

use crate::graph::{Graph, Kind};
use crate::liveness::{FOREVER, Interval, assign};
use crate::{Element, Error, Node, shape};
use std::ops::Range;
use thalweg_lanes::ALIGNMENT;

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
    Constant,
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
    /// Nothing: nobody needs it.
    None,
    /// Writes it: the first op of the backward pass to contribute, so no buffer is ever cleared.
    Write,
    /// Adds to it.
    Add,
}

/// What a buffer is given to, while the plan is made.
enum Place {
    Input(usize),
    /// Of the step at this position.
    Output(usize),
    Workspace(usize),
}

/// One op to run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) node: usize,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: Slot,
    pub(crate) workspace: Slot,
    /// The gradient of the output and what becomes of the inputs' gradients; `None` if nothing below needs one.
    pub(crate) backward: Option<(Slot, Vec<Contribution>)>,
}

/// One node of a [`Plan`], for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNode {
    /// Its name.
    pub name: String,
    /// Its op, or `input`, `labels`, `parameter`, `constant`.
    pub op: &'static str,
    /// The names of the op's inputs.
    pub inputs: Vec<String>,
    /// The extents of its value.
    pub shape: Vec<usize>,
    /// Bytes of its value.
    pub bytes: usize,
    /// The buffer that holds its value in the session; values that are never needed together share one.
    pub buffer: Option<usize>,
    /// Whether its gradient is computed.
    pub gradient: bool,
    /// Multiply-adds of its forward pass.
    pub multiply_adds: u64,
    /// Multiply-adds of its backward pass.
    pub backward_multiply_adds: u64,
}

/// Order, gradients and buffers for a graph, a batch size and the nodes wanted.
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
    /// Parameters that the loss does not depend on: their gradients are 0.
    pub(crate) unreached: Vec<Range<usize>>,
    pub(crate) element_bytes: usize,
    /// The length of the parameter arena, padding included.
    pub(crate) arena_len: usize,
    parameter_count: usize,
    /// These four have an entry for each node of the graph.
    shapes: Vec<Vec<usize>>,
    storage: Vec<Storage>,
    gradients: Vec<Option<GradientStorage>>,
    readable: Vec<bool>,
    nodes: Vec<PlannedNode>,
}

impl Plan {
    /// To compute `loss` and `outputs` of `batch` examples, and the gradients of the loss.
    ///
    /// # Errors
    /// [`Error::NotALoss`], [`Error::EmptyBatch`], [`Error::TooLarge`], [`Error::ForeignNode`].
    pub fn training<T: Element>(
        graph: &Graph<T>,
        batch: usize,
        loss: Node,
        outputs: &[Node],
    ) -> Result<Self, Error> {
        let index = graph.index(loss)?;
        let entry = &graph.entries()[index];
        if entry.shape.rank() != 0 || !matches!(entry.kind, Kind::Op { .. }) {
            return Err(Error::NotALoss { node: entry.name.clone(), shape: entry.shape.to_string() });
        }
        Self::new(graph, batch, Some(index), outputs)
    }

    /// To compute `outputs` of `batch` examples, without gradients.
    ///
    /// # Errors
    /// [`Error::EmptyBatch`], [`Error::TooLarge`], [`Error::ForeignNode`].
    pub fn evaluation<T: Element>(graph: &Graph<T>, batch: usize, outputs: &[Node]) -> Result<Self, Error> {
        Self::new(graph, batch, None, outputs)
    }

    fn new<T: Element>(
        graph: &Graph<T>,
        batch: usize,
        loss: Option<usize>,
        outputs: &[Node],
    ) -> Result<Self, Error> {
        if batch == 0 {
            return Err(Error::EmptyBatch);
        }
        let entries = graph.entries();
        let mut readable = vec![false; entries.len()];
        for &node in outputs {
            readable[graph.index(node)?] = true;
        }
        loss.into_iter().for_each(|loss| readable[loss] = true);
        let needed = ancestors(graph, readable.clone(), |_| true);
        let wanting = wanting(graph, &needed);
        let reached = match loss {
            Some(loss) => {
                let mut from = vec![false; entries.len()];
                from[loss] = wanting[loss];
                ancestors(graph, from, |node| wanting[node])
            }
            None => vec![false; entries.len()],
        };

        let mut plan = Self {
            graph: graph.id(),
            batch,
            loss,
            steps: Vec::new(),
            filled: Vec::new(),
            value_buffers: Vec::new(),
            gradient_buffers: Vec::new(),
            label_buffers: Vec::new(),
            unreached: Vec::new(),
            element_bytes: T::BYTES,
            arena_len: graph.layout().len(),
            parameter_count: graph.layout().elements(),
            shapes: entries.iter().map(|entry| entry.shape.resolve(batch)).collect(),
            storage: vec![Storage::None; entries.len()],
            gradients: vec![None; entries.len()],
            readable,
            nodes: Vec::new(),
        };
        plan.check_sizes(graph)?;
        plan.order(graph, &needed, &reached);
        plan.place_leaves(graph, &needed, &reached);
        plan.place_values(graph);
        plan.place_gradients(graph, &reached);
        plan.describe(graph, &needed, &reached);
        Ok(plan)
    }

    /// Refuses shapes whose elements cannot be counted or addressed.
    fn check_sizes<T: Element>(&self, graph: &Graph<T>) -> Result<(), Error> {
        let limit = isize::MAX as usize / T::BYTES / 4;
        for (entry, shape) in graph.entries().iter().zip(&self.shapes) {
            let size = shape.iter().try_fold(1usize, |product, &extent| product.checked_mul(extent));
            if size.is_none_or(|size| size > limit) {
                return Err(Error::TooLarge { node: entry.name.clone(), shape: format!("{shape:?}") });
            }
        }
        Ok(())
    }

    /// The ops to run, in order, and what each does to the gradients of its inputs.
    fn order<T: Element>(&mut self, graph: &Graph<T>, needed: &[bool], reached: &[bool]) {
        for (node, entry) in graph.entries().iter().enumerate().filter(|&(node, _)| needed[node]) {
            if let Kind::Op { op, inputs } = &entry.kind {
                let workspace = op.workspace(&self.shapes_of(inputs));
                self.steps.push(Step {
                    node,
                    inputs: inputs.clone(),
                    output: Slot::default(),
                    workspace: Slot { index: 0, len: workspace },
                    backward: reached[node].then(|| (Slot::default(), Vec::new())),
                });
            }
        }
        let mut written = vec![false; graph.entries().len()];
        for step in self.steps.iter_mut().rev() {
            let Some((_, contributions)) = &mut step.backward else { continue };
            for &input in &step.inputs {
                contributions.push(match (reached[input], written[input]) {
                    (false, _) => Contribution::None,
                    (true, false) => Contribution::Write,
                    (true, true) => Contribution::Add,
                });
                written[input] = true;
            }
        }
    }

    fn place_leaves<T: Element>(&mut self, graph: &Graph<T>, needed: &[bool], reached: &[bool]) {
        let tensors = graph.layout().tensors();
        for (node, entry) in graph.entries().iter().enumerate() {
            match entry.kind {
                Kind::Parameter { tensor, .. } => {
                    let range = tensors[tensor].range.clone();
                    self.storage[node] = Storage::Parameter(range.clone());
                    if reached[node] {
                        self.gradients[node] = Some(GradientStorage::Parameter(range));
                    } else {
                        self.unreached.push(range);
                    }
                }
                Kind::Constant(_) => self.storage[node] = Storage::Constant,
                Kind::Labels if needed[node] => {
                    let len = shape::elements(&self.shapes[node]);
                    self.storage[node] = Storage::Labels(Slot { index: self.label_buffers.len(), len });
                    self.label_buffers.push(len);
                    self.filled.push(node);
                }
                Kind::Input if needed[node] => self.filled.push(node),
                Kind::Labels | Kind::Input | Kind::Op { .. } => {}
            }
        }
    }

    /// Buffers for inputs, outputs of ops and workspaces. The moment of a forward step is its position; backward steps
    /// follow in reverse order.
    fn place_values<T: Element>(&mut self, graph: &Graph<T>) {
        let mut last = vec![0; graph.entries().len()];
        for (now, step) in self.steps.iter().enumerate() {
            let (needs, end) = (needs(graph, step.node), self.end(now));
            for &input in &step.inputs {
                last[input] = last[input].max(if needs.inputs { end } else { now });
            }
            last[step.node] = last[step.node].max(if needs.output { end } else { now });
        }
        let mut places = Vec::new();
        let mut intervals = Vec::new();
        for &node in &self.filled {
            if matches!(graph.entries()[node].kind, Kind::Input) {
                places.push(Place::Input(node));
                intervals.push(Interval {
                    elements: shape::elements(&self.shapes[node]),
                    first: 0,
                    last: FOREVER,
                });
            }
        }
        for (now, step) in self.steps.iter().enumerate() {
            let last = if self.readable[step.node] { FOREVER } else { last[step.node] };
            places.push(Place::Output(now));
            intervals.push(Interval { elements: shape::elements(&self.shapes[step.node]), first: now, last });
            if step.workspace.len > 0 {
                places.push(Place::Workspace(now));
                intervals.push(Interval { elements: step.workspace.len, first: now, last: self.end(now) });
            }
        }

        let assignment = assign(&intervals);
        for ((place, interval), &index) in places.iter().zip(&intervals).zip(&assignment.buffer_of) {
            let slot = Slot { index, len: interval.elements };
            match *place {
                Place::Input(node) => self.storage[node] = Storage::Buffer(slot),
                Place::Workspace(step) => self.steps[step].workspace = slot,
                Place::Output(step) => {
                    self.steps[step].output = slot;
                    self.storage[self.steps[step].node] = Storage::Buffer(slot);
                }
            }
        }
        self.value_buffers = assignment.sizes;
    }

    /// Buffers for the gradients of everything that is not a parameter.
    fn place_gradients<T: Element>(&mut self, graph: &Graph<T>, reached: &[bool]) {
        let entries = graph.entries();
        let mut first = vec![FOREVER; entries.len()];
        let mut last = vec![FOREVER; entries.len()];
        for (position, step) in self.steps.iter().enumerate().filter(|(_, step)| step.backward.is_some()) {
            let now = self.backward_moment(position);
            // The loss has no consumer: its gradient is there when its own step begins.
            first[step.node] = first[step.node].min(now);
            last[step.node] = now;
            step.inputs.iter().for_each(|&input| first[input] = first[input].min(now));
        }
        let is_parameter = |node: usize| matches!(entries[node].kind, Kind::Parameter { .. });
        let nodes: Vec<usize> =
            (0..entries.len()).filter(|&node| reached[node] && !is_parameter(node)).collect();
        let interval = |&node: &usize| Interval {
            elements: shape::elements(&self.shapes[node]),
            first: first[node],
            last: if entries[node].wanted { FOREVER } else { last[node] },
        };
        let intervals: Vec<_> = nodes.iter().map(interval).collect();
        let assignment = assign(&intervals);
        let mut slots = vec![Slot::default(); entries.len()];
        for ((&node, interval), &index) in nodes.iter().zip(&intervals).zip(&assignment.buffer_of) {
            slots[node] = Slot { index, len: interval.elements };
            self.gradients[node] = Some(GradientStorage::Buffer(slots[node]));
        }
        for step in &mut self.steps {
            step.backward.iter_mut().for_each(|(gradient, _)| *gradient = slots[step.node]);
        }
        self.gradient_buffers = assignment.sizes;
    }

    fn describe<T: Element>(&mut self, graph: &Graph<T>, needed: &[bool], reached: &[bool]) {
        for (node, entry) in graph.entries().iter().enumerate().filter(|&(node, _)| needed[node]) {
            let buffer = match self.storage[node] {
                Storage::Buffer(slot) => Some(slot.index),
                _ => None,
            };
            let bytes = shape::elements(&self.shapes[node])
                * if matches!(entry.kind, Kind::Labels) { size_of::<u32>() } else { T::BYTES };
            let mut planned = PlannedNode {
                name: entry.name.clone(),
                op: "",
                inputs: Vec::new(),
                shape: self.shapes[node].clone(),
                bytes,
                buffer,
                gradient: reached[node],
                multiply_adds: 0,
                backward_multiply_adds: 0,
            };
            planned.op = match &entry.kind {
                Kind::Input => "input",
                Kind::Labels => "labels",
                Kind::Parameter { .. } => "parameter",
                Kind::Constant(_) => "constant",
                Kind::Op { op, inputs } => {
                    let shapes = self.shapes_of(inputs);
                    planned.inputs = inputs.iter().map(|&input| graph.name_at(input).to_owned()).collect();
                    planned.multiply_adds = op.multiply_adds(&shapes, &self.shapes[node]);
                    planned.backward_multiply_adds = (0..inputs.len())
                        .filter(|&input| reached[node] && reached[inputs[input]])
                        .map(|input| op.gradient_multiply_adds(input, &shapes, &self.shapes[node]))
                        .sum();
                    op.name()
                }
            };
            self.nodes.push(planned);
        }
    }

    /// The last moment of the step at this position: that of its backward pass if it has one.
    fn end(&self, position: usize) -> usize {
        if self.steps[position].backward.is_some() { self.backward_moment(position) } else { position }
    }

    /// Whether this plan was made from `graph` as it is now.
    pub(crate) fn fits<T: Element>(&self, graph: &Graph<T>) -> bool {
        self.graph == graph.id() && self.storage.len() == graph.entries().len()
    }

    /// The moment of the backward pass of the step at this position.
    fn backward_moment(&self, position: usize) -> usize {
        2 * self.steps.len() - 1 - position
    }

    fn shapes_of(&self, nodes: &[usize]) -> Vec<&[usize]> {
        nodes.iter().map(|&node| self.shapes[node].as_slice()).collect()
    }

    pub(crate) fn shape(&self, node: usize) -> &[usize] {
        &self.shapes[node]
    }

    pub(crate) fn storage(&self, node: usize) -> &Storage {
        &self.storage[node]
    }

    pub(crate) fn gradient_storage(&self, node: usize) -> Option<&GradientStorage> {
        self.gradients[node].as_ref()
    }

    /// Whether the value may be read after `forward`: others may share a buffer.
    pub(crate) fn readable(&self, node: usize) -> bool {
        self.readable[node]
    }

    /// The number of examples.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The nodes of the plan, leaves included, in the order they are computed.
    pub fn nodes(&self) -> &[PlannedNode] {
        &self.nodes
    }

    /// The number of trainable numbers of the graph.
    pub fn parameter_count(&self) -> usize {
        self.parameter_count
    }

    /// Bytes that a session allocates for inputs, values and workspaces.
    pub fn value_bytes(&self) -> usize {
        let labels: usize = self.label_buffers.iter().map(|len| len * size_of::<u32>()).sum();
        self.buffer_bytes(&self.value_buffers) + labels
    }

    /// Bytes that a session allocates for gradients other than those of parameters.
    pub fn gradient_bytes(&self) -> usize {
        self.buffer_bytes(&self.gradient_buffers)
    }

    /// All bytes that a session allocates. Parameters and their gradients are the caller's.
    pub fn bytes(&self) -> usize {
        self.value_bytes() + self.gradient_bytes()
    }

    fn buffer_bytes(&self, buffers: &[usize]) -> usize {
        buffers.iter().map(|elements| elements * self.element_bytes + ALIGNMENT).sum()
    }
}

/// `from` and every node it depends on through nodes that `through` lets pass.
fn ancestors<T: Element>(
    graph: &Graph<T>,
    mut from: Vec<bool>,
    through: impl Fn(usize) -> bool,
) -> Vec<bool> {
    for (node, entry) in graph.entries().iter().enumerate().rev() {
        if let (true, Kind::Op { inputs, .. }) = (from[node], &entry.kind) {
            inputs.iter().filter(|&&input| through(input)).for_each(|&input| from[input] = true);
        }
    }
    from
}

/// The needed nodes whose gradient somebody needs: parameters, those the user asked for, and what depends on them.
fn wanting<T: Element>(graph: &Graph<T>, needed: &[bool]) -> Vec<bool> {
    let mut wanting = vec![false; needed.len()];
    for (node, entry) in graph.entries().iter().enumerate().filter(|&(node, _)| needed[node]) {
        wanting[node] = entry.wanted
            || match &entry.kind {
                Kind::Parameter { .. } => true,
                Kind::Op { inputs, .. } => inputs.iter().any(|&input| wanting[input]),
                Kind::Input | Kind::Labels | Kind::Constant(_) => false,
            };
    }
    wanting
}

fn needs<T: Element>(graph: &Graph<T>, node: usize) -> crate::Needs {
    match &graph.entries()[node].kind {
        Kind::Op { op, .. } => op.needs(),
        _ => crate::Needs::NOTHING,
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
        assert!(matches!(Plan::training(&model.graph, 0, model.loss, &[]), Err(Error::EmptyBatch)));
        assert!(matches!(Plan::training(&model.graph, 1, model.output, &[]), Err(Error::NotALoss { .. })));
        assert!(matches!(Plan::training(&model.graph, 1, model.input, &[]), Err(Error::NotALoss { .. })));
        let error = Plan::evaluation(&model.graph, usize::MAX / 100, &[model.output]).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
}
