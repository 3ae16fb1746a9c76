//! The display of an experiment while it runs: a bar, a line for each stage or run, the same as JSON, or a full screen.

#[cfg(feature = "live")]
mod keyboard;
#[cfg(feature = "live")]
mod live;
#[cfg(not(feature = "live"))]
mod no_live;
mod status;

use crate::failure::Failure;
use crate::language::{Language, said, words};
use crate::progress::{Progress, Verbosity};
use crate::stderr;
#[cfg(feature = "live")]
use live::Live;
#[cfg(not(feature = "live"))]
use no_live::Live;
use serde_json::{Value, json};
use status::{ExperimentStatus, configuration, stage_name};
use std::io::IsTerminal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use thalweg::lab::experiment::Experiment;
use thalweg::lab::protocol::Event;

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    /// A bar on a terminal, a line for each stage otherwise.
    #[default]
    Plain,
    /// A line of JSON for each event, on standard error.
    Json,
    /// A full screen.
    Live,
}

impl Style {
    /// Returns the style for `--json` and `--live`.
    pub(crate) fn of(json: bool, live: bool) -> Self {
        match (live, json) {
            (true, _) => Self::Live,
            (false, true) => Self::Json,
            (false, false) => Self::Plain,
        }
    }
}

/// Follows one experiment.
pub(crate) struct Watching {
    status: Arc<Mutex<ExperimentStatus>>,
    view: View,
}

enum View {
    Plain(Progress),
    Json,
    /// Kept for its end, which gives the terminal back.
    Live(#[allow(dead_code, reason = "dropping it ends the view")] Live),
}

impl Watching {
    /// Follows `experiment` of about `planned` runs. `stop` is what a key in the full screen sets.
    pub(crate) fn new(
        experiment: &Experiment,
        planned: usize,
        style: Style,
        stop: &Arc<AtomicBool>,
        language: Language,
    ) -> Result<Self, Failure> {
        let status = Arc::new(Mutex::new(ExperimentStatus::new(experiment, planned)));
        let view = match style {
            Style::Plain => View::Plain(Progress::new(planned as u64)),
            Style::Json => View::Json,
            Style::Live if !std::io::stderr().is_terminal() => {
                return Err(Failure::new(
                    "--live needs a terminal, and standard error is not one\nhelp: leave it out for a line a stage, or say \
                     --json for lines that programs read",
                ));
            }
            Style::Live => View::Live(Live::start(status.clone(), stop.clone(), language)?),
        };
        Ok(Self { status, view })
    }

    /// Takes note of an event, and shows it.
    pub(crate) fn see(&self, event: &Event<'_>) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.see(event);
        match &self.view {
            View::Plain(progress) => show(progress, &status, event),
            View::Json => {
                let quiet = Verbosity::get() == Verbosity::Quiet;
                // A failure is no progress.
                if quiet && !matches!(event, Event::CellFailed { .. }) {
                    return;
                }
                if let Some(line) = in_json(&status, event) {
                    stderr::note(line);
                }
            }
            View::Live(_) => {}
        }
    }
}

fn show(progress: &Progress, status: &ExperimentStatus, event: &Event<'_>) {
    match event {
        Event::StageStarted { stage, cells, stored } => {
            progress.stage(&words().stage_begins(stage_name(*stage), *cells, *stored));
        }
        Event::CellFinished { cell, outcome, stored, done, total, .. } => {
            progress.at(*done as u64, *total as u64, || status.summary(cell.problem));
            // Stored results are counted in the line of their stage.
            if !stored {
                progress.run(|| {
                    let result = match (outcome.diverged_at, outcome.figure()) {
                        (Some(step), _) => words().diverged_at_step(step),
                        (None, Some(value)) => format!("{value:.4}"),
                        (None, None) => words().no_number().into(),
                    };
                    let problem = &status.problems[cell.problem].name;
                    let stage = stage_name(cell.stage);
                    format!("{done}/{total} {problem}, {stage}: {}, {result}", configuration(cell))
                });
            }
        }
        Event::CellFailed { cell, fault } => {
            progress.line(&words().run_failed(&cell.to_string(), &said(&fault.to_string())));
        }
        Event::RangeExtended { problem, label, range, more } => progress
            .remark(|| words().range_extended(&format!("{problem}, {label}"), range.from, range.to, *more)),
        Event::Waiting { cells, holder } => {
            progress.stage(&words().waiting_for(holder, *cells));
        }
        Event::Shortened { .. } => {}
    }
}

/// The event for programs; nothing for what only changes a count.
fn in_json(status: &ExperimentStatus, event: &Event<'_>) -> Option<Value> {
    Some(match event {
        Event::StageStarted { stage, cells, stored } => {
            json!({ "event": "stage", "stage": stage.name(), "runs": cells, "known": stored })
        }
        Event::CellFinished { cell, outcome, stored, done, total, best } => json!({
            "event": "run",
            "problem": status.problems[cell.problem].name,
            "rule": cell.label,
            "stage": cell.stage.name(),
            "hyperparameters": cell.hyperparameters,
            "seed": cell.seed,
            "value": outcome.figure(),
            "diverged_at": outcome.diverged_at,
            "known": stored,
            "done": done,
            "total": total,
            "failed": status.failed,
            "seconds_left": status.seconds_left(),
            "best": best.map(|(rate, value)| json!({ "learning_rate": rate, "value": value })),
        }),
        Event::CellFailed { cell, fault } => json!({
            "event": "failed",
            "problem": status.problems[cell.problem].name,
            "rule": cell.label,
            "stage": cell.stage.name(),
            "hyperparameters": cell.hyperparameters,
            "seed": cell.seed,
            "message": fault.to_string(),
        }),
        Event::RangeExtended { problem, label, range, more } => {
            json!({ "event": "range", "problem": problem, "rule": label, "from": range.from, "to": range.to, "more": more })
        }
        Event::Waiting { cells, holder } => json!({ "event": "waiting", "runs": cells, "for": holder }),
        Event::Shortened { .. } => return None,
    })
}
