//! Writing inputs, reading values and gradients: everything about a session that can be misused.

use super::{Session, op};
use crate::graph::Kind;
use crate::pass::Narrow;
use crate::plan::placement::{GradientStorage, Storage};
use crate::{Element, GraphError, Node, shape};
use thalweg_lanes::{Kernel, Real, dispatch};
use thalweg_matrix::NarrowData;

/// Values in 32 bits as those of another type.
pub(super) struct Widen<'a, T> {
    pub(super) wide: &'a mut [T],
    pub(super) values: &'a [f32],
}

impl<T: Real> Kernel for Widen<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.wide.iter_mut().zip(self.values).for_each(|(wide, value)| *wide = T::from(*value));
    }
}

impl<T: Element> Session<T> {
    /// Returns the numbers of an input, row-major, to be written. They stay until they are written again.
    ///
    /// # Errors
    /// If the node is not an input of this session.
    pub fn input_mut(&mut self, node: Node) -> Result<&mut [T], GraphError> {
        let slot = match (self.fill(node)?, self.kind(node)?) {
            (Storage::Buffer(slot), Kind::Input) => slot,
            _ => return Err(self.wrong_kind(node, "only inputs can be written")),
        };
        Ok(&mut self.values[slot.index][..slot.len])
    }

    /// Returns the class labels of a labels node, to be written. They stay until they are written again.
    ///
    /// # Errors
    /// If the node does not hold labels of this session.
    pub fn labels_mut(&mut self, node: Node) -> Result<&mut [u32], GraphError> {
        let Storage::Labels(slot) = self.fill(node)? else {
            return Err(self.wrong_kind(node, "only labels nodes hold class labels"));
        };
        Ok(&mut self.labels[slot.index])
    }

    /// Copies `values` into an input.
    ///
    /// # Errors
    /// As [`input_mut`](Self::input_mut), and [`GraphError::Length`].
    pub fn set_input(&mut self, node: Node, values: &[T]) -> Result<(), GraphError> {
        self.check_length("input", node, values.len())?;
        self.input_mut(node)?.copy_from_slice(values);
        Ok(())
    }

    /// Sets an input from values in 32 bits, whatever the type of the session. If they are mostly zeros and only multiplied
    /// with weights, the session keeps them in 32 bits, which is faster; [`value`](Self::value) cannot read them then.
    ///
    /// # Errors
    /// As [`set_input`](Self::set_input).
    pub fn set_narrow_input(&mut self, node: Node, values: &[f32]) -> Result<(), GraphError> {
        self.check_length("input", node, values.len())?;
        self.input_mut(node)?;
        let index = self.graph.index(node)?;
        let columns = if T::BYTES > size_of::<f32>() { self.narrow_columns(index) } else { None };
        if let Some(columns) = columns {
            let at = self.narrow.iter().position(|narrow| narrow.node == index).unwrap_or_else(|| {
                self.narrow.push(Narrow { node: index, data: NarrowData::default(), holds: false });
                self.narrow.len() - 1
            });
            let rows = values.len() / shape::row_length(self.plan.shape(index));
            let narrow = &mut self.narrow[at];
            narrow.data.fill(values, rows);
            narrow.holds = narrow.data.pays(columns);
            if narrow.holds {
                return Ok(());
            }
        }
        dispatch(Widen { wide: self.input_mut(node)?, values });
        Ok(())
    }

    /// The fewest columns of what the values of an input are multiplied with; `None` if anything else reads them, or if they
    /// are to be checked.
    fn narrow_columns(&self, index: usize) -> Option<usize> {
        let mut fewest = None;
        for (step, fused) in self.plan.steps.iter().zip(&self.fused) {
            for (input, &node) in step.inputs.iter().enumerate() {
                if self.graph.root(node) != index {
                    continue;
                }
                if node != index || self.anomaly || !op(&self.graph, step, fused).takes_narrow(input) {
                    return None;
                }
                let columns = shape::row_length(self.plan.shape(step.node));
                fewest = Some(fewest.map_or(columns, |fewest: usize| fewest.min(columns)));
            }
        }
        fewest
    }

    /// Copies `labels` into a labels node.
    ///
    /// # Errors
    /// As [`labels_mut`](Self::labels_mut), and [`GraphError::Length`].
    pub fn set_labels(&mut self, node: Node, labels: &[u32]) -> Result<(), GraphError> {
        self.check_length("labels", node, labels.len())?;
        self.labels_mut(node)?.copy_from_slice(labels);
        Ok(())
    }

    /// Returns the value of an input, the loss, or one of the outputs this session was made for, row-major.
    ///
    /// # Errors
    /// [`GraphError::NotKept`] for other nodes, [`GraphError::NotComputed`] before [`forward`](Self::forward).
    pub fn value(&self, node: Node) -> Result<&[T], GraphError> {
        let index = self.graph.index(node)?;
        let input = matches!(self.kind(node)?, Kind::Input);
        if Narrow::of(&self.narrow, index).is_some() {
            return Err(self.not_kept(index, "value", "give it by `set_input` to read it"));
        }
        match self.plan.storage(index) {
            Storage::Buffer(slot) if input || (self.plan.readable(index) && self.computed) => {
                Ok(&self.values[slot.index][..slot.len])
            }
            Storage::Buffer(_) if self.plan.readable(index) => Err(GraphError::NotComputed),
            Storage::Constant(at) => Ok(&self.graph.constants()[*at]),
            _ => Err(self.not_kept(index, "value", "list it among the outputs when the session is made")),
        }
    }

    /// Returns the value of a node of one element, such as the loss: its mean over the batch.
    ///
    /// # Errors
    /// As [`value`](Self::value); [`GraphError::NotALoss`] if there are more elements.
    pub fn loss(&self, node: Node) -> Result<f64, GraphError> {
        match self.value(node)? {
            [loss] => Ok(loss.to_f64()),
            _ => {
                let (node, shape) = (self.graph.name(node)?.to_owned(), self.graph.shape(node)?.to_string());
                Err(GraphError::NotALoss { node, shape })
            }
        }
    }

    /// Returns the gradient of the loss with respect to a node that [`Graph::want_gradient`](crate::Graph::want_gradient) asked
    /// for, row-major.
    ///
    /// # Errors
    /// [`GraphError::NotKept`] for other nodes and those the loss does not depend on, [`GraphError::NotComputed`] before
    /// [`backward`](Self::backward).
    pub fn gradient(&self, node: Node) -> Result<&[T], GraphError> {
        let index = self.graph.index(node)?;
        let wanted = self.graph.definitions().get(index).is_some_and(|definition| definition.wanted);
        match self.plan.gradient_storage(index) {
            Some(GradientStorage::Buffer(slot)) if wanted && self.differentiated => {
                Ok(&self.gradients[slot.index][..slot.len])
            }
            Some(GradientStorage::Buffer(_)) if wanted => Err(GraphError::NotComputed),
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

    fn kind(&self, node: Node) -> Result<&Kind<T>, GraphError> {
        Ok(&self.graph.definitions()[self.graph.index(node)?].kind)
    }

    /// Notes that a node is about to be written and returns where it is.
    fn fill(&mut self, node: Node) -> Result<Storage, GraphError> {
        let index = self.graph.index(node)?;
        match self.plan.filled.iter().position(|&filled| filled == index) {
            Some(at) => self.filled[at] = true,
            None if matches!(self.kind(node)?, Kind::Input | Kind::Labels) => {
                return Err(self.not_kept(index, "value", "nothing this session computes depends on it"));
            }
            None => {}
        }
        if let Some(narrow) = self.narrow.iter_mut().find(|narrow| narrow.node == index) {
            narrow.holds = false;
        }
        self.forget();
        Ok(self.plan.storage(index).clone())
    }

    fn wrong_kind(&self, node: Node, expected: &'static str) -> GraphError {
        let found = self.kind(node).map_or("of another graph", Kind::describe);
        GraphError::Kind { node: self.graph.name(node).unwrap_or_default().to_owned(), found, expected }
    }

    fn not_kept(&self, index: usize, what: &'static str, advice: &'static str) -> GraphError {
        GraphError::NotKept { node: self.graph.name_at(index).to_owned(), what, advice }
    }

    fn check_length(&self, kind: &str, node: Node, found: usize) -> Result<(), GraphError> {
        let index = self.graph.index(node)?;
        let shape = self.plan.shape(index);
        let expected = shape::elements(shape);
        if found == expected {
            return Ok(());
        }
        let what = format!("the batch for {kind} `{}` of shape {shape:?}", self.graph.name_at(index));
        Err(GraphError::Length { what, found, expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Initial, Loss, Mlp, Model, initialise};

    fn model() -> Model<f32> {
        let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
        Mlp { inputs: 2, hidden: vec![3], outputs: 2, activation, loss }.build().unwrap()
    }

    /// Loss and gradients of a layer of 60 over 40 images of 90 pixels in 32 bits, and whether they stayed so.
    fn of_narrow(
        make: impl Fn(&mut Session<f64>, Node, &[f32]),
        flattened: bool,
        of: usize,
        weight: f64,
    ) -> (f64, Vec<f64>, bool) {
        let mut graph = crate::Graph::<f64>::new();
        let x =
            graph.input("x", if flattened { &[crate::BATCH, 9, 10] } else { &[crate::BATCH, 90] }).unwrap();
        let rows = if flattened { graph.flatten(x).unwrap() } else { x };
        let (w, b) = (graph.parameter("w", &[90, 60]).unwrap(), graph.parameter("b", &[60]).unwrap());
        let y = graph.linear(rows, w, b).unwrap();
        let target = graph.input("target", &[crate::BATCH, 60]).unwrap();
        let loss = graph.mean_squared_error(y, target).unwrap();
        let graph = std::sync::Arc::new(graph);
        let mut parameters = initialise(&graph, Initial::HE, 1);
        parameters.values_mut()[5] += weight;
        let mut session = Session::training(&graph, 40, loss, &[]).unwrap();
        session.set_input(target, &[0.0; 40 * 60]).unwrap();
        let pixel = |i: usize| if i.is_multiple_of(of) { (i % 13) as f32 / 10.0 } else { 0.0 };
        make(&mut session, x, &(0..40 * 90).map(pixel).collect::<Vec<_>>());
        session.forward(parameters.values()).unwrap();
        let mut gradients = vec![0.0; graph.layout().len()];
        session.backward(parameters.values(), &mut gradients).unwrap();
        (session.loss(loss).unwrap(), gradients, session.value(x).is_err())
    }

    #[test]
    fn an_input_in_32_bits_gives_the_bits_of_the_same_values_widened() {
        let narrow = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            session.set_narrow_input(x, values).unwrap();
        };
        let wide = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            let values: Vec<f64> = values.iter().map(|&value| value.into()).collect();
            session.set_input(x, &values).unwrap();
        };
        // What was there before does not matter, nor whether it was in 32 bits.
        let again = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            for others in [[0.0; 40 * 90], [1.0; 40 * 90]] {
                session.set_narrow_input(x, &others).unwrap();
            }
            session.set_narrow_input(x, values).unwrap();
        };
        let watched = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            session.set_narrow_input(x, values).unwrap();
            session.set_anomaly(true);
        };
        let checked = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            session.set_anomaly(true);
            session.set_narrow_input(x, values).unwrap();
        };
        let overwritten = |session: &mut Session<f64>, x: Node, values: &[f32]| {
            session.set_narrow_input(x, &[0.0; 40 * 90]).unwrap();
            wide(session, x, values);
        };
        for (flattened, of) in [(false, 7), (false, 2), (true, 7)] {
            let (loss, gradients, _) = of_narrow(wide, flattened, of, 0.0);
            assert!(loss > 0.01 && gradients.iter().any(|gradient| gradient.abs() > 0.001));
            let stays = of == 7 && !flattened;
            type Fill<'a> = &'a dyn Fn(&mut Session<f64>, Node, &[f32]);
            let ways: [(Fill<'_>, bool); 5] = [
                (&narrow, stays),
                (&again, stays),
                (&watched, false),
                (&checked, false),
                (&overwritten, false),
            ];
            for (fill, stays) in ways {
                let found = of_narrow(fill, flattened, of, 0.0);
                assert_eq!(found, (loss, gradients.clone(), stays), "{flattened} {of}");
            }
        }
        // A zero times infinity is no number, in every row.
        let (loss, gradients, stayed) = of_narrow(narrow, false, 7, f64::INFINITY);
        assert!(
            stayed
                && loss.is_nan()
                && gradients[..60].iter().all(|gradient| !gradient.is_finite() || *gradient != 0.0)
        );
        let model = model();
        let mut session = Session::evaluation(&model.graph, 2, &[model.output]).unwrap();
        assert!(matches!(
            session.set_narrow_input(model.input, &[0.0; 3]),
            Err(GraphError::Length { found: 3, .. })
        ));
        assert!(matches!(session.set_narrow_input(model.target, &[0.0; 2]), Err(GraphError::NotKept { .. })));
    }

    #[test]
    fn an_example_in_32_bits_may_have_several_rows() {
        let mut graph = crate::Graph::<f64>::new();
        let x = graph.input("x", &[crate::BATCH, 3, 30]).unwrap();
        let (w, b) = (graph.parameter("w", &[30, 60]).unwrap(), graph.parameter("b", &[60]).unwrap());
        let y = graph.linear(x, w, b).unwrap();
        let graph = std::sync::Arc::new(graph);
        let parameters = initialise(&graph, Initial::HE, 1);
        let mut session = Session::evaluation(&graph, 10, &[y]).unwrap();
        let narrow: Vec<f32> =
            (0..900).map(|i: u16| if i.is_multiple_of(7) { f32::from(i) } else { 0.0 }).collect();
        let wide: Vec<f64> = narrow.iter().map(|&value| value.into()).collect();
        session.set_input(x, &wide).unwrap();
        session.forward(parameters.values()).unwrap();
        let expected = session.value(y).unwrap().to_vec();
        session.set_narrow_input(x, &narrow).unwrap();
        assert!(session.value(x).is_err());
        session.forward(parameters.values()).unwrap();
        assert_eq!(session.value(y).unwrap(), expected);
    }

    #[test]
    fn misuse_is_an_error_that_says_what_to_do() {
        let model = model();
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let mut gradients = parameters.values().to_vec();
        let mut session = Session::training(&model.graph, 2, model.loss, &[model.output]).unwrap();
        let said = |error: GraphError| error.to_string();

        let error = said(session.forward(parameters.values()).unwrap_err());
        assert!(error.starts_with("input `x` has no values yet"), "{error}");
        let error = said(session.set_input(model.input, &[0.0; 3]).unwrap_err());
        assert_eq!(error, "the batch for input `x` of shape [2, 2] has 3 elements; 4 are expected");
        session.set_input(model.input, &[1.0, 2.0, 3.0, 4.0]).unwrap();
        session.set_labels(model.target, &[0, 2]).unwrap();
        let error = said(session.forward(parameters.values()).unwrap_err());
        assert_eq!(error, "`t`: example 1 has label 2, but there are 2 classes (labels 0 to 1)");
        session.set_labels(model.target, &[0, 1]).unwrap();
        assert!(matches!(
            session.backward(parameters.values(), &mut gradients),
            Err(GraphError::NotComputed)
        ));
        assert!(matches!(session.forward(&[0.0]), Err(GraphError::Length { found: 1, .. })));
        assert!(matches!(session.value(model.output), Err(GraphError::NotComputed)));
        session.forward(parameters.values()).unwrap();
        assert_eq!(session.value(model.output).unwrap().len(), 4);
        assert!(matches!(session.loss(model.output), Err(GraphError::NotALoss { .. })));
        assert!(matches!(
            session.backward(parameters.values(), &mut []),
            Err(GraphError::Length { found: 0, .. })
        ));
        session.backward(parameters.values(), &mut gradients).unwrap();

        let hidden = model.graph.find("linear1").unwrap();
        assert!(matches!(session.value(hidden), Err(GraphError::NotKept { .. })));
        assert!(matches!(session.gradient(model.input), Err(GraphError::NotKept { .. })));
        assert!(matches!(session.input_mut(model.target), Err(GraphError::Kind { .. })));
        assert!(matches!(session.labels_mut(model.input), Err(GraphError::Kind { .. })));
        assert!(matches!(session.input_mut(model.output), Err(GraphError::Kind { .. })));

        let mut evaluation = Session::evaluation(&model.graph, 1, &[model.output]).unwrap();
        assert!(matches!(evaluation.labels_mut(model.target), Err(GraphError::NotKept { .. })));
        evaluation.set_input(model.input, &[1.0, 2.0]).unwrap();
        evaluation.forward(parameters.values()).unwrap();
        assert!(matches!(
            evaluation.backward(parameters.values(), &mut gradients),
            Err(GraphError::NotTraining)
        ));
    }
}
