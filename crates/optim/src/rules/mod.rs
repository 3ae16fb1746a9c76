//! Update rules, one paper a file.
//!
//! Every file has the same order: formula, source, when to use it, hyper-parameters; the struct and its dialects; the
//! mathematics; tests with numbers from the source.

mod adabelief;
mod adadelta;
mod adafactor;
mod adagrad;
mod adam;
mod adam_atan2;
mod adamax;
mod adamw;
mod adan;
mod ademamix;
mod adopt;
mod amsgrad;
mod asgd;
mod d_adapt_adam;
mod lamb;
mod lars;
mod lion;
mod madgrad;
mod momentum;
#[cfg(feature = "matrix")]
mod muon;
mod nadam;
mod nesterov;
mod novograd;
mod parts;
mod prodigy;
mod radam;
mod rmsprop;
mod rprop;
mod schedule_free;
mod sgd;
#[cfg(feature = "matrix")]
mod shampoo;
mod sign;
mod sm3;
#[cfg(feature = "matrix")]
mod soap;
mod yogi;

pub use adabelief::AdaBelief;
pub use adadelta::AdaDelta;
pub use adafactor::Adafactor;
pub use adagrad::AdaGrad;
pub use adam::{Adam, AdamFamily, AdamStep, BiasCorrection};
pub use adam_atan2::AdamAtan2;
pub use adamax::AdaMax;
pub use adamw::AdamW;
pub use adan::Adan;
pub use ademamix::AdEmaMix;
pub use adopt::Adopt;
pub use amsgrad::AmsGrad;
pub use asgd::Asgd;
pub use d_adapt_adam::DAdaptAdam;
pub use lamb::Lamb;
pub use lars::Lars;
pub use lion::Lion;
pub use madgrad::MadGrad;
pub use momentum::{Momentum, RatePlace};
#[cfg(feature = "matrix")]
pub use muon::Muon;
pub use nadam::NAdam;
pub use nesterov::{Nesterov, NesterovAsPrinted, NesterovLookahead};
pub use novograd::NovoGrad;
pub use prodigy::Prodigy;
pub use radam::RAdam;
pub use rmsprop::{RmsProp, RmsPropFamily};
pub use rprop::Rprop;
pub use schedule_free::{ScheduleFreeAdamW, ScheduleFreeSgd};
pub use sgd::{Sgd, SgdFamily};
#[cfg(feature = "matrix")]
pub use shampoo::Shampoo;
pub use sign::{SignSgd, Signum};
pub use sm3::Sm3;
#[cfg(feature = "matrix")]
pub use soap::Soap;
pub use yogi::Yogi;

/// The same state buffers have the same name in every rule.
pub(crate) mod names {
    pub(crate) const VELOCITY: &str = "velocity";
    pub(crate) const SUM_OF_SQUARES: &str = "sum_of_squares";
    pub(crate) const MEAN_SQUARE: &str = "mean_square";
    pub(crate) const MEAN_GRADIENT: &str = "mean_gradient";
    pub(crate) const MEAN_SQUARE_UPDATE: &str = "mean_square_update";
    pub(crate) const FIRST_MOMENT: &str = "first_moment";
    pub(crate) const SECOND_MOMENT: &str = "second_moment";
    pub(crate) const LARGEST_SECOND_MOMENT: &str = "largest_second_moment";
    pub(crate) const INFINITY_NORM: &str = "infinity_norm";
    pub(crate) const PREVIOUS_GRADIENT: &str = "previous_gradient";
    pub(crate) const GRADIENT_SUM: &str = "gradient_sum";
    pub(crate) const START: &str = "start";
    pub(crate) const POINT: &str = "point";
    pub(crate) const AVERAGE: &str = "average";
    pub(crate) const SLOW: &str = "slow";

    /// Buffers that are never negative and stand in denominators: packed without a sign, and never rounded to 0.
    pub(crate) const NEVER_NEGATIVE: &[&str] = &[
        SUM_OF_SQUARES,
        MEAN_SQUARE,
        MEAN_SQUARE_UPDATE,
        SECOND_MOMENT,
        LARGEST_SECOND_MOMENT,
        INFINITY_NORM,
    ];

    /// Buffers that hold weights: never packed, for a weight is rounded by more than a step moves it.
    pub(crate) const WEIGHTS: &[&str] = &[START, POINT, AVERAGE, SLOW];
}
