//! Stages that combine with any rule by [`then`](crate::Rule::then).

mod clip_by_value;
mod weight_decay;

pub use clip_by_value::ClipByValue;
pub use weight_decay::WeightDecay;
