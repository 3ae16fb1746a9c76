//! The losses: ops whose output is one number, the end of a graph that is to be trained. One a file, as in [`ops`](crate::ops).

mod mean_squared_error;
mod softmax_cross_entropy;

pub use mean_squared_error::MeanSquaredError;
pub use softmax_cross_entropy::SoftmaxCrossEntropy;
pub(crate) use softmax_cross_entropy::check_labels;
