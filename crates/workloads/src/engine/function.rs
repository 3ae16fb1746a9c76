//! A cell on a two-dimensional function.

use super::divergence::{BLOWN_UP, WINDOW};
use super::training::specification;
use crate::fault::fault;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use thalweg_data::functions::FunctionError;
use thalweg_data::{Function, Noisy};
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::FunctionProblem;
use thalweg_lab::fault::RunFault;
use thalweg_lab::outcome::{Outcome, ShortCurve};
use thalweg_train::follow;

/// What a clock measures well, and is short enough that one of [`TRIES`] passes without another program in between. The time of a step
/// is a median over runs, and measuring it must not take longer than a run and what is around it.
const LONG_ENOUGH: Duration = Duration::from_micros(10);
const TRIES: usize = 3;
/// A run that takes as long is not repeated to be timed.
const LONG: Duration = Duration::from_micros(50);

/// Looks for what keeps `cell` from being run.
pub(super) fn check(problem: &FunctionProblem, cell: &Cell) -> Result<(), RunFault> {
    let rule = specification(cell, &problem.schedule, problem.steps)?;
    let mut function = function(problem, cell.seed)?;
    follow(&mut function, &rule, start(problem)?, 0, |_, _| true).map_err(fault)?;
    Ok(())
}

fn start(problem: &FunctionProblem) -> Result<[f64; 2], RunFault> {
    <[f64; 2]>::try_from(problem.start.as_slice()).map_err(|_| RunFault::Start(problem.start.len()))
}

pub(super) fn run(
    problem: &FunctionProblem,
    cell: &Cell,
    unsealed: bool,
    stop: &AtomicBool,
) -> Result<Outcome, RunFault> {
    let start = start(problem)?;
    let rule = specification(cell, &problem.schedule, problem.steps)?;
    let mut function = function(problem, cell.seed)?;
    let fresh = function.clone();
    let clock = Instant::now();
    let steps = cell.steps(problem.steps);
    let mut seen = Seen::new(problem.target_loss);
    let led_out = follow(&mut function, &rule, start, steps, |_, value| {
        seen.see(value);
        !seen.count.is_multiple_of(LOOKS_UP_EVERY) || !stop.load(Ordering::Relaxed)
    })
    .map_err(fault)?;
    let elapsed = clock.elapsed();
    if led_out.is_none() && seen.count <= steps {
        return Err(RunFault::Interrupted);
    }
    // A short run is over before the clock has moved, and most of it is setting up: repeat it, and take off what no step costs.
    let time = |steps| {
        let again = || {
            let mut seen = Seen::new(problem.target_loss);
            let see = |_, value| {
                seen.see(value);
                true
            };
            follow(&mut fresh.clone(), &rule, start, steps, see).map(drop)
        };
        (0..TRIES).map(|_| seconds(again)).fold(f64::INFINITY, f64::min)
    };
    let done = led_out.unwrap_or(steps).max(1);
    let diverged_at = led_out.or(seen.left());
    let whole = if elapsed >= LONG { elapsed.as_secs_f64() } else { time(steps) };
    let seconds = (whole - time(0)).max(0.0);
    let value = if diverged_at.is_some() { f64::NAN } else { seen.last };
    let curve = seen.curve.finish();
    Ok(Outcome {
        validation: value,
        validation_curve: curve.clone(),
        training_loss: curve,
        // A function has no test split: its value is what it is.
        test: unsealed.then_some(value),
        unsealed,
        diverged_at,
        steps_to_target: seen.reached,
        seconds_per_step: seconds / done as f64,
        inside: Default::default(),
        predictions: vec![],
        correct: vec![],
    })
}

/// Updates between two looks at whether the run shall stop.
const LOOKS_UP_EVERY: u64 = 4096;

/// What is remembered of the values along a path; it does not grow with the path.
struct Seen {
    target: Option<f64>,
    curve: ShortCurve,
    /// Values so far, that of the start included.
    count: u64,
    last: f64,
    /// Four times the value of the start.
    high: f64,
    /// How many of the last values in a row are higher.
    above: u64,
    /// The first update with a value that reaches the target.
    reached: Option<u64>,
}

impl Seen {
    fn new(target: Option<f64>) -> Self {
        Self {
            target,
            curve: ShortCurve::default(),
            count: 0,
            last: f64::NAN,
            high: f64::NAN,
            above: 0,
            reached: None,
        }
    }

    fn see(&mut self, value: f64) {
        if self.count == 0 {
            self.high = BLOWN_UP * value.abs();
        }
        self.above = if value > self.high { self.above + 1 } else { 0 };
        if self.reached.is_none() && self.target.is_some_and(|target| value <= target) {
            self.reached = Some(self.count);
        }
        self.curve.push(self.count as u32, value as f32);
        self.last = value;
        self.count += 1;
    }

    /// The update that led far above the start for good: from there to the end, and that for a while, every value is.
    fn left(&self) -> Option<u64> {
        (self.above >= WINDOW).then(|| self.count - self.above)
    }
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
    use crate::engine::vocabulary;
    use thalweg_lab::cell::Stage;
    use thalweg_lab::experiment::{Document, Workload};
    use thalweg_lab::outcome::MOST_POINTS;

    #[test]
    fn a_path_that_stays_far_above_its_start_has_diverged() {
        let path = |high: usize, end: &[f64]| [&[1.0, 0.5], vec![4.1; high].as_slice(), end].concat();
        let left = |values: &[f64]| {
            let mut seen = Seen::new(None);
            values.iter().for_each(|value| seen.see(*value));
            seen.left()
        };
        assert_eq!(left(&path(20, &[])), Some(2), "the second update led up");
        assert_eq!(left(&path(19, &[])), None);
        assert_eq!(left(&path(100, &[3.9])), None, "it came back");
        assert_eq!(left(&path(18, &[1e168, 5.0])), Some(2));
        assert_eq!(left(&[-1.0; 30]), None);
        assert_eq!(left(&[]), None);
    }

    /// A run of Adam at its defaults on the bowl.
    fn adam(steps: u64, stop: &AtomicBool) -> Result<Outcome, RunFault> {
        let text = format!("[problem]\nfunction = \"bowl\"\ntarget_loss = 1\nsteps = {steps}");
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        let workload = &experiment.problems[0].workload;
        let Workload::Function(problem) = workload else { panic!("a function") };
        let arm = experiment.rules.iter().find(|arm| arm.name == "adam").unwrap();
        let cell = Cell { stage: Stage::Final, ..Cell::single(&experiment.problems[0], arm, 0) };
        run(problem, &cell, true, stop)
    }

    #[test]
    fn a_long_run_keeps_a_short_curve_and_can_be_stopped() {
        let (short, long) =
            (adam(2_000, &AtomicBool::new(false)).unwrap(), adam(300_000, &AtomicBool::new(false)).unwrap());
        assert_eq!((short.training_loss.len(), short.training_loss.steps[1]), (2_001, 1));
        assert!(long.training_loss.len() <= MOST_POINTS + 1, "{}", long.training_loss.len());
        assert_eq!(long.training_loss.steps.last(), Some(&300_000));
        let at = |outcome: &Outcome, step: u32| {
            let place = outcome.training_loss.steps.iter().position(|&one| one == step).unwrap();
            outcome.training_loss.values[place]
        };
        let (first, second) = (long.training_loss.steps[0], long.training_loss.steps[1]);
        assert_eq!((at(&long, first), at(&long, second)), (at(&short, first), at(&short, second)));
        let at_defaults = short.steps_to_target.or(long.steps_to_target);
        assert_eq!(long.steps_to_target, at_defaults);
        let stopped = adam(1_000_000_000, &AtomicBool::new(true));
        assert!(matches!(stopped, Err(RunFault::Interrupted)));
    }
}
