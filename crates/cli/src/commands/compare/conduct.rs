//! Running an experiment, with progress on the terminal.

use super::common;
use crate::failure::Failure;
use crate::language::{Language, said};
use crate::progress::Verbosity;
use crate::watching::{Style, Watching};
use crate::{code, interrupt, stderr};
use thalweg::lab::comparison::Comparison;
use thalweg::lab::experiment::Experiment;
use thalweg::lab::protocol::{Event, RunError, RunOptions, run as run_experiment};
use thalweg::lab::store::SqliteStore;
use thalweg::workloads::engine::Engine;

/// Runs what is missing, with progress on the terminal.
pub(crate) fn conduct(
    experiment: &Experiment,
    engine: &Engine,
    store: &mut SqliteStore,
    threads: Option<usize>,
    (style, language): (Style, Language),
) -> Result<Comparison, Failure> {
    let threads = common::threads(threads);
    if Verbosity::get() >= Verbosity::Runs {
        engine.memory(experiment, threads).sentence(language).into_iter().for_each(stderr::note);
    }
    let stop = interrupt::flag()?;
    let watching = Watching::new(experiment, experiment.planned_cells(), style, &stop, language)?;
    let mut observer = |event: Event<'_>| watching.see(&event);
    let code = code::fingerprint()?;
    let options = RunOptions { threads, code: &code, stop: &stop, observer: &mut observer };
    let comparison = run_experiment(experiment, engine, store, options);
    engine.notes().iter().for_each(|note| stderr::note(said(note)));
    match comparison {
        Ok(comparison) => Ok(comparison),
        Err(error @ RunError::Stopped { .. }) => Err(Failure::Interrupted(error.to_string())),
        Err(error) => Err(error.into()),
    }
}
