//! A model: a graph with a loss, and the nodes that training and evaluation read.

use crate::{Element, Graph, GraphError, Node};
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
    type Err = GraphError;

    fn from_str(text: &str) -> Result<Self, GraphError> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, loss)| *loss);
        found.ok_or_else(|| {
            let choices = Self::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            GraphError::Unknown { what: "loss", found: text.into(), choices }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_have_names() {
        for &(name, loss) in Loss::ALL {
            assert_eq!(name.parse::<Loss>().unwrap(), loss);
            assert_eq!(loss.to_string(), name);
        }
        assert!("mse".parse::<Loss>().is_err());
    }
}
