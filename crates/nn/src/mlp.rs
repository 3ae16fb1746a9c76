//! The multi-layer perceptron.

use crate::{Activation, Element, Example, GraphError, Layers, Loss, Model};

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
    /// [`GraphError::LeafShape`] for layers without units, [`GraphError::Layout`] for too large ones.
    pub fn build<T: Element>(&self) -> Result<Model<T>, GraphError> {
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
}
