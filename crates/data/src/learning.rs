//! How a network learns beside its rule: the keys that an experiment file, a checked problem and a run have alike.

use serde::{Deserialize, Serialize};

use crate::Augmentation;

/// How a network learns beside its rule; by default, nothing is added. Fields at their defaults are not written, so that a new one
/// changes neither saved runs nor the names of stored results.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learning {
    /// Share of each target that is spread evenly over all classes in the training loss.
    #[serde(skip_serializing_if = "is_default")]
    pub label_smoothing: f64,
    /// Weight of an example of each class in the training loss.
    #[serde(skip_serializing_if = "is_default")]
    pub class_weights: Option<ClassWeights>,
    /// What is done to training images each time they are drawn.
    #[serde(skip_serializing_if = "is_default")]
    pub augmentation: Augmentation,
    /// When the run ends because the validation loss no longer falls.
    #[serde(skip_serializing_if = "is_default")]
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the loss of each batch is computed again after its update, for the curve, as the book's scripts do.
    #[serde(skip_serializing_if = "is_default")]
    pub loss_after_update: bool,
}

/// How much an example of each class counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClassWeights {
    /// The word `balanced`: all classes have the same total weight, so an example of a rare class has a larger one.
    Named(Balanced),
    /// A number for each class.
    Each(Vec<f64>),
}

/// The word `balanced`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Balanced {
    /// examples / (classes · examples of the class).
    Balanced,
}

/// When a run ends because its validation loss no longer falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyStopping {
    /// Evaluations without a lower validation loss after which the run ends.
    pub patience: u64,
    /// The least decrease that counts as a lower loss.
    #[serde(default)]
    pub least: f64,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
