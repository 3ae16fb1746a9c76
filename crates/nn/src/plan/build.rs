//! Making a plan: order, then who needs gradients, then buffers.

use super::{Contribution, GradientStorage, Plan, PlannedNode, Slot, Step, Storage};
use crate::graph::{Graph, Kind};
use crate::liveness::{FOREVER, Interval, assign};
use crate::{Element, Error, Needs, Node, shape};

/// What a buffer is given to, while the plan is made.
enum Place {
    Input(usize),
    /// Of the step at this position.
    Output(usize),
    Workspace(usize),
}

impl Plan {
    pub(super) fn new<T: Element>(
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

    /// The moment of the backward pass of the step at this position.
    fn backward_moment(&self, position: usize) -> usize {
        2 * self.steps.len() - 1 - position
    }

    fn shapes_of(&self, nodes: &[usize]) -> Vec<&[usize]> {
        nodes.iter().map(|&node| self.shapes[node].as_slice()).collect()
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

fn needs<T: Element>(graph: &Graph<T>, node: usize) -> Needs {
    match &graph.entries()[node].kind {
        Kind::Op { op, .. } => op.needs(),
        _ => Needs::NOTHING,
    }
}
