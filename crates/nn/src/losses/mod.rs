//! The losses: ops whose output is one number, the end of a graph that is to be trained. One a file, as in [`ops`](crate::ops).

mod binary_cross_entropy;
mod huber;
mod kullback_leibler;
mod mean_absolute_error;
mod mean_squared_error;
mod normal_divergence;
mod pairwise;
mod softmax_cross_entropy;
mod weighted_cross_entropy;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use huber::Huber;
pub use kullback_leibler::KullbackLeibler;
pub use mean_absolute_error::AbsoluteError;
pub use mean_squared_error::MeanSquaredError;
pub use normal_divergence::NormalDivergence;
pub use pairwise::{Compare, Pairwise};
pub use softmax_cross_entropy::SoftmaxCrossEntropy;
pub(crate) use softmax_cross_entropy::check_labels;
pub use weighted_cross_entropy::CrossEntropySettings;
