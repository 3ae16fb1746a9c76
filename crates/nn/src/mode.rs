//! What a plan is for.

/// What a plan is for: dropout and batch normalisation do one thing while a network learns and another when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The network learns.
    Training,
    /// The network is used.
    Evaluation,
}
