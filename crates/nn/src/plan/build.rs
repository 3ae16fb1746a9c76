//! Making a plan: first the order, then which nodes need gradients, then the buffers.

use super::fusion::{StepOp, fused};
use super::placement::{Contribution, GradientStorage, Placement, Slot, Storage};
use super::step::Step;
use super::{Plan, PlannedNode};
use crate::graph::{Graph, Kind};
use crate::liveness::{FOREVER, Interval, assign};
use crate::mode::Mode;
use crate::{Element, GraphError, Node, shape};

/// The owner of a buffer, while the plan is made.
enum BufferOwner {
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
    ) -> Result<Self, GraphError> {
        if batch == 0 {
            return Err(GraphError::EmptyBatch);
        }
        let definitions = graph.definitions();
        let mut readable = vec![false; definitions.len()];
        for &node in outputs {
            readable[graph.index(node)?] = true;
        }
        loss.into_iter().for_each(|loss| readable[loss] = true);
        let needed = ancestors(graph, readable.clone(), |_| true);
        let wanting = wanting(graph, &needed);
        let reached = match loss {
            Some(loss) => {
                let mut from = vec![false; definitions.len()];
                from[loss] = wanting[loss];
                ancestors(graph, from, |node| wanting[node])
            }
            None => vec![false; definitions.len()],
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
            scratch: 0,
            unreached: Vec::new(),
            element_bytes: T::BYTES,
            arena_len: graph.layout().len(),
            parameter_count: graph.layout().elements(),
            placement: Placement {
                names: definitions.iter().map(|definition| definition.name.clone()).collect(),
                shapes: definitions.iter().map(|definition| definition.shape.resolve(batch)).collect(),
                values: vec![Storage::None; definitions.len()],
                gradients: vec![None; definitions.len()],
                data: (0..definitions.len())
                    .map(|node| matches!(definitions[graph.root(node)].kind, Kind::Input))
                    .collect(),
            },
            readable,
            nodes: Vec::new(),
        };
        plan.check_sizes(graph)?;
        if loss.is_some() {
            plan.check_batch(graph, &needed)?;
        }
        plan.order(graph, &needed, &reached);
        plan.place_leaves(graph, &needed, &reached);
        plan.place_values(graph);
        plan.place_gradients(graph, &reached);
        plan.describe(graph, &needed, &reached);
        Ok(plan)
    }

    /// Returns how many elements of scratch memory the ops need on this many threads.
    pub(crate) fn scratch<T: Element>(&self, graph: &Graph<T>, threads: usize) -> usize {
        let scratch =
            |step: &Step| StepOp::of(graph, step).get().scratch(&self.shapes_of(&step.inputs), threads);
        self.steps.iter().map(scratch).max().unwrap_or(0)
    }

    /// Refuses shapes whose elements cannot be counted or addressed.
    fn check_sizes<T: Element>(&self, graph: &Graph<T>) -> Result<(), GraphError> {
        let limit = isize::MAX as usize / T::BYTES / 4;
        for (definition, shape) in graph.definitions().iter().zip(&self.placement.shapes) {
            let size = shape.iter().try_fold(1usize, |product, &extent| product.checked_mul(extent));
            if size.is_none_or(|size| size > limit) {
                return Err(GraphError::TooLarge {
                    node: definition.name.clone(),
                    shape: format!("{shape:?}"),
                });
            }
        }
        Ok(())
    }

    /// Refuses a batch that an op cannot learn from.
    fn check_batch<T: Element>(&self, graph: &Graph<T>, needed: &[bool]) -> Result<(), GraphError> {
        for (definition, _) in graph.definitions().iter().zip(needed).filter(|(_, needed)| **needed) {
            let Kind::Op { op, inputs } = &definition.kind else { continue };
            if let Some(explanation) = op.lacks(&self.shapes_of(inputs)) {
                let node = definition.name.clone();
                return Err(GraphError::Batch { op: op.name(), node, explanation });
            }
        }
        Ok(())
    }

    /// The ops to run, in order, and what each does to the gradients of its inputs.
    fn order<T: Element>(&mut self, graph: &Graph<T>, needed: &[bool], reached: &[bool]) {
        let mode = self.mode();
        self.steps = fused(graph, needed, &self.readable);
        let mut sizes = Vec::new();
        for step in &self.steps {
            let (op, shapes) = (StepOp::of(graph, step), self.shapes_of(&step.inputs));
            sizes.push((op.get().workspace(&shapes, mode), op.get().scratch(&shapes, 1)));
        }
        for (step, (workspace, scratch)) in self.steps.iter_mut().zip(sizes) {
            step.workspace.len = workspace;
            step.backward = reached[step.node].then(|| (Slot::default(), Vec::new()));
            self.scratch = self.scratch.max(scratch);
        }
        let mut written = vec![false; graph.definitions().len()];
        for step in self.steps.iter_mut().rev() {
            let Some((_, contributions)) = &mut step.backward else { continue };
            for input in step.inputs.iter().map(|&input| graph.root(input)) {
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
        for (node, definition) in graph.definitions().iter().enumerate() {
            match definition.kind {
                Kind::Parameter { tensor, .. } => {
                    let range = tensors[tensor].range.clone();
                    self.placement.values[node] = Storage::Parameter(range.clone());
                    if reached[node] {
                        self.placement.gradients[node] = Some(GradientStorage::Parameter(range));
                    } else {
                        self.unreached.push(range);
                    }
                }
                Kind::Statistic { tensor, .. } => {
                    self.placement.values[node] =
                        Storage::Statistic(graph.statistics().tensors()[tensor].range.clone());
                }
                Kind::Constant(at) => self.placement.values[node] = Storage::Constant(at),
                Kind::Labels if needed[node] => {
                    let len = shape::elements(&self.placement.shapes[node]);
                    self.placement.values[node] =
                        Storage::Labels(Slot { index: self.label_buffers.len(), len });
                    self.label_buffers.push(len);
                    self.filled.push(node);
                }
                Kind::Input if needed[node] => self.filled.push(node),
                Kind::Labels | Kind::Input | Kind::Op { .. } | Kind::View { .. } => {}
            }
        }
    }

    /// Buffers for inputs, outputs of ops and workspaces. The moment of a forward step is its position; backward steps
    /// follow in reverse order.
    fn place_values<T: Element>(&mut self, graph: &Graph<T>) {
        let definitions = graph.definitions();
        let mut last = vec![0; definitions.len()];
        for (now, step) in self.steps.iter().enumerate() {
            let (needs, end) = (StepOp::of(graph, step).get().needs(), self.end(now));
            for input in step.inputs.iter().map(|&input| graph.root(input)) {
                last[input] = last[input].max(if needs.inputs { end } else { now });
            }
            last[step.node] = last[step.node].max(if needs.output { end } else { now });
        }
        (0..definitions.len())
            .filter(|&node| self.readable[node])
            .for_each(|node| last[graph.root(node)] = FOREVER);

        let mut places = Vec::new();
        let mut intervals = Vec::new();
        for &node in &self.filled {
            if matches!(definitions[node].kind, Kind::Input) {
                places.push(BufferOwner::Input(node));
                intervals.push(Interval {
                    elements: shape::elements(&self.placement.shapes[node]),
                    first: 0,
                    last: FOREVER,
                });
            }
        }
        // The interval of each op's output: that of its first input if the output is written over it.
        let mut interval_of = vec![None; definitions.len()];
        for now in 0..self.steps.len() {
            let step = &self.steps[now];
            let elements = shape::elements(&self.placement.shapes[step.node]);
            let over = self.dies_in(graph, now, &last).and_then(|input| interval_of[input]);
            match over {
                Some(interval) => {
                    let interval: &mut Interval = &mut intervals[interval];
                    interval.last = last[step.node];
                }
                None => intervals.push(Interval { elements, first: now, last: last[step.node] }),
            }
            interval_of[step.node] = over.or(Some(intervals.len() - 1));
            if over.is_none() {
                places.push(BufferOwner::Output(now));
            }
            if step.workspace.len > 0 {
                places.push(BufferOwner::Workspace(now));
                // A training step reads it once more at its end, for running statistics.
                let last = if self.mode() == Mode::Training { FOREVER } else { now };
                intervals.push(Interval { elements: step.workspace.len, first: now, last });
            }
            self.steps[now].in_place = over.is_some();
        }

        let assignment = assign(&intervals);
        for ((place, interval), &index) in places.iter().zip(&intervals).zip(&assignment.buffer_of) {
            let slot = Slot { index, len: interval.elements };
            match *place {
                BufferOwner::Input(node) => self.placement.values[node] = Storage::Buffer(slot),
                BufferOwner::Workspace(step) => self.steps[step].workspace = slot,
                BufferOwner::Output(step) => self.steps[step].output = slot,
            }
        }
        for step in &mut self.steps {
            if let Some(interval) = interval_of[step.node] {
                step.output =
                    Slot { index: assignment.buffer_of[interval], len: intervals[interval].elements };
                self.placement.values[step.node] = Storage::Buffer(step.output);
            }
        }
        for node in 0..definitions.len() {
            self.placement.values[node] = self.placement.values[graph.root(node)].clone();
        }
        self.value_buffers = assignment.sizes;
    }

    /// The computed node under the first input of the step at position `now`, if the step's op can work in place and is the
    /// last to need that value.
    fn dies_in<T: Element>(&self, graph: &Graph<T>, now: usize, last: &[usize]) -> Option<usize> {
        let step = &self.steps[now];
        let (first, others) = step.inputs.split_first()?;
        let first = graph.root(*first);
        let computed = matches!(graph.definitions()[first].kind, Kind::Op { .. });
        let once = others.iter().all(|&other| graph.root(other) != first);
        let same_size = shape::elements(&self.placement.shapes[first])
            == shape::elements(&self.placement.shapes[step.node]);
        let dies = computed && once && same_size && last[first] == now;
        (dies && StepOp::of(graph, step).get().works_in_place()).then_some(first)
    }

    /// Buffers for the gradients of everything that is not a parameter.
    fn place_gradients<T: Element>(&mut self, graph: &Graph<T>, reached: &[bool]) {
        let definitions = graph.definitions();
        let mut first = vec![FOREVER; definitions.len()];
        let mut last = vec![FOREVER; definitions.len()];
        for (position, step) in self.steps.iter().enumerate().filter(|(_, step)| step.backward.is_some()) {
            let now = self.backward_moment(position);
            // The loss has no consumer: its gradient is there when its own step begins.
            first[step.node] = first[step.node].min(now);
            last[step.node] = now;
            for input in step.inputs.iter().map(|&input| graph.root(input)) {
                first[input] = first[input].min(now);
            }
        }
        let mut absorbed = vec![false; definitions.len()];
        self.steps.iter().flat_map(|step| &step.absorbed).for_each(|&node| absorbed[node] = true);
        let holds = |node: usize| {
            reached[node]
                && !absorbed[node]
                && !matches!(definitions[node].kind, Kind::Parameter { .. } | Kind::View { .. })
        };
        let mut intervals = Vec::new();
        let mut interval_of = vec![None; definitions.len()];
        // From the loss downwards, so that a gradient that is written over another one finds it.
        let over: Vec<_> = (0..self.steps.len()).map(|position| self.hands_down(graph, position)).collect();
        let mut source = vec![None; definitions.len()];
        for (step, input) in self.steps.iter().zip(&over) {
            input.iter().for_each(|&input| source[input] = Some(step.node));
        }
        for node in (0..definitions.len()).rev().filter(|&node| holds(node)) {
            let last = if definitions[node].wanted { FOREVER } else { last[node] };
            match source[node].and_then(|source: usize| interval_of[source]) {
                Some(interval) => {
                    let shared: &mut Interval = &mut intervals[interval];
                    shared.last = last;
                    interval_of[node] = Some(interval);
                }
                None => {
                    interval_of[node] = Some(intervals.len());
                    let elements = shape::elements(&self.placement.shapes[node]);
                    intervals.push(Interval { elements, first: first[node], last });
                }
            }
        }
        let assignment = assign(&intervals);
        let mut slots = vec![Slot::default(); definitions.len()];
        for node in 0..definitions.len() {
            if let Some(interval) = interval_of[node] {
                slots[node] =
                    Slot { index: assignment.buffer_of[interval], len: intervals[interval].elements };
                self.placement.gradients[node] = Some(GradientStorage::Buffer(slots[node]));
            }
        }
        for node in (0..definitions.len()).filter(|&node| reached[node]) {
            self.placement.gradients[node] = self.placement.gradients[graph.root(node)].clone();
        }
        for (step, over) in self.steps.iter_mut().zip(&over) {
            step.backward.iter_mut().for_each(|(gradient, _)| *gradient = slots[step.node]);
            step.gradient_in_place = over.is_some();
        }
        self.gradient_buffers = assignment.sizes;
    }

    /// The node under the first input of the step at this position, if the gradient that the step hands down can be written
    /// over the one it gets.
    fn hands_down<T: Element>(&self, graph: &Graph<T>, position: usize) -> Option<usize> {
        let step = &self.steps[position];
        let (_, contributions) = step.backward.as_ref()?;
        let (first, others) = contributions.split_first()?;
        let alone = *first == Contribution::Write && others.iter().all(|other| *other == Contribution::None);
        let input = graph.root(*step.inputs.first()?);
        let definitions = graph.definitions();
        let held = !matches!(definitions[input].kind, Kind::Parameter { .. });
        let same_size = shape::elements(&self.placement.shapes[input])
            == shape::elements(&self.placement.shapes[step.node]);
        let possible = alone && held && same_size && !definitions[step.node].wanted;
        (possible && StepOp::of(graph, step).get().works_in_place()).then_some(input)
    }

    fn describe<T: Element>(&mut self, graph: &Graph<T>, needed: &[bool], reached: &[bool]) {
        for (node, definition) in graph.definitions().iter().enumerate().filter(|&(node, _)| needed[node]) {
            let buffer = match self.placement.values[node] {
                Storage::Buffer(slot) => Some(slot.index),
                _ => None,
            };
            let bytes = shape::elements(&self.placement.shapes[node])
                * if matches!(definition.kind, Kind::Labels) { size_of::<u32>() } else { T::BYTES };
            let mut planned = PlannedNode {
                name: definition.name.clone(),
                op: "",
                inputs: Vec::new(),
                shape: self.placement.shapes[node].clone(),
                bytes,
                buffer,
                gradient: reached[node],
                multiply_adds: 0,
                backward_multiply_adds: 0,
            };
            planned.op = match &definition.kind {
                Kind::Input => "input",
                Kind::Labels => "labels",
                Kind::Parameter { .. } => "parameter",
                Kind::Constant(_) => "constant",
                Kind::Statistic { .. } => "statistic",
                Kind::View { of } => {
                    planned.inputs = vec![graph.name_at(*of).to_owned()];
                    planned.bytes = 0;
                    "view"
                }
                Kind::Op { op, inputs } => {
                    let shapes = self.shapes_of(inputs);
                    planned.inputs = inputs.iter().map(|&input| graph.name_at(input).to_owned()).collect();
                    planned.multiply_adds = op.multiply_adds(&shapes, &self.placement.shapes[node]);
                    planned.backward_multiply_adds = (0..inputs.len())
                        .filter(|&input| reached[node] && reached[inputs[input]])
                        .map(|input| op.gradient_multiply_adds(input, &shapes, &self.placement.shapes[node]))
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
}

/// `from` and every node it depends on through nodes that `through` lets pass.
fn ancestors<T: Element>(
    graph: &Graph<T>,
    mut from: Vec<bool>,
    through: impl Fn(usize) -> bool,
) -> Vec<bool> {
    for (node, definition) in graph.definitions().iter().enumerate().rev() {
        match &definition.kind {
            Kind::Op { inputs, .. } if from[node] => {
                inputs.iter().filter(|&&input| through(input)).for_each(|&input| from[input] = true);
            }
            Kind::View { of } if from[node] && through(*of) => from[*of] = true,
            _ => {}
        }
    }
    from
}

/// The needed nodes that need a gradient: parameters, nodes whose gradient the user asked for, and all nodes that depend on
/// them.
fn wanting<T: Element>(graph: &Graph<T>, needed: &[bool]) -> Vec<bool> {
    let mut wanting = vec![false; needed.len()];
    for (node, definition) in graph.definitions().iter().enumerate().filter(|&(node, _)| needed[node]) {
        wanting[node] = definition.wanted
            || match &definition.kind {
                Kind::Parameter { .. } => true,
                Kind::Op { inputs, .. } => inputs.iter().any(|&input| wanting[input]),
                Kind::View { of } => wanting[*of],
                Kind::Input | Kind::Labels | Kind::Constant(_) | Kind::Statistic { .. } => false,
            };
    }
    wanting
}
