//! Stages that combine freely with any rule, before it (on gradients) or after it (on updates).
//!
//! Elementwise stages are rules: in Rust `a.then(b)` fuses them into one loop. Stages that must see a whole tensor, or all
//! of them, are [barriers](crate::Barrier): a [`Composer`](crate::Composer) puts them between sweeps.

mod average_weights;
mod catalog;
mod cautious;
mod clip;
mod clip_by_value;
mod decoupled_weight_decay;
mod lookahead;
mod maximize;
mod noise;
mod normalize;
mod scale;
mod trace;
mod units;
mod weight_decay;

pub use average_weights::{AverageStep, AverageWeights, StochasticWeightAverage};
pub(crate) use catalog::compose;
pub use catalog::{STAGES, StageInfo};
pub use cautious::Cautious;
pub use clip::{ClipByGlobalNorm, ClipByNorm};
pub use clip_by_value::ClipByValue;
pub use decoupled_weight_decay::{DecoupledWeightDecay, FullyDecoupledWeightDecay};
pub use lookahead::{Lookahead, LookaheadStep};
pub use maximize::Maximize;
pub use noise::Noise;
pub use normalize::Normalize;
pub use scale::Scale;
pub use trace::Trace;
pub use units::{AdaptiveClip, Centralize};
pub use weight_decay::WeightDecay;
