//! A cell on a two-dimensional function.

use super::training::specification;
use crate::cell::Cell;
use crate::experiment::FunctionProblem;
use crate::outcome::{Curve, Outcome};
use std::time::Instant;
use thalweg_data::functions::FunctionError;
use thalweg_data::{Function, Noisy};
use thalweg_train::descend;

pub(super) fn run(problem: &FunctionProblem, cell: &Cell, unsealed: bool) -> Result<Outcome, String> {
    let start = <[f64; 2]>::try_from(problem.start.as_slice())
        .map_err(|_| "a start has two coordinates".to_string())?;
    let rule = specification(cell, &problem.schedule, problem.steps).map_err(|error| error.to_string())?;
    let mut function = function(problem, cell.seed).map_err(|error| error.to_string())?;
    let clock = Instant::now();
    let path = descend(&mut function, &rule, start, problem.steps).map_err(|error| error.to_string())?;
    let seconds = clock.elapsed().as_secs_f64();
    let mut curve = Curve::default();
    for (step, value) in path.values.iter().enumerate() {
        curve.push(step as u32, *value as f32);
    }
    let value =
        if path.diverged_at.is_some() { f64::NAN } else { path.values.last().copied().unwrap_or(f64::NAN) };
    Ok(Outcome {
        validation: value,
        validation_curve: curve.clone(),
        training_loss: curve,
        // A function has no test split: its value is what it is.
        test: unsealed.then_some(value),
        unsealed,
        diverged_at: path.diverged_at,
        steps_to_target: problem.target_loss.and_then(|target| path.steps_to(target)),
        seconds_per_step: seconds / problem.steps.max(1) as f64,
    })
}

/// The function of a problem, with the noise of a seed.
fn function(problem: &FunctionProblem, seed: u64) -> Result<Noisy, FunctionError> {
    let mut function = Function::named(&problem.function)?;
    for (name, value) in &problem.set {
        function = function.with(name, *value)?;
    }
    Noisy::new(function, problem.noise, seed)
}
