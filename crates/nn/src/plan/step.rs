//! The steps of a plan.

use super::placement::{Contribution, Slot};

/// One op to run.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) node: usize,
    /// The nodes before it whose ops are fused with its own. Their values are not stored.
    pub(crate) absorbed: Vec<usize>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: Slot,
    pub(crate) workspace: Slot,
    /// Whether the output is written over the first input.
    pub(crate) in_place: bool,
    /// Whether the gradient of the first input is written over that of the output.
    pub(crate) gradient_in_place: bool,
    /// The gradient of the output, and the contributions to the gradients of the inputs. `None` if no input needs a gradient.
    pub(crate) backward: Option<(Slot, Vec<Contribution>)>,
}
