//! A problem of one's own: whatever gives losses and gradients.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use thalweg_arena::Layout;

use super::divergence::{BLOWN_UP, WINDOW};
use super::training::specification;
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::{Metric, ProgramProblem};
use thalweg_lab::fault::OwnFault;
use thalweg_lab::outcome::{Outcome, ShortCurve};

/// A problem of one's own. In an experiment it is a `program` of one word, under which [`Engine::own`](super::Engine::own) knows it.
pub trait Own: Sync {
    /// One run with this seed: everything random in it follows from the seed.
    ///
    /// # Errors
    /// Why it cannot be had.
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault>;

    /// As [`start`](Self::start), of a run that gives up waiting for anything outside this process when `stop` becomes true.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    fn start_until<'a>(&self, seed: u64, _stop: &'a AtomicBool) -> Result<Box<dyn Objective + 'a>, OwnFault> {
        self.start(seed)
    }

    /// What else determines the runs, so that results of another version are not taken for these.
    fn fingerprint(&self) -> String {
        String::new()
    }

    /// The names of the files whose contents are in the [`fingerprint`](Self::fingerprint).
    fn files(&self) -> Vec<String> {
        Vec::new()
    }

    /// What people should know about the runs so far, in a sentence.
    fn note(&self) -> Option<String> {
        None
    }

    /// How many examples the test split has, if it has one.
    fn test_examples(&self) -> Option<usize> {
        None
    }
}

/// What a run makes small.
pub trait Objective {
    /// The parameters: names, shapes and initial values.
    fn parameters(&self) -> Vec<Tensor>;

    /// The loss of the next batch at a point, and its gradient. Both slices are buffers of the layout; a tensor's place is
    /// `layout.find(name)`.
    ///
    /// # Errors
    /// What went wrong. A loss that is not finite is no error.
    fn gradients(&mut self, layout: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault>;

    /// Announces that the next gradients are of the last batch once more, at another point: some rules look at a batch twice. Where
    /// nothing is done, they see another batch.
    ///
    /// # Errors
    /// As [`gradients`](Self::gradients).
    fn again(&mut self) -> Result<(), OwnFault> {
        Ok(())
    }

    /// How good a point is, by a split.
    ///
    /// # Errors
    /// As [`gradients`](Self::gradients).
    fn evaluate(&mut self, layout: &Layout, at: &[f64], split: Split) -> Result<Judged, OwnFault>;

    /// Whether there is a test split: otherwise final runs are judged on validation.
    fn has_splits(&self) -> bool;
}

/// A parameter at its start.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values, row by row.
    pub values: Vec<f64>,
}

/// What a point is judged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// What configurations are chosen on.
    Validation,
    /// What is read once, at the end of a final run.
    Test,
}

impl Split {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// How good a point is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The loss.
    pub loss: f64,
    /// The accuracy, if the problem is judged by one.
    pub accuracy: Option<f64>,
}

impl Judged {
    fn figure(self, metric: Metric) -> Result<f64, OwnFault> {
        match (metric, self.accuracy) {
            (Metric::Accuracy, Some(accuracy)) => Ok(accuracy),
            (Metric::Accuracy, None) => Err(OwnFault::NoAccuracy),
            (_, _) => Ok(self.loss),
        }
    }
}

/// The number of elements of a shape, if it can be counted.
pub(super) fn element_count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |count, &extent| count.checked_mul(extent))
}

/// The layout of the parameters, and a buffer with their values.
pub(super) fn laid_out(tensors: &[Tensor]) -> Result<(Arc<Layout>, Vec<f64>), OwnFault> {
    let mut layout = Layout::new();
    for Tensor { name, shape, values } in tensors {
        if element_count(shape) != Some(values.len()) {
            let (name, values, shape) = (name.clone(), values.len(), shape.clone());
            return Err(OwnFault::Shape { name, values, shape });
        }
        layout.add(name.as_str(), shape)?;
    }
    let mut parameters = vec![0.0; layout.len()];
    for (place, tensor) in layout.tensors().iter().zip(tensors) {
        parameters[place.range.clone()].copy_from_slice(&tensor.values);
    }
    Ok((Arc::new(layout), parameters))
}

/// Looks for what keeps `cell` from being run: parameters that cannot be had, or a rule that does not fit them.
pub(super) fn check(
    own: &dyn Own,
    problem: &ProgramProblem,
    cell: &Cell,
    stop: &AtomicBool,
) -> Result<(), OwnFault> {
    let rule = specification(cell, &problem.schedule, problem.steps)?;
    let (layout, _) = laid_out(&own.start_until(cell.seed, stop)?.parameters())?;
    rule.build::<f64>(layout)?;
    Ok(())
}

/// Holds a problem that is said to be deterministic to its word: the same loss and gradient the second time at a point.
fn repeats(
    objective: &mut dyn Objective,
    layout: &Layout,
    at: &[f64],
    (loss, gradients): (f64, &[f64]),
) -> Result<(), OwnFault> {
    let mut again = vec![0.0; gradients.len()];
    let second = objective.gradients(layout, at, &mut again)?;
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    if same(loss, second) && gradients.iter().zip(&again).all(|(&a, &b)| same(a, b)) {
        return Ok(());
    }
    Err(match same(loss, second) {
        true => OwnFault::OtherGradients,
        false => OwnFault::OtherLoss { first: loss, second },
    })
}

/// A run of `cell`.
pub(super) fn run(
    objective: &mut dyn Objective,
    problem: &ProgramProblem,
    cell: &Cell,
    unsealed: bool,
    stop: &AtomicBool,
) -> Result<Outcome, OwnFault> {
    let (layout, mut parameters) = laid_out(&objective.parameters())?;
    let rule = specification(cell, &problem.schedule, problem.steps)?;
    let mut optimizer = rule.build::<f64>(layout.clone())?;
    let (mut gradients, mut point) = (vec![0.0; layout.len()], vec![0.0; layout.len()]);
    let mut outcome = Outcome { validation: f64::NAN, unsealed, ..Outcome::default() };
    let (mut validation_curve, mut training_loss) = (ShortCurve::default(), ShortCurve::default());
    let (mut start, mut above, mut spent, mut done) = (None, 0, 0.0, 0);
    let steps = cell.steps(problem.steps);
    for step in 1..=steps {
        if stop.load(Ordering::Relaxed) {
            return Err(OwnFault::Interrupted);
        }
        let clock = Instant::now();
        let ahead = optimizer.evaluation_point(&parameters, &mut point)?;
        let at = if ahead { &point } else { &parameters };
        let loss = objective.gradients(&layout, at, &mut gradients)?;
        if step == 1 && problem.deterministic {
            repeats(objective, &layout, at, (loss, &gradients))?;
        }
        let mut finite = loss.is_finite();
        if finite && optimizer.second_point(&parameters, &gradients, &mut point)? {
            objective.again()?;
            objective.gradients(&layout, &point, &mut gradients)?;
        }
        if finite {
            match optimizer.step(&mut parameters, &gradients) {
                Err(error) if error.is_of_a_gradient() => finite = false,
                other => drop(other?),
            }
        }
        spent += clock.elapsed().as_secs_f64();
        let first = *start.get_or_insert(loss);
        above = if loss > BLOWN_UP * first.abs() { above + 1 } else { 0 };
        if !finite || above >= WINDOW {
            outcome.diverged_at = Some(step);
            break;
        }
        done = step;
        if step.is_multiple_of(problem.evaluate_every) || step == steps {
            training_loss.push(step as u32, loss as f32);
            let at = match optimizer.averaged(&parameters, &mut point)? {
                true => &point,
                false => &parameters,
            };
            let judged = objective.evaluate(&layout, at, Split::Validation)?;
            let figure = judged.figure(problem.metric)?;
            validation_curve.push(step as u32, figure as f32);
            outcome.validation = figure;
            if outcome.steps_to_target.is_none()
                && problem.target_loss.is_some_and(|target| judged.loss <= target)
            {
                outcome.steps_to_target = Some(step);
            }
            if step == steps && unsealed && objective.has_splits() {
                let judged = objective.evaluate(&layout, at, Split::Test)?;
                outcome.test = Some(judged.figure(problem.metric)?);
            }
        }
    }
    (outcome.validation_curve, outcome.training_loss) = (validation_curve.finish(), training_loss.finish());
    outcome.seconds_per_step = spent / done.max(1) as f64;
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use thalweg_lab::experiment::{Document, Workload};

    /// x², to which every question adds `drift`.
    struct Drifting {
        drift: f64,
        asked: f64,
    }

    impl Objective for Drifting {
        fn parameters(&self) -> Vec<Tensor> {
            vec![Tensor { name: "x".into(), shape: vec![], values: vec![2.0] }]
        }

        fn gradients(&mut self, _: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
            self.asked += 1.0;
            into[0] = 2.0 * at[0];
            Ok(at[0] * at[0] + self.drift * self.asked)
        }

        fn evaluate(&mut self, _: &Layout, at: &[f64], _: Split) -> Result<Judged, OwnFault> {
            Ok(Judged { loss: at[0] * at[0], accuracy: None })
        }

        fn has_splits(&self) -> bool {
            false
        }
    }

    fn run_of(key: &str, drift: f64) -> Result<Outcome, OwnFault> {
        let text = format!(
            "rules = [{{ name = \"sgd\", learning_rate = 0.25 }}]\n[problem]\nprogram = [\"mine\"]\nsteps = 2\n{key}"
        );
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        let Workload::Program(problem) = &experiment.problems[0].workload else { panic!("a program") };
        let cell = Cell::single(&experiment.problems[0], &experiment.rules[0], 1);
        run(&mut Drifting { drift, asked: 0.0 }, problem, &cell, false, &AtomicBool::new(false))
    }

    #[test]
    fn a_problem_that_is_said_to_be_deterministic_is_held_to_it() {
        assert_eq!(run_of("", 1.0).unwrap().validation, 0.25);
        assert_eq!(run_of("deterministic = true", 0.0).unwrap().validation, 0.25);
        let refused = run_of("deterministic = true", 1.0).unwrap_err();
        assert!(matches!(refused, OwnFault::OtherLoss { first: 5.0, second: 6.0 }), "{refused}");
        assert!(
            refused.to_string().contains("gave the loss 5, then 6, when it was asked again"),
            "{refused}"
        );
    }
}
