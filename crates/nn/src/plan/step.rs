//! The steps of a plan.

use super::placement::{Contribution, Slot};

/// One op to run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) node: usize,
    /// The nodes before it whose ops are done together with its own; their values are nowhere.
    pub(crate) absorbed: Vec<usize>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: Slot,
    pub(crate) workspace: Slot,
    /// Whether the output is written over the first input.
    pub(crate) in_place: bool,
    /// Whether the gradient of the first input is written over that of the output.
    pub(crate) gradient_in_place: bool,
    /// The gradient of the output and what becomes of the inputs' gradients; `None` if nothing below needs one.
    pub(crate) backward: Option<(Slot, Vec<Contribution>)>,
}
