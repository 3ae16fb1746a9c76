//! A cell on a two-dimensional function.

use super::divergence::{BLOWN_UP, WINDOW};
use super::training::specification;
use crate::cell::Cell;
use crate::experiment::FunctionProblem;
use crate::outcome::{Curve, Outcome};
use std::time::{Duration, Instant};
use thalweg_data::functions::FunctionError;
use thalweg_data::{Function, Noisy};
use thalweg_train::descend;

/// What a clock measures well, and is short enough that one of [`TRIES`] passes without another program in between. The time of a step
/// is a median over runs, and measuring it must not take longer than a run and what is around it.
const LONG_ENOUGH: Duration = Duration::from_micros(10);
const TRIES: usize = 3;
/// A run that takes as long is not repeated to be timed.
const LONG: Duration = Duration::from_micros(50);

/// Looks for what keeps `cell` from being run.
pub(super) fn check(problem: &FunctionProblem, cell: &Cell) -> Result<(), String> {
    let rule = specification(cell, &problem.schedule, problem.steps).map_err(|error| error.to_string())?;
    let mut function = function(problem, cell.seed).map_err(|error| error.to_string())?;
    descend(&mut function, &rule, start(problem)?, 0).map(drop).map_err(|error| error.to_string())
}

fn start(problem: &FunctionProblem) -> Result<[f64; 2], String> {
    <[f64; 2]>::try_from(problem.start.as_slice()).map_err(|_| "a start has two coordinates".to_string())
}

pub(super) fn run(problem: &FunctionProblem, cell: &Cell, unsealed: bool) -> Result<Outcome, String> {
    let start = start(problem)?;
    let rule = specification(cell, &problem.schedule, problem.steps).map_err(|error| error.to_string())?;
    let mut function = function(problem, cell.seed).map_err(|error| error.to_string())?;
    let fresh = function.clone();
    let clock = Instant::now();
    let steps = cell.steps(problem.steps);
    let path = descend(&mut function, &rule, start, steps).map_err(|error| error.to_string())?;
    let elapsed = clock.elapsed();
    // A short run is over before the clock has moved, and most of it is setting up: repeat it, and take off what no step costs.
    let time = |steps| {
        let tries =
            (0..TRIES).map(|_| seconds(|| descend(&mut fresh.clone(), &rule, start, steps).map(drop)));
        tries.fold(f64::INFINITY, f64::min)
    };
    let done = path.diverged_at.unwrap_or(steps).max(1);
    let diverged_at = path.diverged_at.or_else(|| left(&path.values));
    let whole = if elapsed >= LONG { elapsed.as_secs_f64() } else { time(steps) };
    let seconds = (whole - time(0)).max(0.0);
    let mut curve = Curve::default();
    for (step, value) in path.values.iter().enumerate() {
        curve.push(step as u32, *value as f32);
    }
    let value =
        if diverged_at.is_some() { f64::NAN } else { path.values.last().copied().unwrap_or(f64::NAN) };
    Ok(Outcome {
        validation: value,
        validation_curve: curve.clone(),
        training_loss: curve,
        // A function has no test split: its value is what it is.
        test: unsealed.then_some(value),
        unsealed,
        diverged_at,
        steps_to_target: problem.target_loss.and_then(|target| path.steps_to(target)),
        seconds_per_step: seconds / done as f64,
        inside: Default::default(),
        predictions: vec![],
        correct: vec![],
    })
}

/// The update that led far above the start for good: from there to the end, and that for a while, every value is.
fn left(values: &[f64]) -> Option<u64> {
    let high = BLOWN_UP * values.first()?.abs();
    let stayed = values.iter().rev().take_while(|value| **value > high).count();
    (stayed as u64 >= WINDOW).then(|| (values.len() - stayed) as u64)
}

/// Mean seconds of `work`, over as many repetitions as the clock needs.
fn seconds<E>(mut work: impl FnMut() -> Result<(), E>) -> f64 {
    let clock = Instant::now();
    for repetitions in 1_u32.. {
        let failed = work().is_err();
        let elapsed = clock.elapsed();
        if failed || elapsed >= LONG_ENOUGH {
            return elapsed.as_secs_f64() / f64::from(repetitions);
        }
    }
    unreachable!("a clock moves")
}

/// The function of a problem, with the noise of a seed.
fn function(problem: &FunctionProblem, seed: u64) -> Result<Noisy, FunctionError> {
    let mut function = Function::named(&problem.function)?;
    for (name, value) in &problem.set {
        function = function.with(name, *value)?;
    }
    Noisy::new(function, problem.noise, seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::{Stage, WorkloadHash};
    use crate::engine::vocabulary;
    use crate::experiment::{Document, Workload};

    #[test]
    fn a_path_that_stays_far_above_its_start_has_diverged() {
        let path = |high: usize, end: &[f64]| [&[1.0, 0.5], vec![4.1; high].as_slice(), end].concat();
        assert_eq!(left(&path(20, &[])), Some(2), "the second update led up");
        assert_eq!(left(&path(19, &[])), None);
        assert_eq!(left(&path(100, &[3.9])), None, "it came back");
        assert_eq!(left(&path(18, &[1e168, 5.0])), Some(2));
        assert_eq!(left(&[-1.0; 30]), None);
        assert_eq!(left(&[]), None);
    }

    /// A run of Adam on the bowl.
    fn adam_on_the_bowl(steps: u64) -> (FunctionProblem, Cell) {
        let text = format!("[problem]\nfunction = \"bowl\"\nsteps = {steps}");
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        let workload = &experiment.problems[0].workload;
        let Workload::Function(problem) = workload else { panic!("a function") };
        let arm = experiment.rules.iter().find(|arm| arm.name == "adam").unwrap();
        let cell = Cell {
            problem: 0,
            workload: WorkloadHash::of(workload),
            arm: 0,
            label: arm.label.clone(),
            rule: arm.name.clone(),
            dialect: arm.dialect.clone(),
            hyperparameters: arm.defaults.clone(),
            around: arm.around.clone(),
            seed: 0,
            divisor: 1,
            stage: Stage::Final,
        };
        (problem.clone(), cell)
    }

    #[test]
    fn the_time_of_a_step_is_that_of_a_long_run() {
        let time = |steps: u64| {
            let (problem, cell) = adam_on_the_bowl(steps);
            run(&problem, &cell, true).unwrap().seconds_per_step
        };
        // Another program may get in the way of one measurement, but not of all.
        let ratios: Vec<f64> = (0..10).map(|_| time(30) / time(1_000_000)).collect();
        assert!(ratios.iter().any(|ratio| (0.4..2.5).contains(ratio)), "{ratios:?}");
    }

    #[test]
    fn a_short_run_and_its_timing_take_less_than_a_third_of_a_millisecond() {
        let (problem, cell) = adam_on_the_bowl(30);
        let took = |_| {
            let clock = Instant::now();
            run(&problem, &cell, true).unwrap();
            clock.elapsed()
        };
        let least = (0..30).map(took).min().unwrap();
        assert!(least < Duration::from_micros(300), "{least:?}");
    }
}
