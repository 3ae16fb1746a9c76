//! The learning-rate range test: a short run whose rate grows from very small to too large shows where learning begins and
//! where it breaks down.
//!
//! Smith, "Cyclical learning rates for training neural networks", 2017. What is known to go wrong with it is seen to here:
//! one run is noise, so it is repeated and judged by the median; losses are smoothed without a bias towards zero; networks are
//! trained that nobody needs afterwards, so there is no state to restore; and what the curve suggests is only where to look:
//! short runs at constant rates, on other seeds, decide, by their validation loss. Where they do not agree with it, there is no
//! suggestion.

mod proposal;

pub use proposal::{NoSuggestion, Suggestion};

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use thalweg_data::Dataset;
use thalweg_optim::{Setting, WrittenSchedule};
use thalweg_train::{Ending, Trainer};
use thalweg_words::Language;

use crate::engine::{self, Stoppable};
use crate::fault::fault;
use proposal::{Smoothed, candidates, suggest};
use thalweg_lab::cell::{Cell, Stage};
use thalweg_lab::executor::for_each;
use thalweg_lab::experiment::{Arm, Length, Problem, TrainingProblem, Workload};
use thalweg_lab::fault::RunFault;
use thalweg_lab::memory::Memory;
use thalweg_lab::search::RateRange;
use thalweg_lab::seeds::seed;

/// How far beyond the lowest point of the curve short runs are tried: a rate that grows arrives there before its harm shows.
const BEYOND: f64 = 3.0;

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The rates of the test.
    pub range: RateRange,
    /// Updates of each test and of each short run.
    pub steps: u64,
    /// Tests, and short runs at each rate, for each rule.
    pub repeats: usize,
    /// Rates at which short runs are made.
    pub rates: usize,
    /// What all randomness follows from.
    pub seed: u64,
}

/// What came of it for one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RangeTest {
    /// What the rule is called.
    pub label: String,
    /// The rule.
    pub rule: String,
    /// The rate of each update.
    pub rates: Vec<f64>,
    /// The smoothed loss at each rate, one list a repeat; shorter where it blew up.
    pub losses: Vec<Vec<f64>>,
    /// The short runs: the rate, and the validation loss on each seed; absent where it diverged.
    pub short_runs: Vec<(f64, Vec<Option<f64>>)>,
    /// Which rates to use, or why that cannot be said.
    pub suggestion: Result<Suggestion, NoSuggestion>,
}

/// What happens during a test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RangeTestEvent<'a> {
    /// The runs whose rate grows begin.
    GrowingStarted {
        /// How many there are.
        runs: usize,
    },
    /// The short runs at constant rates begin.
    ShortStarted {
        /// How many there are.
        runs: usize,
    },
    /// A run is done.
    RunFinished {
        /// What the rule is called.
        label: &'a str,
        /// The rate of a short run; absent where it grew.
        rate: Option<f64>,
    },
}

/// Tests every rule on a problem, on several threads. The result does not depend on their number. `observer` hears of the
/// progress, on the calling thread.
///
/// # Errors
/// A problem without a network, a rule or a network that does not exist, or that it was asked to stop.
pub fn range_test(
    problem: &Problem,
    rules: &[Arm],
    dataset: &Dataset,
    plan: &Plan,
    threads: usize,
    stop: &AtomicBool,
    observer: &dyn Fn(RangeTestEvent<'_>),
) -> Result<Vec<RangeTest>, RunFault> {
    let Workload::Training(training) = &problem.workload else {
        return Err(RunFault::NoNetwork(problem.name.clone()));
    };
    let mut largest = 0;
    for arm in rules {
        let cell = Cell::single(problem, arm, plan.seed);
        largest = largest.max(engine::run_bytes(training, dataset, &cell));
    }
    let runs = rules.len() * plan.repeats * (1 + plan.rates);
    Memory::of(largest, threads, runs).check()?;
    let wrong_start = rules
        .first()
        .is_some_and(|arm| engine::start_fault(problem, training, dataset, arm, plan.seed).is_some());
    let steps = plan.steps as usize;
    let rates: Vec<f64> = (0..steps)
        .map(|step| plan.range.at(if steps > 1 { step as f64 / (steps - 1) as f64 } else { 0.0 }))
        .collect();
    let run = Run { problem, training, dataset, stop };
    let tests: Vec<(usize, usize)> =
        (0..rules.len()).flat_map(|rule| (0..plan.repeats).map(move |repeat| (rule, repeat))).collect();
    observer(RangeTestEvent::GrowingStarted { runs: tests.len() });
    let finished = |rule: &Arm, rate| observer(RangeTestEvent::RunFinished { label: &rule.label, rate });
    let mut losses = in_parallel(
        (threads, stop),
        &tests,
        |&(rule, repeat)| {
            run.growing(&rules[rule], &rates, seed(plan.seed, Stage::Tuning { trial: 0 }, repeat))
        },
        |&(rule, _)| finished(&rules[rule], None),
    )?
    .into_iter();
    let losses: Vec<Vec<Vec<f64>>> =
        rules.iter().map(|_| losses.by_ref().take(plan.repeats).collect()).collect();

    let found: Vec<_> = losses.iter().map(|losses| candidates(&rates, losses)).collect();
    let mut short: Vec<(usize, f64, usize)> = Vec::new();
    for (rule, found) in found.iter().enumerate() {
        let Ok((low, high)) = *found else { continue };
        let range = RateRange { from: low, to: (BEYOND * high).min(plan.range.to.max(high)) };
        for index in 0..plan.rates {
            let rate = range.at(index as f64 / (plan.rates - 1).max(1) as f64);
            short.extend((0..plan.repeats).map(|repeat| (rule, rate, repeat)));
        }
    }
    observer(RangeTestEvent::ShortStarted { runs: short.len() });
    let values = in_parallel(
        (threads, stop),
        &short,
        |&(rule, rate, repeat)| {
            let seed = seed(plan.seed, Stage::Confirmation, repeat);
            run.constant(&rules[rule], rate, plan.steps, seed)
        },
        |&(rule, rate, _)| finished(&rules[rule], Some(rate)),
    )?;
    let result = |(rule, (arm, (found, losses))): (
        usize,
        (&Arm, (Result<(f64, f64), NoSuggestion>, Vec<Vec<f64>>)),
    )| {
        let mut short_runs: Vec<(f64, Vec<Option<f64>>)> = Vec::new();
        for (&(_, rate, _), &value) in short.iter().zip(&values).filter(|((of, ..), _)| *of == rule) {
            match short_runs.last_mut() {
                Some((last, values)) if *last == rate => values.push(value),
                _ => short_runs.push((rate, vec![value])),
            }
        }
        let firsts: Vec<f64> = losses.iter().filter_map(|run| run.first().copied()).collect();
        let mut suggestion =
            found.and_then(|_| suggest(thalweg_lab::statistics::median(&firsts), &short_runs));
        if wrong_start {
            suggestion = suggestion.map_err(|_| NoSuggestion::WrongFromTheStart);
        }
        let (label, rule) = (arm.label.clone(), arm.name.clone());
        RangeTest { label, rule, rates: rates.clone(), losses, short_runs, suggestion }
    };
    Ok(rules.iter().zip(found.into_iter().zip(losses)).enumerate().map(result).collect())
}

/// What all runs of a test share.
struct Run<'a> {
    problem: &'a Problem,
    training: &'a TrainingProblem,
    dataset: &'a Dataset,
    stop: &'a AtomicBool,
}

impl Run<'_> {
    fn trainer(
        &self,
        arm: &Arm,
        rate: f64,
        schedule: Option<WrittenSchedule>,
        steps: u64,
        seed: u64,
    ) -> Result<Trainer<'_, f32>, RunFault> {
        let mut training = self.training.clone();
        training.length = Length::Steps(steps);
        // Only the end is looked at.
        training.evaluate_every = Some(steps);
        training.learning.early_stopping = None;
        training.plateau = None;
        if let Some(schedule) = schedule {
            training.schedule = schedule;
        }
        let mut cell = Cell::single(self.problem, arm, seed);
        cell.hyperparameters.insert("learning_rate".into(), rate);
        Trainer::new(engine::settings(&training, self.dataset, &cell)?, self.dataset).map_err(fault)
    }

    /// The smoothed losses of a run whose rate takes all of `rates`, one after the other. Each is the rate of one update, for which
    /// gradients of several steps may be averaged.
    fn growing(&self, arm: &Arm, rates: &[f64], seed: u64) -> Result<Vec<f64>, RunFault> {
        let largest = rates.last().copied().unwrap_or(1.0);
        let points = rates.iter().enumerate().map(|(step, rate)| [step as f64, rate / largest]).collect();
        let settings = [("points".to_string(), Setting::Points(points))].into();
        let schedule = WrittenSchedule { name: "piecewise".into(), settings };
        let round = arm.around.accumulate.unwrap_or(1).max(1);
        let mut trainer = self.trainer(arm, largest, Some(schedule), rates.len() as u64 * round, seed)?;
        let (mut smoothed, mut losses) = (Smoothed::default(), Vec::with_capacity(rates.len()));
        for _ in rates {
            if self.stop.load(Ordering::Relaxed) {
                return Err(RunFault::Interrupted);
            }
            let mut loss = 0.0;
            for _ in 0..round {
                loss += trainer.step().map_err(fault)? / round as f64;
            }
            match smoothed.push(loss) {
                Some(loss) => losses.push(loss),
                None => break,
            }
        }
        Ok(losses)
    }

    /// The validation loss after a run at a constant rate (with the problem's own schedule); absent if it diverged.
    fn constant(&self, arm: &Arm, rate: f64, steps: u64, seed: u64) -> Result<Option<f64>, RunFault> {
        let mut trainer = self.trainer(arm, rate, None, steps, seed)?;
        match trainer.run(&mut Stoppable(self.stop)).map_err(fault)? {
            Ending::Finished => {}
            Ending::Diverged { .. } => return Ok(None),
            Ending::Stopped => return Err(RunFault::Interrupted),
        }
        let last = trainer.record().last().and_then(|point| point.validation);
        Ok(last.map(|validation| validation.loss).filter(|loss| loss.is_finite()))
    }
}

/// `work` on each of `items`, on several threads; the results in the order of the items. `finished` hears of each that is done.
fn in_parallel<I: Sync, R: Send>(
    (threads, stop): (usize, &AtomicBool),
    items: &[I],
    work: impl Fn(&I) -> Result<R, RunFault> + Sync,
    finished: impl Fn(&I),
) -> Result<Vec<R>, RunFault> {
    let results = for_each(items, threads, stop, work, finished).map_err(|(_, fault)| fault)?;
    results.into_iter().collect::<Option<_>>().ok_or(RunFault::Interrupted)
}

/// In words, for the person who asked.
impl NoSuggestion {
    /// Says why there is no suggestion.
    pub fn in_language(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::NothingFell => words.nothing_fell(),
            Self::StillFalling => words.still_falling(),
            Self::AllDiverged => words.all_diverged(),
            Self::BestAtLow => words.best_at_low(),
            Self::BestAtHigh => words.best_at_high(),
            Self::WrongFromTheStart => words.wrong_from_the_start(),
        }
    }
}

impl std::fmt::Display for NoSuggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.in_language(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use std::sync::Mutex;
    use thalweg_data::Source;
    use thalweg_lab::experiment::Document;

    #[test]
    fn on_the_digits_the_suggestion_holds_a_good_rate_and_threads_change_nothing() {
        let text = "rules = [\"sgd\", \"adam\", { name = \"sgd\", label = \"in halves\", accumulate = 2 }]\n[problem]\n\
                    dataset = \"digits\"\nhidden = [20]\nbatch = 50\n";
        let experiment = Document::parse("", text).unwrap().check(&vocabulary()).unwrap();
        let problem = &experiment.problems[0];
        let Workload::Training(training) = &problem.workload else { panic!("a network") };
        let dataset = engine::load_dataset(training, &Source::default()).unwrap();
        let plan =
            Plan { range: RateRange { from: 1e-5, to: 10.0 }, steps: 100, repeats: 3, rates: 6, seed: 1 };
        let stop = AtomicBool::new(false);
        let events = Mutex::new(Vec::new());
        let observer = |event: RangeTestEvent<'_>| {
            events.lock().unwrap().push(match event {
                RangeTestEvent::GrowingStarted { runs } => format!("growing {runs}"),
                RangeTestEvent::ShortStarted { runs } => format!("short {runs}"),
                RangeTestEvent::RunFinished { label, rate: None } => format!("{label} grew"),
                RangeTestEvent::RunFinished { label, .. } => format!("{label} at a rate"),
            });
        };
        let test = |threads| {
            range_test(problem, &experiment.rules, &dataset, &plan, threads, &stop, &observer).unwrap()
        };
        let found = test(1);
        let heard = std::mem::take(&mut *events.lock().unwrap());
        let count = |what: &str| heard.iter().filter(|event| *event == what).count();
        // Three rules: three growing runs each, then six rates of three runs each.
        assert_eq!((heard[0].as_str(), heard[10].as_str(), heard.len()), ("growing 9", "short 54", 65));
        assert_eq!((count("sgd grew"), count("adam grew"), count("sgd at a rate")), (3, 3, 18));
        assert_eq!(found, test(2));
        let [sgd, adam] = [0, 1].map(|rule| found[rule].suggestion.unwrap());
        assert!(sgd.from <= 0.5 && sgd.to >= 0.1 && sgd.best > 0.03, "{sgd:?}");
        assert!(adam.best > 1e-3 && adam.best < 0.2, "{adam:?}");
        assert!(sgd.best > 3.0 * adam.best, "{sgd:?} {adam:?}");
        // Every rate has an update of its own, so the largest are reached with accumulated gradients too.
        let halves = found[2].suggestion.unwrap();
        assert!(halves.from <= 0.5 && halves.to >= 0.1, "{halves:?}");
        assert!(found.iter().all(|rule| rule.losses.len() == 3 && rule.short_runs.len() == 6));
        // Where the loss is wrong before the first update, no rate is to blame.
        let text = "rules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nhidden = [20, 20]\ninitial = 30.0\n";
        let wrong = Document::parse("", text).unwrap().check(&vocabulary()).unwrap();
        let found =
            range_test(&wrong.problems[0], &wrong.rules, &dataset, &plan, 2, &stop, &observer).unwrap();
        assert_eq!(found[0].suggestion, Err(NoSuggestion::WrongFromTheStart));
        stop.store(true, Ordering::Relaxed);
        let stopped = range_test(problem, &experiment.rules, &dataset, &plan, 2, &stop, &observer);
        assert!(matches!(stopped, Err(RunFault::Interrupted)));
    }
}
