//! Update rules, one a file, each like its paper.
//!
//! Every file has the same order: formula, source, when to use it, hyper-parameters; the struct and its dialects; the
//! mathematics; tests with numbers from the source.

mod adagrad;
mod adam;
mod momentum;
mod nesterov;
mod rmsprop;
mod sgd;

pub use adagrad::AdaGrad;
pub use adam::{Adam, BiasCorrection};
pub use momentum::{Momentum, RatePlace};
pub use nesterov::{Nesterov, NesterovAsPrinted, NesterovLookahead};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

/// The same state buffers have the same name in every rule.
mod names {
    pub(super) const VELOCITY: &str = "velocity";
    pub(super) const SUM_OF_SQUARES: &str = "sum_of_squares";
    pub(super) const MEAN_SQUARE: &str = "mean_square";
    pub(super) const FIRST_MOMENT: &str = "first_moment";
    pub(super) const SECOND_MOMENT: &str = "second_moment";
}
