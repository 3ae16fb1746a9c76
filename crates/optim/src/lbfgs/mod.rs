/*!
L-BFGS: a quasi-Newton method for full batches.

Nocedal 1980, *Updating Quasi-Newton Matrices with Limited Storage*; Nocedal and Wright 2006, *Numerical Optimization*,
algorithms 7.4 (direction), 7.5 (the method), 3.5 and 3.6 (line search). Trajectories are those of `torch.optim.LBFGS`.

It asks for losses and gradients at points of its own choice, so it is no [`Optimizer`](crate::Optimizer): hand it a
function that evaluates both on the *same* batch every time. Small, smooth, noiseless problems are where it shines.

```
use thalweg_optim::{Lbfgs, LbfgsSettings};

// The bowl of the notes, f(x, y) = x²/20 + y².
let mut lbfgs = Lbfgs::with(2, LbfgsSettings { strong_wolfe: true, ..Default::default() })?;
let mut parameters = [-7.0f64, 2.0];
let report = lbfgs.step(&mut parameters, &mut |p, gradient| {
    gradient.copy_from_slice(&[p[0] / 10.0, 2.0 * p[1]]);
    p[0] * p[0] / 20.0 + p[1] * p[1]
})?;
assert!(report.stop.converged() && parameters.iter().all(|p| p.abs() < 1e-3));
# Ok::<(), thalweg_optim::OptimError>(())
```
*/

mod direction;
mod line_search;
mod settings;

pub use settings::{LbfgsReport, LbfgsSettings, Stop};

use crate::OptimError;
use crate::work::check_length;
use direction::{History, add};
use line_search::{Line, Point, strong_wolfe};
use thalweg_lanes::Real;
use thalweg_lanes::reduce::{dot, norm, sum_of_magnitudes};

/// L-BFGS on `len` parameters. What it learns of the curvature stays from one [`step`](Self::step) to the next.
#[derive(Clone, Debug)]
pub struct Lbfgs<T: Real> {
    settings: LbfgsSettings,
    history: History<T>,
    direction: Vec<T>,
    /// How far it went along the direction.
    length: f64,
    /// The gradient that the direction was made from.
    gradient: Vec<T>,
    /// Iterations in all steps; 0 before there is a direction.
    iterations: u64,
}

impl<T: Real> Lbfgs<T> {
    /// L-BFGS with torch's defaults on `len` parameters.
    pub fn new(len: usize) -> Self {
        Self::unchecked(len, LbfgsSettings::default())
    }

    /// L-BFGS with these settings.
    ///
    /// # Errors
    /// [`OptimError::OutOfRange`].
    pub fn with(len: usize, settings: LbfgsSettings) -> Result<Self, OptimError> {
        settings.check()?;
        Ok(Self::unchecked(len, settings))
    }

    fn unchecked(len: usize, settings: LbfgsSettings) -> Self {
        let (history, zeros) = (History::new(settings.history), vec![T::ZERO; len]);
        Self { settings, history, direction: zeros.clone(), length: 0.0, gradient: zeros, iterations: 0 }
    }

    /// The settings.
    pub fn settings(&self) -> &LbfgsSettings {
        &self.settings
    }

    /// Pairs of steps and changes of the gradient that are remembered.
    pub fn remembered(&self) -> usize {
        self.history.len()
    }

    /// Forgets everything learned: the next iteration goes down the gradient. For a function that has changed.
    pub fn reset(&mut self) {
        self.history.clear();
        self.iterations = 0;
    }

    /// Up to [`iterations`](LbfgsSettings::iterations) iterations. `evaluate` fills the gradient at the parameters it is
    /// given and returns the loss there.
    ///
    /// Where loss or gradient are not finite the step is halved until they are. Without a line search the last step is not
    /// evaluated (as in torch), so only the next call can notice.
    ///
    /// # Errors
    /// [`OptimError::Length`], and [`OptimError::Start`] if loss or gradient are not finite at the parameters given; nothing has
    /// changed then.
    pub fn step(
        &mut self,
        parameters: &mut [T],
        evaluate: &mut dyn FnMut(&[T], &mut [T]) -> f64,
    ) -> Result<LbfgsReport, OptimError> {
        check_length("the slice of parameters", parameters.len(), self.direction.len())?;
        let mut gradient = vec![T::ZERO; parameters.len()];
        let loss = evaluate(parameters, &mut gradient);
        check_start(loss, &gradient)?;
        let mut now = Point { step: 0.0, loss, gradient, slope: 0.0 };
        let (mut iterations, mut evaluations) = (0, 1);
        let stop = loop {
            if iterations == 0 && self.is_flat(&now.gradient) {
                break Stop::Gradient;
            }
            iterations += 1;
            let before = now.loss;
            let first = self.turn(&mut now);
            if !now.slope.is_finite() {
                // The remembered curvature overflows: no direction to trust.
                self.reset();
                break Stop::NotFinite;
            }
            if now.slope > -self.settings.change_tolerance {
                break Stop::Slope;
            }
            let last = iterations == self.settings.iterations;
            let most = self.settings.most_evaluations().saturating_sub(evaluations);
            let moved = if last && !self.settings.strong_wolfe {
                self.length = first;
                true
            } else {
                let mut line = Line::new(parameters, &self.direction, evaluate);
                let next = match self.settings.strong_wolfe {
                    true => strong_wolfe(&mut line, now.clone(), first, most),
                    false => line.finite(first, 0.0, most, &mut 0).unwrap_or_else(|| now.clone()),
                };
                evaluations += line.evaluations;
                self.length = next.step;
                let moved = next.step != 0.0 || line.all_finite();
                now = next;
                moved
            };
            add(parameters, self.length, &self.direction);
            if !moved {
                break Stop::NotFinite;
            }
            if let Some(stop) = self.verdict(&now, before, iterations, evaluations) {
                break stop;
            }
        };
        let gradient_norm = norm(&now.gradient);
        Ok(LbfgsReport { iterations, evaluations, initial_loss: loss, loss: now.loss, gradient_norm, stop })
    }

    /// Chooses the direction at `now`, notes the slope along it, and returns the first step length to try.
    fn turn(&mut self, now: &mut Point<T>) -> f64 {
        self.iterations += 1;
        let mut first = self.settings.learning_rate;
        if self.iterations == 1 {
            // Nothing is known of the curvature: no further than 1 in all.
            first *= (1.0 / sum_of_magnitudes(&now.gradient)).min(1.0);
        } else {
            self.history.remember(&self.direction, self.length, &self.gradient, &now.gradient);
        }
        self.history.direction(&now.gradient, &mut self.direction);
        self.gradient.copy_from_slice(&now.gradient);
        (now.step, now.slope, self.length) = (0.0, dot(&now.gradient, &self.direction), 0.0);
        first
    }

    fn is_flat(&self, gradient: &[T]) -> bool {
        largest(gradient) <= self.settings.gradient_tolerance
    }

    /// Whether to stop after an iteration, in torch's order.
    fn verdict(&self, now: &Point<T>, before: f64, iterations: usize, evaluations: usize) -> Option<Stop> {
        let tolerance = self.settings.change_tolerance;
        let reasons = [
            (iterations == self.settings.iterations, Stop::Iterations),
            (evaluations >= self.settings.most_evaluations(), Stop::Evaluations),
            (self.is_flat(&now.gradient), Stop::Gradient),
            (largest(&self.direction) * self.length.abs() <= tolerance, Stop::Parameters),
            ((now.loss - before).abs() < tolerance, Stop::Loss),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, stop)| stop)
    }
}

/// The largest magnitude.
fn largest<T: Real>(values: &[T]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.to_f64().abs()))
}

fn check_start<T: Real>(loss: f64, gradient: &[T]) -> Result<(), OptimError> {
    if !loss.is_finite() {
        return Err(OptimError::Start { what: "the loss".into(), value: loss });
    }
    match gradient.iter().position(|value| !value.to_f64().is_finite()) {
        None => Ok(()),
        Some(index) => {
            let value = gradient[index].to_f64();
            Err(OptimError::Start { what: format!("element {index} of the gradient"), value })
        }
    }
}

#[cfg(test)]
mod tests;
