//! `compare --dry-run`: the plan of every problem, and what a few runs say of it.

use super::common::{Common, threads};
use crate::failure::Failure;
use crate::language::{Language, said};
use crate::plan::plan;
use crate::progress::Steps;
use crate::{code, interrupt, output, stderr};
use thalweg::lab::experiment::Experiment;
use thalweg::lab::fault::RunFault;
use thalweg::lab::protocol::{RunError, check, first_cell};
use thalweg::lab::store::SqliteStore;
use thalweg::workloads::engine::Engine;
use thalweg::workloads::preflight::{PreflightEvent, preflight};
use thalweg_kit::shell_path;

/// Shows the first command of every training of the user's own, as it is going to be run.
fn say_commands(experiment: &Experiment, engine: &Engine, json: bool) -> Result<(), Failure> {
    for (index, problem) in experiment.problems.iter().enumerate() {
        let cell = first_cell(experiment, index, engine);
        if let Some((command, log)) = cell.and_then(|cell| engine.training_of(&cell)).filter(|_| !json) {
            output::line(format!("{}: {command}\n  > {}", problem.name, shell_path(&log)))?;
        }
    }
    Ok(())
}

/// Shows the plan of every problem, and what a few runs say of it.
pub(super) fn dry_run(
    experiment: &Experiment,
    engine: &Engine,
    store: &mut SqliteStore,
    arguments: &Common,
    language: Language,
) -> Result<(), Failure> {
    let threads = threads(arguments.threads);
    let (stop, code) = (interrupt::flag()?, code::fingerprint()?);
    let interrupted = || Failure::Interrupted("interrupted; what was run is kept".into());
    check(experiment, engine, &stop).map_err(|error| match error {
        RunError::Stopped { .. } => interrupted(),
        error => error.into(),
    })?;
    say_commands(experiment, engine, arguments.json)?;
    let mut found = Vec::new();
    for index in 0..experiment.problems.len() {
        let steps = Steps::new(arguments.json);
        let words = steps.words();
        let name = &experiment.problems[index].name;
        let observer = |event: PreflightEvent<'_>| match event {
            PreflightEvent::DefaultsStarted { runs } => steps.stage(name, words.of_the_defaults(), runs),
            PreflightEvent::GradientsStarted => steps.stage(name, words.checking_gradients(), 0),
            PreflightEvent::BatchStarted => steps.stage(name, words.learning_one_batch(), 0),
            PreflightEvent::RunFinished { label, figure } => {
                steps.run(|| {
                    let figure =
                        figure.map_or_else(|| words.diverged().into(), |figure| format!("{figure:.4}"));
                    format!("{label}, {figure}")
                });
            }
        };
        let one =
            preflight(experiment, index, engine, store, &code, &stop, &observer).map_err(
                |fault| match fault {
                    RunFault::Interrupted => interrupted(),
                    fault => fault.into(),
                },
            )?;
        // The bar ends before the plan is printed.
        drop(steps);
        if !arguments.json {
            for line in plan(experiment, &one, threads, language) {
                output::line(line)?;
            }
        }
        found.push(one);
    }
    if !arguments.json {
        engine.memory(experiment, threads).sentence(language).into_iter().try_for_each(output::line)?;
    }
    engine.notes().iter().for_each(|note| stderr::note(said(note)));
    if arguments.json { output::json(&serde_json::to_value(&found)?) } else { Ok(()) }
}
