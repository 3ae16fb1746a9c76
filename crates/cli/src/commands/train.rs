//! `thalweg train`: one run, from start to end or from a checkpoint.

use crate::diagnostics;
use crate::experiment::{Training, TrainingArguments};
use crate::failure::{Context, Failure};
use crate::language::{chosen, said, words};
use crate::progress::Progress;
use crate::reading::say_understood;
use crate::shell::given_words;
use crate::writing::{Kind, Overwriting, Target, check, is_same_file};
use crate::{interrupt, output, stderr};
use serde_json::json;
use std::fs::File;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use thalweg::arena::Checkpoint;
use thalweg::data::Dataset;
use thalweg::lab::memory::{self, Memory};
use thalweg::nn::Plan;
use thalweg::pages;
use thalweg::report::Page;
use thalweg::train::{
    Ending, Evaluation, Look, Observer, Point, Trainer, TrainingSettings, incomplete_round, run_bytes,
    saved_settings, start_fault,
};
use thalweg_kit::{Claim, shell_path};

/// Train one network with one rule
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg train
  thalweg train --dataset mnist --hidden 50 --activation relu --rule sgd --set learning_rate=0.1 --batch 100 --steps 10000 --seed 1
  thalweg train experiments/two-layer.toml --save run.safetensors
  thalweg train --resume run.safetensors --steps 20000 --save run.safetensors")]
pub(crate) struct Arguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// Save the run here, at every evaluation and at the end (safetensors)
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
    /// Go on from a saved run; only --steps, --save and --data may be given with it
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Threads for large layers and updates; the run is the same with any number [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Look into the network at every evaluation: gradients, updates and activations, layer by layer
    #[arg(long)]
    diagnostics: bool,
    /// Check every value and gradient, and name the first node that gives one that is not finite (slower)
    #[arg(long)]
    anomaly: bool,
    /// Write a page (HTML) with curves, what --diagnostics sees, and the network
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Test images that a page shows beside what the network gives back.
const SHOWN: usize = 16;

/// Makes a new file in `folder` for an interrupted run whose user named none. No other run gets the same.
fn interrupted(folder: &Path) -> std::io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let name = match number {
            1 => "thalweg-interrupted.safetensors".to_string(),
            _ => format!("thalweg-interrupted-{number}.safetensors"),
        };
        let path = folder.join(name);
        match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            result => return result.map(|_| path),
        }
    }
}

/// Saves an interrupted run, into a file of its own if the user named none.
fn save_interrupted(checkpoint: &Checkpoint, save: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = save {
        checkpoint.save(path)?;
        return Ok(path.to_path_buf());
    }
    let path = interrupted(Path::new("")).context("making a file for the interrupted run")?;
    if let Err(error) = checkpoint.save(&path) {
        // Nothing but the claim on its name.
        let _ = std::fs::remove_file(&path);
        return Err(error.into());
    }
    Ok(path)
}

impl Arguments {
    /// Claims the file to save to for as long as this run goes on.
    fn claim(&self) -> Result<Option<Claim>, Failure> {
        let Some(path) = &self.save else { return Ok(None) };
        match Claim::of(path) {
            Ok(None) => Err(Failure::new(format!(
                "another process is saving its run to {}; choose another name, or wait for its end",
                path.display()
            ))),
            Ok(claim) => Ok(claim),
            // Where nothing can be written, saving says so.
            Err(_) => Ok(None),
        }
    }

    /// Refuses to write over a run that is not the one going on.
    fn protect_what_is_saved(&self) -> Result<(), Failure> {
        let Some(path) = self.save.as_ref().filter(|path| path.exists() && !self.overwriting.force) else {
            return Ok(());
        };
        if self.resume.as_ref().is_some_and(|other| is_same_file(path, other)) {
            return Ok(());
        }
        let (path, command) = (path.display(), shell_path(path));
        Err(Failure::new(format!(
            "{path} is there already; go on with it (--resume {command}), choose another name, or add --force to replace it"
        )))
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let targets = [
        Target::of("--save", arguments.save.as_deref(), Kind::Other),
        Target::of("--report", arguments.report.as_deref(), Kind::Page),
    ];
    check(&targets, arguments.overwriting)?;
    // Held to the end.
    let _claim = arguments.claim()?;
    arguments.protect_what_is_saved()?;
    let (checkpoint, training) = match &arguments.resume {
        Some(path) => {
            arguments.training.refuse_with_resume()?;
            let checkpoint = Checkpoint::load(path)?;
            let settings = saved_settings(&checkpoint).context(path.display())?;
            let source = arguments.training.source.source();
            let dataset = thalweg::data::load(&settings.dataset, &settings.data, &source)?;
            (Some(checkpoint), Training { settings, dataset })
        }
        None => (None, arguments.training.load()?),
    };
    let Training { settings, dataset } = training;
    say_understood(&dataset);
    let examples = settings.examples.unwrap_or(usize::MAX).min(dataset.train.len());
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = arguments.threads.map_or_else(cores, NonZeroUsize::get);
    check_memory(&settings, &dataset, threads)?;
    let mut trainer = match &checkpoint {
        Some(checkpoint) => Trainer::<f32>::resume(checkpoint, arguments.training.steps(), &dataset)?,
        None => Trainer::<f32>::new(settings, &dataset)?,
    };
    trainer.set_threads(threads);
    let looks = arguments.diagnostics || arguments.report.is_some();
    trainer.set_diagnostics(if looks { Look::Everything } else { Look::Nothing });
    trainer.set_anomaly(arguments.anomaly);
    if let Some(path) = arguments.report.as_ref().filter(|path| !path.is_file()) {
        // Before hours of work, not after: can the page be written there at all?
        write_page(path, &mut trainer, None)?;
    }
    if let Some(path) = &arguments.save {
        // Before hours of work, not after: can the run be saved there at all?
        trainer.checkpoint()?.save(path)?;
    }
    if checkpoint.is_some() && trainer.done() == trainer.settings().steps {
        stderr::note(words().all_steps_done(trainer.done()));
    }

    let TrainingSettings { steps, rule, .. } = trainer.settings();
    if let Some(note) = incomplete_round(*steps, rule.accumulate) {
        stderr::note(said(&note));
    }
    if let Some(plan) = trainer.division()? {
        stderr::note(words().works_with_adamw(&rule.rule, &said(&plan.to_string())));
    }

    let fault = match &checkpoint {
        Some(_) => None,
        None => start_fault(trainer.settings().clone(), &dataset)?,
    };
    if let Some(fault) = &fault {
        stderr::note(said(&format!("note: {fault}")));
    }
    let stop = interrupt::flag()?;
    let watch = Watch::new(trainer.settings().steps, stop);
    let ending = follow(&mut trainer, watch, arguments.save.as_deref())?;
    let done = trainer.done();
    match ending {
        Ending::Diverged { step } => {
            let rate = trainer.record().last().and_then(|point| point.learning_rate);
            let rate = rate.map(|rate| format!(" {}", pages::number(rate))).unwrap_or_default();
            let advice = match &fault {
                Some(_) => "The learning rate is not to blame; see the note at the start".to_string(),
                None => {
                    format!(
                        "The learning rate{rate} is too large for this rule and network; try a third of it"
                    )
                }
            };
            let kept = match &arguments.save {
                Some(path) => {
                    format!(". {} holds the run as it was at the evaluation before", path.display())
                }
                None => String::new(),
            };
            return Err(Failure::new(format!(
                "training diverged at step {step}: the loss is not finite, or far above where it began. {advice}{kept}"
            )));
        }
        Ending::Stopped => {
            let path = save_interrupted(&trainer.checkpoint()?, arguments.save.as_deref())?;
            let (path, word) = (path.display(), shell_path(&path));
            return Err(Failure::Interrupted(format!(
                "interrupted after {done} steps; saved to {path}. Go on with: thalweg train --resume {word} --save {word}"
            )));
        }
        Ending::Finished => {}
    }
    if let Some(path) = &arguments.save {
        trainer.checkpoint()?.save(path)?;
    }
    // The test examples are read once, here.
    let test = match dataset.test.is_empty() {
        true => None,
        false => Some(trainer.evaluate(&dataset.test)?),
    };
    if let Some(path) = &arguments.report {
        write_page(path, &mut trainer, test)?;
    }
    if arguments.json {
        return output::json(&json!({
            "settings": trainer.settings(),
            "steps": done,
            "points": trainer.record().points,
            "diagnostics": trainer.record().diagnostics,
            "test": test,
            "microseconds_per_step": trainer.record().seconds_per_step().map(|seconds| seconds * 1e6),
            "saved": arguments.save,
        }));
    }
    let last = trainer.record().last().copied();
    let (mut train, mut validation) =
        (last.and_then(|point| point.training), last.and_then(|point| point.validation));
    if trainer.stopped_early() {
        // The run went back to its best point, and the record ends with the last one.
        train = train.map(|_| trainer.evaluate(&dataset.train.slice(0..examples))).transpose()?;
        validation = validation.map(|_| trainer.evaluate(&dataset.validation)).transpose()?;
    }
    let mut parts = vec![words().steps_done(done)];
    let parts_of_data = [words().part_train(), words().validation(), words().test()];
    for (name, evaluation) in parts_of_data.into_iter().zip([train, validation, test]) {
        if let Some(evaluation) = evaluation {
            parts.push(format!("{name} {}", describe(&evaluation)));
        }
    }
    if let Some(seconds) = trainer.record().seconds_per_step() {
        parts.push(words().microseconds_a_step(seconds * 1e6));
    }
    output::line(parts.join("; "))?;
    if let Some(last) = trainer.record().diagnostics.last().filter(|_| arguments.diagnostics) {
        output::line(format!("\n{}", diagnostics::text(last)))?;
    }
    for (what, path) in [(words().saved_to(), &arguments.save), (words().page(), &arguments.report)] {
        if let Some(path) = path {
            output::line(format!("{what} {}", path.display()))?;
        }
    }
    Ok(())
}

/// Builds the page of the run in its present state.
fn write_page(path: &Path, trainer: &mut Trainer<'_, f32>, test: Option<Evaluation>) -> Result<(), Failure> {
    let dataset = trainer.dataset();
    let examples = dataset.test.slice(0..SHOWN.min(dataset.test.len()));
    let given_back = match dataset.image.filter(|image| image.width * image.height == dataset.features()) {
        Some(image) if !examples.is_empty() => {
            let outputs = trainer.reconstructions(&examples)?;
            outputs.map(|outputs| (image, examples.inputs().to_vec(), outputs))
        }
        _ => None,
    };
    let (settings, model) = (trainer.settings(), trainer.model());
    let plan = Plan::training(&model.graph, settings.batch, model.objective, &[])?;
    let command = given_words().into_iter().fold("thalweg".into(), |line: String, word| line + " " + &word);
    let shown = pages::training::Training {
        settings,
        record: trainer.record(),
        test,
        given_back,
        plan: &plan,
        command,
    };
    let page = Page::bilingual(chosen(), |language| pages::training(&shown, language))?;
    Ok(page.write_file(path)?)
}

/// Describes an evaluation: `accuracy 0.9701, loss 0.1034`, or `RMSE 41.20, MAE 30.05, R² 0.8123, loss 0.187654`.
pub(crate) fn describe(evaluation: &Evaluation) -> String {
    let words = words();
    let loss = words.loss();
    match (evaluation.accuracy, evaluation.values) {
        (Some(accuracy), _) => {
            format!("{} {accuracy:.4}, {loss} {:.4}", words.accuracy(), evaluation.loss)
        }
        (None, Some(errors)) => {
            let [rmse, mae] = [errors.rmse, errors.mae].map(pages::comparison::in_units);
            format!("RMSE {rmse}, MAE {mae}, R² {:.4}, {loss} {:.6}", errors.r2, evaluation.loss)
        }
        (None, None) => format!("{loss} {:.6}", evaluation.loss),
    }
}

/// Runs to the end or to the flag, saving at every evaluation.
/// Checks before anything is learnt that the run fits into memory. What it records on the way is left out: a run of very many steps may
/// be meant to be ended by hand.
fn check_memory(settings: &TrainingSettings, dataset: &Dataset, threads: usize) -> Result<(), Failure> {
    let helpers = threads as u64 - 1;
    let settings = TrainingSettings { steps: settings.steps.min(1), ..settings.clone() };
    let run = run_bytes::<f32>(&settings, dataset)? as u64;
    Ok(Memory::of(run.saturating_add(helpers.saturating_mul(memory::THREAD)), 1, 1).check()?)
}

fn follow(trainer: &mut Trainer<'_, f32>, mut watch: Watch, save: Option<&Path>) -> Result<Ending, Failure> {
    loop {
        if let Some(ending) = trainer.advance(&mut watch)? {
            return Ok(ending);
        }
        if let Some(path) = save {
            trainer.checkpoint()?.save(path)?;
        }
    }
}

/// Shows progress and hears Ctrl-C.
struct Watch {
    progress: Progress,
    stop: Arc<AtomicBool>,
    shown: Instant,
    total: u64,
}

impl Watch {
    fn new(total: u64, stop: Arc<AtomicBool>) -> Self {
        let progress = Progress::new(total);
        // On a terminal the bar says it, and the evaluations follow above it.
        if !progress.is_bar() {
            progress.stage(&words().training_begins(total));
        }
        Self { progress, stop, shown: Instant::now(), total }
    }
}

impl Observer for Watch {
    fn stepped(&mut self, done: u64, total: u64, loss: f64) -> bool {
        if self.shown.elapsed() > Duration::from_millis(100) {
            self.shown = Instant::now();
            self.progress.at(done, total, || format!("{} {loss:.4}", words().loss()));
        }
        !self.stop.load(Ordering::Relaxed)
    }

    fn evaluated(&mut self, point: &Point) {
        let mut line = words().at_step(point.step, self.total, point.epoch);
        let parts = [(words().part_train(), &point.training), (words().validation(), &point.validation)];
        for (name, evaluation) in parts {
            if let Some(evaluation) = evaluation {
                line += &format!("; {name} {}", describe(evaluation));
            }
        }
        self.progress.remark(|| line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_are_interrupted_together_have_files_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let claimed: Vec<PathBuf> = std::thread::scope(|scope| {
            let claim = || interrupted(folder.path()).unwrap();
            let claims: Vec<_> = (0..8).map(|_| scope.spawn(claim)).collect();
            claims.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let distinct: std::collections::BTreeSet<&PathBuf> = claimed.iter().collect();
        assert_eq!(distinct.len(), 8, "{claimed:?}");
        assert!(claimed.contains(&folder.path().join("thalweg-interrupted.safetensors")));
        assert!(interrupted(&folder.path().join("nowhere")).is_err());
    }
}
