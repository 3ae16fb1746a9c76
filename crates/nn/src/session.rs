//! The session: buffers, and the two loops that run a plan over them.

mod access;
mod anomaly;

use crate::graph::{Graph, Kind, initial_statistics};
use crate::pass::{Advance, Backward, Forward, Inputs, Narrow, Targets};
use crate::plan::placement::{GradientStorage, Slot};
use crate::plan::{Plan, Step, StepOp};
use crate::{Element, GraphError, Mode, Node, Noise, Op};
use std::fmt;
use std::mem::take;
use std::sync::Arc;
use thalweg_lanes::Buffer;

/// The buffers for one use of a graph at one batch size, allocated once.
///
/// Fill every input, call [`forward`](Self::forward), read values; in a training session call
/// [`backward`](Self::backward) next. Neither allocates.
pub struct Session<T: Element> {
    graph: Arc<Graph<T>>,
    plan: Plan,
    values: Vec<Buffer<T>>,
    gradients: Vec<Buffer<T>>,
    labels: Vec<Vec<u32>>,
    /// Inputs that were given in 32 bits at least once.
    narrow: Vec<Narrow>,
    /// For each step of the plan, the fused op if there is one.
    fused: Vec<Option<Box<dyn Op<T>>>>,
    /// The running statistics, an arena of [`Graph::statistics`].
    statistics: Vec<T>,
    /// The scratch memory of the ops.
    scratch: Buffer<T>,
    threads: usize,
    /// Whether everything computed is checked; see [`set_anomaly`](Self::set_anomaly).
    anomaly: bool,
    /// The seed and the step from which, with the node, the random numbers follow.
    noise: (u64, u64),
    /// Which of the plan's `filled` nodes the user has filled.
    filled: Vec<bool>,
    /// Whether the values belong to the present inputs.
    computed: bool,
    /// Whether the gradients do, too.
    differentiated: bool,
}

impl<T: Element> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (batch, bytes) = (self.plan.batch(), self.plan.bytes());
        f.debug_struct("Session").field("batch", &batch).field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl<T: Element> Session<T> {
    /// Computes `loss` and `outputs` for `batch` examples, and the gradients of the loss.
    ///
    /// # Errors
    /// As [`Plan::training`].
    pub fn training(
        graph: &Arc<Graph<T>>,
        batch: usize,
        loss: Node,
        outputs: &[Node],
    ) -> Result<Self, GraphError> {
        Self::new(graph, Plan::training(graph, batch, loss, outputs)?)
    }

    /// Computes `outputs` for `batch` examples.
    ///
    /// # Errors
    /// As [`Plan::evaluation`].
    pub fn evaluation(graph: &Arc<Graph<T>>, batch: usize, outputs: &[Node]) -> Result<Self, GraphError> {
        Self::new(graph, Plan::evaluation(graph, batch, outputs)?)
    }

    /// Allocates what `plan`, made from this graph, asks for.
    ///
    /// # Errors
    /// [`GraphError::ForeignNode`] if the plan was made from another graph, or before the last node was added.
    pub fn new(graph: &Arc<Graph<T>>, plan: Plan) -> Result<Self, GraphError> {
        if !plan.fits(graph) {
            return Err(GraphError::ForeignNode);
        }
        Ok(Self {
            values: plan.value_buffers.iter().map(|&len| Buffer::zeros(len)).collect(),
            gradients: plan.gradient_buffers.iter().map(|&len| Buffer::zeros(len)).collect(),
            labels: plan.label_buffers.iter().map(|&len| vec![0; len]).collect(),
            narrow: Vec::new(),
            statistics: initial_statistics(graph).values().to_vec(),
            fused: plan.steps.iter().map(|step| fused(graph, step)).collect(),
            scratch: Buffer::zeros(plan.scratch),
            threads: 1,
            anomaly: false,
            noise: (0, 0),
            filled: vec![false; plan.filled.len()],
            computed: false,
            differentiated: false,
            graph: Arc::clone(graph),
            plan,
        })
    }

    /// Returns the plan this session runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the graph this session runs.
    pub fn graph(&self) -> &Arc<Graph<T>> {
        &self.graph
    }

    /// Returns the number of examples.
    pub fn batch(&self) -> usize {
        self.plan.batch()
    }

    /// Computes every value from the inputs and `parameters`, an arena of [`Graph::layout`].
    ///
    /// # Errors
    /// [`GraphError::Length`] of the parameters, [`GraphError::Unfilled`] inputs, [`GraphError::Label`]; [`GraphError::Anomaly`] if it was asked for.
    pub fn forward(&mut self, parameters: &[T]) -> Result<(), GraphError> {
        self.check_arena("the parameter slice", parameters.len())?;
        if let Some(at) = self.filled.iter().position(|&filled| !filled) {
            return Err(GraphError::Unfilled(self.graph.name_at(self.plan.filled[at]).to_owned()));
        }
        self.forget();
        if self.anomaly {
            self.check_leaves(parameters)?;
        }
        for (step, fused) in self.plan.steps.iter().zip(&self.fused) {
            let largest = if self.anomaly { self.largest_input(step, parameters) } else { 0.0 };
            // The op's own buffers leave the table while it runs, so that it can read all others.
            let mut output = lift(&mut self.values, step.output);
            let mut workspace = lift(&mut self.values, step.workspace);
            let mut scratch = take(&mut self.scratch);
            let result = op(&self.graph, step, fused).forward(Forward {
                inputs: Inputs {
                    placement: self.plan.placement(),
                    nodes: &step.inputs,
                    buffers: &self.values,
                    labels: &self.labels,
                    narrow: &self.narrow,
                    constants: self.graph.constants(),
                    parameters,
                    statistics: &self.statistics,
                },
                output: &mut output[..step.output.len],
                workspace: &mut workspace[..step.workspace.len],
                mode: self.plan.mode(),
                noise: Noise::new(self.noise.0, self.noise.1, step.node),
                scratch: &mut scratch,
                threads: self.threads,
                in_place: step.in_place,
            });
            self.scratch = scratch;
            self.values[step.output.index] = output;
            if step.workspace.len > 0 {
                self.values[step.workspace.index] = workspace;
            }
            result?;
            if self.anomaly {
                self.check_value(step, largest)?;
            }
        }
        self.computed = true;
        Ok(())
    }

    /// Computes the gradient of the loss with respect to every parameter into `gradients`, an arena of [`Graph::layout`],
    /// writing over what is there; and with respect to every node asked for by [`Graph::want_gradient`].
    ///
    /// `parameters` must be those of the last [`forward`](Self::forward).
    ///
    /// # Errors
    /// [`GraphError::NotTraining`], [`GraphError::NotComputed`] without a forward pass before, [`GraphError::Length`]; [`GraphError::Anomaly`] if it
    /// was asked for.
    pub fn backward(&mut self, parameters: &[T], gradients: &mut [T]) -> Result<(), GraphError> {
        let loss = self.plan.loss.ok_or(GraphError::NotTraining)?;
        self.check_arena("the parameter slice", parameters.len())?;
        self.check_arena("the gradient slice", gradients.len())?;
        if !self.computed {
            return Err(GraphError::NotComputed);
        }
        self.plan.unreached.iter().for_each(|range| gradients[range.clone()].fill(T::ZERO));
        if let Some(GradientStorage::Buffer(slot)) = self.plan.gradient_storage(loss) {
            self.gradients[slot.index][0] = T::ONE;
        }
        for (step, fused) in self.plan.steps.iter().zip(&self.fused).rev() {
            let Some((gradient, contributions)) = &step.backward else { continue };
            let in_place = step.gradient_in_place;
            let own = if in_place { Buffer::default() } else { take(&mut self.gradients[gradient.index]) };
            let mut scratch = take(&mut self.scratch);
            op(&self.graph, step, fused).backward(Backward {
                inputs: Inputs {
                    placement: self.plan.placement(),
                    nodes: &step.inputs,
                    buffers: &self.values,
                    labels: &self.labels,
                    narrow: &self.narrow,
                    constants: self.graph.constants(),
                    parameters,
                    statistics: &self.statistics,
                },
                output: &self.values[step.output.index][..step.output.len],
                workspace: match step.workspace.len {
                    0 => &[],
                    len => &self.values[step.workspace.index][..len],
                },
                gradient: if in_place { &[] } else { &own[..gradient.len] },
                noise: Noise::new(self.noise.0, self.noise.1, step.node),
                scratch: &mut scratch,
                threads: self.threads,
                in_place,
                targets: Targets {
                    placement: self.plan.placement(),
                    nodes: &step.inputs,
                    contributions,
                    buffers: &mut self.gradients,
                    parameters: gradients,
                },
            });
            self.scratch = scratch;
            if !in_place {
                self.gradients[gradient.index] = own;
            }
            if self.anomaly {
                self.check_gradients(step, gradients)?;
            }
        }
        self.differentiated = true;
        Ok(())
    }

    /// Sets the number of the next training step. The draws of dropout and of other random ops follow from `seed`, `step` and
    /// the node alone, so all passes of one step draw the same numbers.
    pub fn set_step(&mut self, seed: u64, step: u64) {
        if self.noise != (seed, step) {
            self.noise = (seed, step);
            self.forget();
        }
    }

    /// Ends a training step: updates the running statistics with the batch of the last [`forward`](Self::forward). Does nothing
    /// in an evaluation session or without running statistics.
    ///
    /// # Errors
    /// [`GraphError::NotComputed`] without a forward pass before.
    pub fn advance(&mut self) -> Result<(), GraphError> {
        if self.plan.mode() == Mode::Evaluation || self.statistics.is_empty() {
            return Ok(());
        }
        if !self.computed {
            return Err(GraphError::NotComputed);
        }
        for (step, fused) in self.plan.steps.iter().zip(&self.fused) {
            op(&self.graph, step, fused).advance(Advance {
                workspace: match step.workspace.len {
                    0 => &[],
                    len => &self.values[step.workspace.index][..len],
                },
                placement: self.plan.placement(),
                nodes: &step.inputs,
                statistics: &mut self.statistics,
            });
        }
        Ok(())
    }

    /// Returns the running statistics, an arena of [`Graph::statistics`].
    pub fn statistics(&self) -> &[T] {
        &self.statistics
    }

    /// Sets the running statistics to those of another session or a file.
    ///
    /// # Errors
    /// [`GraphError::Length`].
    pub fn set_statistics(&mut self, statistics: &[T]) -> Result<(), GraphError> {
        let (found, expected) = (statistics.len(), self.statistics.len());
        if found != expected {
            return Err(GraphError::Length {
                what: "the slice of running statistics".into(),
                found,
                expected,
            });
        }
        self.statistics.copy_from_slice(statistics);
        // Values computed with other statistics are invalid.
        if self.plan.mode() == Mode::Evaluation {
            self.forget();
        }
        Ok(())
    }

    /// Lets ops use this many threads if they have enough work. The results stay the same, bit for bit.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = threads.max(1);
        self.scratch = Buffer::zeros(self.plan.scratch(&self.graph, self.threads));
    }

    /// Returns the plan's loss node, in a training session.
    pub(crate) fn loss_node(&self) -> Option<Node> {
        self.plan.loss.map(|index| self.graph.node(index))
    }

    fn forget(&mut self) {
        self.computed = false;
        self.differentiated = false;
    }

    fn check_arena(&self, what: &str, found: usize) -> Result<(), GraphError> {
        let expected = self.plan.arena_len;
        if found == expected {
            Ok(())
        } else {
            Err(GraphError::Length { what: what.to_owned(), found, expected })
        }
    }
}

/// Takes the buffer of a slot out of the table; nothing for an empty slot, which has no buffer.
fn lift<T: Element>(buffers: &mut [Buffer<T>], slot: Slot) -> Buffer<T> {
    if slot.len == 0 { Buffer::default() } else { take(&mut buffers[slot.index]) }
}

/// Returns the fused op of a step, if it has one.
fn fused<T: Element>(graph: &Graph<T>, step: &Step) -> Option<Box<dyn Op<T>>> {
    match StepOp::of(graph, step) {
        StepOp::Own(_) => None,
        StepOp::Fused(op) => Some(op),
    }
}

/// The op of a step.
fn op<'a, T: Element>(graph: &'a Graph<T>, step: &Step, fused: &'a Option<Box<dyn Op<T>>>) -> &'a dyn Op<T> {
    match (fused, &graph.definitions()[step.node].kind) {
        (Some(op), _) | (None, Kind::Op { op, .. }) => op.as_ref(),
        _ => unreachable!("the steps of a plan are its ops"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Loss};
    use crate::{BATCH, Initial, Mlp, Model, initialise};

    fn model() -> Model<f32> {
        let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
        Mlp { inputs: 2, hidden: vec![3], outputs: 2, activation, loss }.build().unwrap()
    }

    #[test]
    fn sessions_move_between_threads() {
        fn assert_send<T: Send>(_: &T) {}
        let model = model();
        assert_send(&model);
        assert_send(&Session::evaluation(&model.graph, 1, &[model.output]).unwrap());
    }

    #[test]
    fn an_evaluation_gives_the_bits_of_the_training_session() {
        let model = model();
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let mut training = Session::training(&model.graph, 1, model.loss, &[model.output]).unwrap();
        training.set_input(model.input, &[0.5, -0.25]).unwrap();
        training.set_labels(model.target, &[1]).unwrap();
        training.forward(parameters.values()).unwrap();
        let mut evaluation = Session::evaluation(&model.graph, 1, &[model.output]).unwrap();
        evaluation.set_input(model.input, &[0.5, -0.25]).unwrap();
        evaluation.forward(parameters.values()).unwrap();
        assert_eq!(evaluation.value(model.output).unwrap(), training.value(model.output).unwrap());
    }

    #[test]
    fn backward_writes_over_old_gradients_also_of_parameters_the_loss_ignores() {
        let mut graph = Graph::<f64>::new();
        let x = graph.input("x", &[BATCH, 1]).unwrap();
        let used = graph.parameter("used", &[]).unwrap();
        graph.parameter("unused", &[2]).unwrap();
        let y = graph.multiply(x, used).unwrap();
        let loss = graph.mean_squared_error(y, x).unwrap();
        let graph = Arc::new(graph);
        let mut session = Session::training(&graph, 2, loss, &[]).unwrap();
        session.set_input(x, &[1.0, 2.0]).unwrap();
        let mut parameters = vec![0.0; graph.layout().len()];
        parameters[0] = 3.0;
        let mut gradients = vec![7.0; parameters.len()];
        for _ in 0..2 {
            session.forward(&parameters).unwrap();
            session.backward(&parameters, &mut gradients).unwrap();
            // d/dw of ((w - 1)^2 (1 + 4)) / 2
            assert_eq!(gradients[0], 10.0);
            assert_eq!(gradients[graph.layout().find("unused").unwrap().range.clone()], [0.0, 0.0]);
        }
        assert_eq!(session.loss(loss).unwrap(), 10.0);
    }
}
