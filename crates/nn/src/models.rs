//! Models: functions that build graphs.

use crate::{Activation, Element, Error, Example, Graph, Layers, Node};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What a model is trained to make small, and so what its outputs and targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Classification: outputs are scores of classes, targets are labels.
    SoftmaxCrossEntropy,
    /// Regression: outputs are numbers, targets are numbers.
    MeanSquaredError,
    /// Examples are given back: binary cross-entropy of images, squares of the errors of other numbers, summed over an example,
    /// and what the codes of latent layers cost. The targets are the inputs.
    Reconstruction,
}

impl Loss {
    /// Every loss with its name.
    pub const ALL: &[(&str, Loss)] = &[
        ("softmax_cross_entropy", Loss::SoftmaxCrossEntropy),
        ("mean_squared_error", Loss::MeanSquaredError),
        ("reconstruction", Loss::Reconstruction),
    ];
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, loss)| loss == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

impl FromStr for Loss {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, loss)| *loss);
        found.ok_or_else(|| {
            let choices = Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            Error::Unknown { what: "loss", found: text.into(), choices }
        })
    }
}

/// A graph and the nodes its users need.
#[derive(Clone, Debug)]
pub struct Model<T: Element> {
    /// The graph.
    pub graph: Arc<Graph<T>>,
    /// Examples, `[batch, inputs]`.
    pub input: Node,
    /// Targets: labels `[batch]` for classification, `[batch, outputs]` for regression; the input itself where examples are given
    /// back.
    pub target: Node,
    /// Scores or predictions, `[batch, outputs]`, without softmax.
    pub output: Node,
    /// The loss, averaged over the batch: what evaluations report.
    pub loss: Node,
    /// What training makes small: the loss, or a form of it with smoothed labels or weights of classes.
    pub objective: Node,
}

/// A multi-layer perceptron: linear layers with an activation between them.
///
/// Parameters are called W1, b1, W2, b2, … as in the source notes, weights being `[inputs, outputs]`; nodes are called
/// x, t, linear1, relu1, linear2, …, loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mlp {
    /// Numbers in an example.
    pub inputs: usize,
    /// Units of each hidden layer; none for a linear model.
    pub hidden: Vec<usize>,
    /// Classes, or numbers to predict.
    pub outputs: usize,
    /// Applied after every hidden layer.
    pub activation: Activation,
    /// What to make small.
    pub loss: Loss,
}

impl Mlp {
    /// Builds the graph.
    ///
    /// # Errors
    /// [`Error::LeafShape`] for layers without units, [`Error::Layout`] for too large ones.
    pub fn build<T: Element>(&self) -> Result<Model<T>, Error> {
        let layers = Layers::perceptron(&self.hidden, self.activation);
        let example = Example { features: self.inputs, image: None, outputs: self.outputs, places: None };
        layers.model(&example, self.loss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_the_names_and_shapes_of_the_notes() {
        let mlp = Mlp {
            inputs: 784,
            hidden: vec![50, 100],
            outputs: 10,
            activation: Activation::Sigmoid,
            loss: Loss::SoftmaxCrossEntropy,
        };
        let model = mlp.build::<f32>().unwrap();
        let tensors = model.graph.layout().tensors().iter();
        let found: Vec<_> = tensors.map(|tensor| (tensor.name.as_str(), tensor.shape.clone())).collect();
        let expected = [
            ("W1", vec![784, 50]),
            ("b1", vec![50]),
            ("W2", vec![50, 100]),
            ("b2", vec![100]),
            ("W3", vec![100, 10]),
            ("b3", vec![10]),
        ];
        assert_eq!(found, expected);
        assert_eq!(model.graph.name(model.output).unwrap(), "linear3");
        assert!(Mlp { hidden: vec![0], ..mlp }.build::<f32>().is_err());
    }

    #[test]
    fn losses_have_names() {
        for &(name, loss) in Loss::ALL {
            assert_eq!(name.parse::<Loss>().unwrap(), loss);
            assert_eq!(loss.to_string(), name);
        }
        assert!("mse".parse::<Loss>().is_err());
    }
}
