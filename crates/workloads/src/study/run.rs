//! Carrying a study out: lines and seeds side by side, each run on one thread.

use super::probe::{self, Filters, Mistake};
use super::{Line, Quantity, Shown, Study};
use crate::engine::{Stoppable, load_dataset, run_bytes, settings};
use crate::fault::fault;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::atomic::AtomicBool;
use thalweg_data::{DataError, Dataset, Source};
use thalweg_lab::cell::Cell;
use thalweg_lab::executor::for_each;
use thalweg_lab::fault::RunFault;
use thalweg_lab::memory::{Memory, NoRoom};
use thalweg_train::{
    ActivationDiagnostics, Ending, Evaluation, Point, Trainer, TrainingSettings, incomplete_round,
};

/// Examples whose activations are counted, as in the book.
const EXAMPLES: usize = 1000;

/// What became of one run.
#[derive(Clone, Debug)]
pub struct StudyRun {
    /// Its seed.
    pub seed: u64,
    /// The curve.
    pub points: Vec<Point>,
    /// The test examples at every evaluation, with the step, where the study shows them.
    pub test_curve: Vec<(u64, Evaluation)>,
    /// The test examples, read at the end; absent for a run that diverged.
    pub test: Option<Evaluation>,
    /// The update at which it diverged.
    pub diverged_at: Option<u64>,
    /// How activations are distributed at the start, layer by layer.
    pub activations: Vec<ActivationDiagnostics>,
    /// The windows of the first convolution before and after.
    pub filters: Option<Filters>,
    /// Test examples taken for something else.
    pub mistakes: Vec<Mistake>,
}

/// What became of a line.
#[derive(Clone, Debug)]
pub struct LineResult {
    /// The line.
    pub line: Line,
    /// Its runs, in the order of its cells.
    pub runs: Vec<StudyRun>,
}

impl LineResult {
    /// A quantity at the end of each run; of runs that diverged or do not have it, none.
    pub fn finals(&self, quantity: Quantity) -> Vec<f64> {
        self.runs.iter().filter_map(|run| run.last(quantity)).collect()
    }
}

impl StudyRun {
    /// Returns a quantity at every evaluation that has it, with the step.
    pub fn curve(&self, quantity: Quantity) -> Vec<(f64, f64)> {
        match quantity {
            Quantity::TestAccuracy => {
                let seen = self.test_curve.iter();
                seen.filter_map(|(step, test)| Some((*step as f64, test.accuracy?))).collect()
            }
            _ => {
                let points = self.points.iter();
                points.filter_map(|point| Some((point.step as f64, at(point, quantity)?))).collect()
            }
        }
    }

    fn last(&self, quantity: Quantity) -> Option<f64> {
        if self.diverged_at.is_some() {
            return None;
        }
        match quantity {
            Quantity::TestAccuracy => self.test?.accuracy,
            _ => self.points.last().and_then(|point| at(point, quantity)),
        }
    }
}

/// Why a study was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum StudyRunError {
    /// Data that cannot be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Runs that do not fit into memory together.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// A line of which a run has no result.
    #[error("line `{line}`: {fault}")]
    Line {
        /// The name of the line.
        line: String,
        /// Why.
        #[source]
        fault: Box<RunFault>,
    },
}

/// A quantity at one point of a curve.
pub fn at(point: &Point, quantity: Quantity) -> Option<f64> {
    match quantity {
        Quantity::TrainingLoss => point.batch_loss,
        Quantity::TrainingAccuracy => point.training?.accuracy,
        Quantity::ValidationAccuracy => point.validation?.accuracy,
        Quantity::TestAccuracy => None,
    }
}

/// Runs all cells of a study on so many threads; `done` hears of each. Stops early when `stop` is set: the lines that are
/// complete by then are returned.
///
/// # Errors
/// Data that cannot be loaded, settings that cannot be used.
pub fn run(
    study: &Study,
    source: &Source,
    threads: usize,
    stop: &AtomicBool,
    done: &dyn Fn(&Line, u64),
) -> Result<Vec<LineResult>, StudyRunError> {
    // Lines that only differ in the network share their data.
    let mut datasets: BTreeMap<String, Dataset> = BTreeMap::new();
    let key = |line: &Line| {
        let problem = &line.problem;
        format!("{} {:?} {} {:?}", problem.dataset, problem.validation, problem.normalize, problem.reading)
    };
    for line in &study.lines {
        if let Entry::Vacant(place) = datasets.entry(key(line)) {
            place.insert(load_dataset(&line.problem, source)?);
        }
    }
    let jobs: Vec<(&Line, &Cell)> =
        study.lines.iter().flat_map(|line| line.cells.iter().map(move |cell| (line, cell))).collect();
    let bytes = |&(line, cell): &(&Line, &Cell)| run_bytes(&line.problem, &datasets[&key(line)], cell);
    let largest = jobs.iter().map(bytes).max().unwrap_or(0);
    Memory::of(largest, threads, jobs.len()).check()?;
    let work = |&(line, cell): &(&Line, &Cell)| one(study, line, cell, &datasets[&key(line)], stop);
    let runs = for_each(&jobs, threads, stop, work, |(line, cell)| done(line, cell.seed));
    let runs = runs.map_err(|(job, fault)| StudyRunError::Line {
        line: jobs[job].0.name.clone(),
        fault: Box::new(fault),
    })?;
    let mut runs = runs.into_iter();
    let mut all = Vec::new();
    for line in &study.lines {
        let runs: Vec<Option<StudyRun>> = runs.by_ref().take(line.cells.len()).collect();
        if let Some(runs) = runs.into_iter().collect::<Option<Vec<_>>>() {
            all.push(LineResult { line: line.clone(), runs });
        }
    }
    Ok(all)
}

/// One run.
fn one(
    study: &Study,
    line: &Line,
    cell: &Cell,
    dataset: &Dataset,
    stop: &AtomicBool,
) -> Result<StudyRun, RunFault> {
    let shown = study.shown;
    // Nothing looks at validation examples but the record, so the test examples can take their place there.
    let evaluated = study.test_curve.then(|| Dataset { validation: dataset.test.clone(), ..dataset.clone() });
    let dataset = evaluated.as_ref().unwrap_or(dataset);
    let settings = settings(&line.problem, dataset, cell)?;
    if let Some(note) = incomplete_round(settings.steps, settings.rule.accumulate) {
        return Err(RunFault::IncompleteRound(note));
    }
    let settings = TrainingSettings { evaluate_training: shown == Shown::Accuracy, ..settings };
    let mut trainer = Trainer::<f32>::new(settings, dataset).map_err(fault)?;
    let mut run = StudyRun {
        seed: cell.seed,
        points: Vec::new(),
        test_curve: Vec::new(),
        test: None,
        diverged_at: None,
        activations: Vec::new(),
        filters: None,
        mistakes: Vec::new(),
    };
    if shown == Shown::Activations {
        run.activations = trainer.activations(EXAMPLES).map_err(fault)?;
        return Ok(run);
    }
    let filters = |trainer: &mut Trainer<'_, f32>| match shown == Shown::Filters {
        true => probe::first_filters(trainer),
        false => Ok(None),
    };
    let before = filters(&mut trainer).map_err(fault)?;
    match trainer.run(&mut Stoppable(stop)).map_err(fault)? {
        Ending::Finished => {}
        Ending::Diverged { step } => run.diverged_at = Some(step),
        Ending::Stopped => return Err(RunFault::Interrupted),
    }
    run.points.clone_from(&trainer.record().points);
    if study.test_curve {
        let seen = |point: &mut Point| Some((point.step, point.validation.take()?));
        run.test_curve = run.points.iter_mut().filter_map(seen).collect();
    }
    if shown == Shown::Filters {
        let (Some(before), Some(after)) = (before, filters(&mut trainer).map_err(fault)?) else {
            return Err(RunFault::NoFilters);
        };
        run.filters = Some(Filters { extents: before.0, before: before.1, after: after.1 });
    }
    if run.diverged_at.is_none() && !dataset.test.is_empty() {
        run.test = Some(trainer.evaluate(&dataset.test).map_err(fault)?);
        if shown == Shown::Mistakes {
            run.mistakes = probe::mistakes(&mut trainer, dataset).map_err(fault)?;
        }
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn study(text: &str) -> Study {
        Study::parse("s.toml", text, &vocabulary()).unwrap()
    }

    #[test]
    fn runs_do_not_depend_on_threads_and_stop_when_asked() {
        let study = study(
            "figure = \"accuracy\"\nseeds = 2\nlines = [{ name = \"a\" }, { name = \"b\", problem = { network = [\"conv 2 3\", \
             \"relu\", \"max-pool 2\", \"linear outputs\"] } }]\nrules = [{ name = \"sgd\", learning_rate = 0.1 }]\n[problem]\n\
             dataset = \"digits\"\nsteps = 12\nevaluate_every = 6\n",
        );
        let stop = AtomicBool::new(false);
        let count = AtomicUsize::new(0);
        let counted = |_: &Line, _: u64| {
            count.fetch_add(1, Ordering::Relaxed);
        };
        let one = run(&study, &Source::default(), 1, &stop, &counted).unwrap();
        let three = run(&study, &Source::default(), 3, &stop, &counted).unwrap();
        assert_eq!((one.len(), count.load(Ordering::Relaxed)), (2, 8));
        for (a, b) in one.iter().zip(&three) {
            for quantity in [Quantity::TrainingLoss, Quantity::TrainingAccuracy, Quantity::TestAccuracy] {
                let finals = a.finals(quantity);
                assert_eq!(finals.len(), 2);
                assert_eq!(finals, b.finals(quantity));
            }
            assert_ne!(a.finals(Quantity::TrainingLoss)[0], a.finals(Quantity::TrainingLoss)[1]);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(run(&study, &Source::default(), 2, &stop, &counted).unwrap().is_empty());
    }

    #[test]
    fn a_test_curve_ends_at_the_test_accuracy_and_changes_no_bit() {
        let text = "figure = \"accuracy\"\nrules = [{ name = \"sgd\", learning_rate = 0.1 }]\n[problem]\ndataset = \
                    \"digits\"\nsteps = 12\nevaluate_every = 6\n";
        let stop = AtomicBool::new(false);
        let runs = |changes: &str| {
            let study = Study::parse("s.toml", &format!("{changes}\n{text}"), &vocabulary()).unwrap();
            run(&study, &Source::default(), 1, &stop, &|_, _| {}).unwrap().remove(0).runs.remove(0)
        };
        let (plain, taught) = (runs(""), runs("test_curve = true"));
        assert!(plain.test_curve.is_empty() && plain.curve(Quantity::TestAccuracy).is_empty());
        assert!(!plain.curve(Quantity::ValidationAccuracy).is_empty());
        assert!(taught.curve(Quantity::ValidationAccuracy).is_empty());
        let curve = taught.curve(Quantity::TestAccuracy);
        assert_eq!(curve.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [0.0, 6.0, 12.0]);
        assert_eq!(curve[2].1, taught.test.unwrap().accuracy.unwrap());
        assert_eq!(taught.test, plain.test);
        assert_eq!(taught.curve(Quantity::TrainingAccuracy), plain.curve(Quantity::TrainingAccuracy));
    }

    #[test]
    fn probes_see_activations_filters_and_mistakes() {
        let text = |figure: &str| {
            format!(
                "figure = \"{figure}\"\nrules = [\"sgd\"]\n[problem]\ndataset = \"digits\"\nsteps = 5\nnetwork = [\"conv 3 3\", \
                 \"sigmoid\", \"linear 9\", \"tanh\", \"linear outputs\"]\n"
            )
        };
        let stop = AtomicBool::new(false);
        let result =
            |figure: &str| run(&study(&text(figure)), &Source::default(), 1, &stop, &|_, _| {}).unwrap();
        let activations = &result("activations")[0].runs[0].activations;
        assert_eq!(
            activations.iter().map(|one| one.layer.as_str()).collect::<Vec<_>>(),
            ["sigmoid1", "tanh1"]
        );
        assert!(activations[0].edges[0] >= 0.0 && activations[1].edges[0] >= -1.0);
        let counted: u64 = activations[1].counts.iter().sum();
        assert_eq!(counted % 9, 0);
        let filters = result("filters")[0].runs[0].filters.clone().unwrap();
        assert_eq!((filters.extents, filters.before.len()), ([3, 3, 3], 27));
        assert_ne!(filters.before, filters.after);
        let mistakes = &result("mistakes")[0].runs[0].mistakes;
        assert!(!mistakes.is_empty() && mistakes.iter().all(|one| one.label != one.predicted));
    }
}
