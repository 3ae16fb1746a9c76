//! Writing inputs, reading values and gradients: everything about a session that can be misused.

use super::Session;
use crate::graph::Kind;
use crate::plan::{GradientStorage, Storage};
use crate::{Element, Error, Node, shape};

impl<T: Element> Session<T> {
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

    /// The gradient of the loss with respect to a node asked for by
    /// [`Graph::want_gradient`](crate::Graph::want_gradient), row-major.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Initial, Loss, Mlp, Model, initialise};

    fn model() -> Model<f32> {
        let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
        Mlp { inputs: 2, hidden: vec![3], outputs: 2, activation, loss }.build().unwrap()
    }

    #[test]
    fn misuse_is_an_error_that_says_what_to_do() {
        let model = model();
        let parameters = initialise(&model.graph, Initial::HE, 1);
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
}
