//! The session: buffers, and the two loops that run a plan over them.

use crate::graph::{Graph, Kind};
use crate::pass::{Backward, Forward, Inputs, Targets};
use crate::plan::{GradientStorage, Plan, Slot, Storage};
use crate::{Element, Error, Node, Op, shape};
use std::mem::take;
use std::sync::Arc;
use thalweg_lanes::Buffer;

/// Everything one use of a graph at one batch size needs to run, allocated once.
///
/// Fill every input, call [`forward`](Self::forward), read values; in a training session call
/// [`backward`](Self::backward) next. Neither allocates.
pub struct Session<T: Element> {
    graph: Arc<Graph<T>>,
    plan: Plan,
    values: Vec<Buffer<T>>,
    gradients: Vec<Buffer<T>>,
    labels: Vec<Vec<u32>>,
    /// Which of the plan's `filled` nodes the user has filled.
    filled: Vec<bool>,
    /// Whether the values belong to the present inputs.
    computed: bool,
    /// Whether the gradients do, too.
    differentiated: bool,
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
    ) -> Result<Self, Error> {
        Self::new(graph, Plan::training(graph, batch, loss, outputs)?)
    }

    /// Computes `outputs` for `batch` examples.
    ///
    /// # Errors
    /// As [`Plan::evaluation`].
    pub fn evaluation(graph: &Arc<Graph<T>>, batch: usize, outputs: &[Node]) -> Result<Self, Error> {
        Self::new(graph, Plan::evaluation(graph, batch, outputs)?)
    }

    /// Allocates what `plan`, made from this graph, asks for.
    ///
    /// # Errors
    /// [`Error::ForeignNode`] if the plan was made from another graph, or before the last node was added.
    pub fn new(graph: &Arc<Graph<T>>, plan: Plan) -> Result<Self, Error> {
        if !plan.fits(graph) {
            return Err(Error::ForeignNode);
        }
        Ok(Self {
            values: plan.value_buffers.iter().map(|&len| Buffer::zeros(len)).collect(),
            gradients: plan.gradient_buffers.iter().map(|&len| Buffer::zeros(len)).collect(),
            labels: plan.label_buffers.iter().map(|&len| vec![0; len]).collect(),
            filled: vec![false; plan.filled.len()],
            computed: false,
            differentiated: false,
            graph: Arc::clone(graph),
            plan,
        })
    }

    /// What this session runs.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The graph this session runs.
    pub fn graph(&self) -> &Arc<Graph<T>> {
        &self.graph
    }

    /// The number of examples.
    pub fn batch(&self) -> usize {
        self.plan.batch()
    }

    /// The numbers of an input, row-major, to be written. They stay until they are written again.
    ///
    /// # Errors
    /// If the node is not an input of this session.
    pub fn input_mut(&mut self, node: Node) -> Result<&mut [T], Error> {
        let slot = match (self.fill(node)?, self.kind(node)?) {
            (Storage::Buffer(slot), Kind::Input) => slot,
            _ => return Err(self.wrong_kind(node, "only inputs can be written")),
        };
        Ok(&mut self.values[slot.index][..slot.len])
    }

    /// The class labels of a labels node, to be written. They stay until they are written again.
    ///
    /// # Errors
    /// If the node does not hold labels of this session.
    pub fn labels_mut(&mut self, node: Node) -> Result<&mut [u32], Error> {
        let Storage::Labels(slot) = self.fill(node)? else {
            return Err(self.wrong_kind(node, "only labels nodes hold class labels"));
        };
        Ok(&mut self.labels[slot.index])
    }

    /// Copies `values` into an input.
    ///
    /// # Errors
    /// As [`input_mut`](Self::input_mut), and [`Error::Length`].
    pub fn set_input(&mut self, node: Node, values: &[T]) -> Result<(), Error> {
        self.check_length("input", node, values.len())?;
        self.input_mut(node)?.copy_from_slice(values);
        Ok(())
    }

    /// Copies `labels` into a labels node.
    ///
    /// # Errors
    /// As [`labels_mut`](Self::labels_mut), and [`Error::Length`].
    pub fn set_labels(&mut self, node: Node, labels: &[u32]) -> Result<(), Error> {
        self.check_length("labels", node, labels.len())?;
        self.labels_mut(node)?.copy_from_slice(labels);
        Ok(())
    }

    /// Computes every value from the inputs and `parameters`, an arena of [`Graph::layout`].
    ///
    /// # Errors
    /// [`Error::Length`] of the parameters, [`Error::Unfilled`] inputs, [`Error::Label`].
    pub fn forward(&mut self, parameters: &[T]) -> Result<(), Error> {
        self.check_arena("the parameter slice", parameters.len())?;
        if let Some(at) = self.filled.iter().position(|&filled| !filled) {
            return Err(Error::Unfilled(self.graph.name_at(self.plan.filled[at]).to_owned()));
        }
        self.forget();
        for step in &self.plan.steps {
            // The op's own buffers leave the table while it runs, so that it can read all others.
            let mut output = lift(&mut self.values, step.output);
            let mut workspace = lift(&mut self.values, step.workspace);
            let result = op(&self.graph, step.node).forward(Forward {
                inputs: Inputs {
                    graph: &self.graph,
                    plan: &self.plan,
                    nodes: &step.inputs,
                    buffers: &self.values,
                    labels: &self.labels,
                    parameters,
                },
                output: &mut output[..step.output.len],
                workspace: &mut workspace[..step.workspace.len],
            });
            self.values[step.output.index] = output;
            if step.workspace.len > 0 {
                self.values[step.workspace.index] = workspace;
            }
            result?;
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
    /// [`Error::NotTraining`], [`Error::NotComputed`] without a forward pass before, [`Error::Length`].
    pub fn backward(&mut self, parameters: &[T], gradients: &mut [T]) -> Result<(), Error> {
        let loss = self.plan.loss.ok_or(Error::NotTraining)?;
        self.check_arena("the parameter slice", parameters.len())?;
        self.check_arena("the gradient slice", gradients.len())?;
        if !self.computed {
            return Err(Error::NotComputed);
        }
        self.plan.unreached.iter().for_each(|range| gradients[range.clone()].fill(T::ZERO));
        if let Some(GradientStorage::Buffer(slot)) = self.plan.gradient_storage(loss) {
            self.gradients[slot.index][0] = T::ONE;
        }
        for step in self.plan.steps.iter().rev() {
            let Some((gradient, contributions)) = &step.backward else { continue };
            let own = take(&mut self.gradients[gradient.index]);
            op(&self.graph, step.node).backward(Backward {
                inputs: Inputs {
                    graph: &self.graph,
                    plan: &self.plan,
                    nodes: &step.inputs,
                    buffers: &self.values,
                    labels: &self.labels,
                    parameters,
                },
                output: &self.values[step.output.index][..step.output.len],
                workspace: match step.workspace.len {
                    0 => &[],
                    len => &self.values[step.workspace.index][..len],
                },
                gradient: &own[..gradient.len],
                targets: Targets {
                    plan: &self.plan,
                    nodes: &step.inputs,
                    contributions,
                    buffers: &mut self.gradients,
                    parameters: gradients,
                },
            });
            self.gradients[gradient.index] = own;
        }
        self.differentiated = true;
        Ok(())
    }

    /// The value of an input, the loss, or one of the outputs this session was made for, row-major.
    ///
    /// # Errors
    /// [`Error::NotKept`] for other nodes, [`Error::NotComputed`] before [`forward`](Self::forward).
    pub fn value(&self, node: Node) -> Result<&[T], Error> {
        let index = self.graph.index(node)?;
        let input = matches!(self.kind(node)?, Kind::Input);
        match self.plan.storage(index) {
            Storage::Buffer(slot) if input || (self.plan.readable(index) && self.computed) => {
                Ok(&self.values[slot.index][..slot.len])
            }
            Storage::Buffer(_) if self.plan.readable(index) => Err(Error::NotComputed),
            Storage::Constant => Ok(self.graph.constant_values(index)),
            _ => Err(self.not_kept(index, "value", "list it among the outputs when the session is made")),
        }
    }

    /// The value of a node of one element, as the loss is: its mean over the batch.
    ///
    /// # Errors
    /// As [`value`](Self::value); [`Error::NotALoss`] if there are more elements.
    pub fn loss(&self, node: Node) -> Result<f64, Error> {
        match self.value(node)? {
            [loss] => Ok(loss.to_f64()),
            _ => {
                let (node, shape) = (self.graph.name(node)?.to_owned(), self.graph.shape(node)?.to_string());
                Err(Error::NotALoss { node, shape })
            }
        }
    }

    /// The gradient of the loss with respect to a node asked for by [`Graph::want_gradient`], row-major.
    ///
    /// # Errors
    /// [`Error::NotKept`] for other nodes and those the loss does not depend on, [`Error::NotComputed`] before
    /// [`backward`](Self::backward).
    pub fn gradient(&self, node: Node) -> Result<&[T], Error> {
        let index = self.graph.index(node)?;
        let wanted = self.graph.entries().get(index).is_some_and(|entry| entry.wanted);
        match self.plan.gradient_storage(index) {
            Some(GradientStorage::Buffer(slot)) if wanted && self.differentiated => {
                Ok(&self.gradients[slot.index][..slot.len])
            }
            Some(GradientStorage::Buffer(_)) if wanted => Err(Error::NotComputed),
            Some(GradientStorage::Parameter(_)) => {
                Err(self.not_kept(index, "gradient", "`backward` writes it to the slice of gradients given to it"))
            }
            _ => Err(self.not_kept(
                index,
                "gradient",
                "call `want_gradient` while building the graph, and make a training session whose loss depends on the node",
            )),
        }
    }

    /// The plan's loss node, in a training session.
    pub(crate) fn loss_node(&self) -> Option<Node> {
        self.plan.loss.map(|index| self.graph.node(index))
    }

    fn forget(&mut self) {
        self.computed = false;
        self.differentiated = false;
    }

    fn kind(&self, node: Node) -> Result<&Kind<T>, Error> {
        Ok(&self.graph.entries()[self.graph.index(node)?].kind)
    }

    /// Notes that a node is about to be written and returns where it is.
    fn fill(&mut self, node: Node) -> Result<Storage, Error> {
        let index = self.graph.index(node)?;
        match self.plan.filled.iter().position(|&filled| filled == index) {
            Some(at) => self.filled[at] = true,
            None if matches!(self.kind(node)?, Kind::Input | Kind::Labels) => {
                return Err(self.not_kept(index, "value", "nothing this session computes depends on it"));
            }
            None => {}
        }
        self.forget();
        Ok(self.plan.storage(index).clone())
    }

    fn wrong_kind(&self, node: Node, expected: &'static str) -> Error {
        let found = self.kind(node).map_or("of another graph", Kind::describe);
        Error::Kind { node: self.graph.name(node).unwrap_or_default().to_owned(), found, expected }
    }

    fn not_kept(&self, index: usize, what: &'static str, advice: &'static str) -> Error {
        Error::NotKept { node: self.graph.name_at(index).to_owned(), what, advice }
    }

    fn check_length(&self, kind: &str, node: Node, found: usize) -> Result<(), Error> {
        let index = self.graph.index(node)?;
        let shape = self.plan.shape(index);
        let expected = shape::elements(shape);
        if found == expected {
            return Ok(());
        }
        let what = format!("the batch for {kind} `{}` of shape {shape:?}", self.graph.name_at(index));
        Err(Error::Length { what, found, expected })
    }

    fn check_arena(&self, what: &str, found: usize) -> Result<(), Error> {
        let expected = self.plan.arena_len;
        if found == expected { Ok(()) } else { Err(Error::Length { what: what.to_owned(), found, expected }) }
    }
}

/// Takes the buffer of a slot out of the table; nothing for an empty slot, which has no buffer.
fn lift<T: Element>(buffers: &mut [Buffer<T>], slot: Slot) -> Buffer<T> {
    if slot.len == 0 { Buffer::default() } else { take(&mut buffers[slot.index]) }
}

/// The op of a step's node.
fn op<T: Element>(graph: &Graph<T>, node: usize) -> &dyn Op<T> {
    match &graph.entries()[node].kind {
        Kind::Op { op, .. } => op.as_ref(),
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
    fn misuse_is_an_error_that_says_what_to_do() {
        let model = model();
        let parameters = initialise(&model.graph, Initial::He, 1);
        let mut gradients = parameters.values().to_vec();
        let mut session = Session::training(&model.graph, 2, model.loss, &[model.output]).unwrap();
        let said = |error: Error| error.to_string();

        let error = said(session.forward(parameters.values()).unwrap_err());
        assert!(error.starts_with("input `x` has no values yet"), "{error}");
        let error = said(session.set_input(model.input, &[0.0; 3]).unwrap_err());
        assert_eq!(error, "the batch for input `x` of shape [2, 2] has 3 elements; 4 are expected");
        session.set_input(model.input, &[1.0, 2.0, 3.0, 4.0]).unwrap();
        session.set_labels(model.target, &[0, 2]).unwrap();
        let error = said(session.forward(parameters.values()).unwrap_err());
        assert_eq!(error, "`t`: example 1 has label 2, but there are 2 classes (labels 0 to 1)");
        session.set_labels(model.target, &[0, 1]).unwrap();
        assert!(matches!(session.backward(parameters.values(), &mut gradients), Err(Error::NotComputed)));
        assert!(matches!(session.forward(&[0.0]), Err(Error::Length { found: 1, .. })));
        assert!(matches!(session.value(model.output), Err(Error::NotComputed)));
        session.forward(parameters.values()).unwrap();
        assert_eq!(session.value(model.output).unwrap().len(), 4);
        assert!(matches!(session.loss(model.output), Err(Error::NotALoss { .. })));
        assert!(matches!(
            session.backward(parameters.values(), &mut []),
            Err(Error::Length { found: 0, .. })
        ));
        session.backward(parameters.values(), &mut gradients).unwrap();

        let hidden = model.graph.find("linear1").unwrap();
        assert!(matches!(session.value(hidden), Err(Error::NotKept { .. })));
        assert!(matches!(session.gradient(model.input), Err(Error::NotKept { .. })));
        assert!(matches!(session.input_mut(model.target), Err(Error::Kind { .. })));
        assert!(matches!(session.labels_mut(model.input), Err(Error::Kind { .. })));
        assert!(matches!(session.input_mut(model.output), Err(Error::Kind { .. })));

        let mut evaluation = Session::evaluation(&model.graph, 1, &[model.output]).unwrap();
        assert!(matches!(evaluation.labels_mut(model.target), Err(Error::NotKept { .. })));
        evaluation.set_input(model.input, &[1.0, 2.0]).unwrap();
        evaluation.forward(parameters.values()).unwrap();
        assert!(matches!(evaluation.backward(parameters.values(), &mut gradients), Err(Error::NotTraining)));
    }

    #[test]
    fn an_evaluation_gives_the_bits_of_the_training_session() {
        let model = model();
        let parameters = initialise(&model.graph, Initial::He, 1);
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
