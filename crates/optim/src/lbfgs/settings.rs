//! What L-BFGS can be told, and what it says of a step.

use crate::OptimError;

/// Settings of [`Lbfgs`](super::Lbfgs); the defaults are those of `torch.optim.LBFGS`, whose names stand in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct LbfgsSettings {
    /// η (`lr`): the length of a step in units of the direction, or where the line search begins.
    pub learning_rate: f64,
    /// Most iterations in one call of [`step`](super::Lbfgs::step) (`max_iter`).
    pub iterations: usize,
    /// Evaluations in one call after which no further iteration begins (`max_eval`); `None` for 5/4 of the iterations.
    pub evaluations: Option<usize>,
    /// Converged when no element of the gradient is larger (`tolerance_grad`).
    pub gradient_tolerance: f64,
    /// Converged when the loss and every parameter change less, or the slope is less steep (`tolerance_change`).
    pub change_tolerance: f64,
    /// Steps that are remembered, each of which takes two vectors (`history_size`).
    pub history: usize,
    /// Whether each step is searched for so that it meets the strong Wolfe conditions (`line_search_fn`).
    pub strong_wolfe: bool,
}

impl Default for LbfgsSettings {
    fn default() -> Self {
        Self {
            learning_rate: 1.0,
            iterations: 20,
            evaluations: None,
            gradient_tolerance: 1e-7,
            change_tolerance: 1e-9,
            history: 100,
            strong_wolfe: false,
        }
    }
}

impl LbfgsSettings {
    pub(super) fn most_evaluations(&self) -> usize {
        self.evaluations.unwrap_or(self.iterations * 5 / 4).max(1)
    }

    pub(super) fn check(&self) -> Result<(), OptimError> {
        let above = |value: f64| value > 0.0 && value.is_finite();
        let least = |value: f64| value >= 0.0;
        let counts = "a whole number of at least 1";
        let checks = [
            ("learning_rate", self.learning_rate, above(self.learning_rate), "a number above 0"),
            ("iterations", self.iterations as f64, self.iterations > 0, counts),
            ("evaluations", self.evaluations.unwrap_or(1) as f64, self.evaluations != Some(0), counts),
            ("gradient_tolerance", self.gradient_tolerance, least(self.gradient_tolerance), "at least 0"),
            ("change_tolerance", self.change_tolerance, least(self.change_tolerance), "at least 0"),
            ("history", self.history as f64, self.history > 0, counts),
        ];
        match checks.into_iter().find(|(_, _, good, _)| !good) {
            None => Ok(()),
            Some((name, value, _, domain)) => {
                Err(OptimError::OutOfRange { name: name.into(), value, domain: domain.into() })
            }
        }
    }
}

/// Why a step of L-BFGS ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// No element of the gradient is larger than the tolerance.
    Gradient,
    /// The function hardly falls along the direction.
    Slope,
    /// The parameters hardly changed.
    Parameters,
    /// The loss hardly changed.
    Loss,
    /// All iterations were made.
    Iterations,
    /// All evaluations were made.
    Evaluations,
    /// However short the step, the loss or the gradient was not finite; the parameters are where they last were.
    NotFinite,
}

impl Stop {
    /// Whether a minimum was reached as nearly as the tolerances ask.
    pub fn converged(self) -> bool {
        matches!(self, Stop::Gradient | Stop::Slope | Stop::Parameters | Stop::Loss)
    }
}

/// What one call of [`step`](super::Lbfgs::step) did.
#[derive(Clone, Debug, PartialEq)]
pub struct LbfgsReport {
    /// Iterations made.
    pub iterations: usize,
    /// Evaluations of loss and gradient.
    pub evaluations: usize,
    /// The loss at the start.
    pub initial_loss: f64,
    /// The loss at the last point evaluated and kept. Without a line search that is the point before the last one when all
    /// iterations were made: as in torch, the last step is not evaluated.
    pub loss: f64,
    /// The Euclidean norm of the gradient there.
    pub gradient_norm: f64,
    /// Why it ended.
    pub stop: Stop,
}
