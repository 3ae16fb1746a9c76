//! Trainings of the user's own: a command that trains and reports; docs/your-own-training.md is the reference.
//!
//! Each run has a folder, named by its cell: the log, what was reported so far, and a folder of the training's own. A run that was
//! given up, or that is started again after a crash, gets the same folder, so that it can go on from a checkpoint.

mod launch;
mod log;
mod report;
mod slots;
mod usage;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use serde_json::{Map, Value, json};
use thalweg_kit::{shell_word, write_atomically};
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::template::{filled, number_word};
use thalweg_lab::experiment::{Arm, CommandProblem, Experiment, SetWord, own_name};
use thalweg_lab::fault::{LastWords, RunFault, TrainingFault};
use thalweg_lab::outcome::Outcome;

use self::launch::{Ending, Launch, lock};
use self::log::Log;
use self::report::Reports;
use self::slots::Slots;
use super::group;
use super::program::files::Files;
use super::program::process::last_lines;

/// Where runs are kept, if nothing is said.
const RUNS: &str = "thalweg-out/runs";
/// The log of a run, in its folder.
const LOG: &str = "log.txt";
/// What a run has reported, in its folder.
const REPORTS: &str = "reports.jsonl";
/// Says which process the training of a run is, in its folder.
const PROCESS: &str = "process";
/// Marks the folder of a run that has its result.
const FINISHED: &str = "finished";
/// The folder of the training's own, in that of its run.
const OWN_FOLDER: &str = "files";
/// Digits of a cell's name that name its folder.
const DIGITS: usize = 16;

/// The trainings of a problem.
pub(super) struct Trainings {
    problem: CommandProblem,
    /// The problem's name.
    name: String,
    arms: Vec<Arm>,
    slots: Slots,
    /// The folder of all runs.
    runs: PathBuf,
    /// The files that they consist of, as they were when they were first asked for.
    files: OnceLock<Files>,
}

/// The folder of one run.
struct RunFolder(PathBuf);

impl RunFolder {
    fn log(&self) -> PathBuf {
        self.0.join(LOG)
    }

    fn own(&self) -> PathBuf {
        self.0.join(OWN_FOLDER)
    }

    /// Makes the folder. That of a run which has its result is begun anew; a training that a program left behind when it was killed ends.
    fn begin(&self) -> Result<(), TrainingFault> {
        let fault = |doing| move |source| TrainingFault::Folder { doing, path: self.0.clone(), source };
        if let Ok(mark) = std::fs::read_to_string(self.0.join(PROCESS)) {
            group::end_marked(&mark);
        }
        if self.0.join(FINISHED).exists() {
            std::fs::remove_dir_all(&self.0).map_err(fault("emptying"))?;
        }
        std::fs::create_dir_all(self.own()).map_err(fault("making"))
    }

    /// Writes one of our files.
    fn write(&self, name: &str, text: &str) -> Result<(), TrainingFault> {
        let path = self.0.join(name);
        write_atomically(&path, |file| file.write_all(text.as_bytes()))
            .map_err(|source| TrainingFault::Folder { doing: "writing", path, source })
    }
}

impl Trainings {
    /// The trainings of problem `index` of an experiment.
    pub(super) fn new(experiment: &Experiment, index: usize, problem: &CommandProblem) -> Self {
        Self {
            name: experiment.problems[index].name.clone(),
            arms: experiment.rules.clone(),
            slots: Slots::new(&problem.limits),
            problem: problem.clone(),
            runs: PathBuf::from(RUNS),
            files: OnceLock::new(),
        }
    }

    /// Keeps the folders of the runs in `runs`.
    pub(super) fn keep_runs_in(&mut self, runs: &Path) {
        self.runs = runs.to_owned();
    }

    /// Trainings at the same time.
    pub(super) fn at_once(&self) -> usize {
        self.problem.limits.at_once()
    }

    /// What the files hold that its words name, and those of its arms: another version of a script makes other runs.
    pub(super) fn files(&self) -> (&[String], &str) {
        let files = self.files.get_or_init(|| {
            let arguments =
                self.arms.iter().filter_map(|arm| arm.own.as_ref()).flat_map(|own| &own.arguments);
            let named = arguments.filter(|word| Path::new(word).is_file());
            Files::of(&self.problem.command.iter().chain(named).cloned().collect::<Vec<_>>())
        });
        (&files.names, &files.hash)
    }

    /// The folder of a run.
    fn folder(&self, cell: &Cell) -> RunFolder {
        let runs = std::path::absolute(&self.runs).unwrap_or_else(|_| self.runs.clone());
        RunFolder(runs.join(&cell.id("").as_str()[..DIGITS]))
    }

    /// The log of a run.
    pub(super) fn log(&self, cell: &Cell) -> PathBuf {
        self.folder(cell).log()
    }

    /// The values of all words of a run.
    fn values(&self, cell: &Cell, unseal_test: bool, device: Option<&str>) -> Map<String, Value> {
        // Of 53 bits the first 31: more than most libraries take as a seed.
        let seed = cell.seed >> 22;
        let mut values = Map::from_iter([
            ("arm".into(), json!(cell.rule)),
            ("problem".into(), json!(self.name)),
            ("seed".into(), json!(seed)),
            ("steps".into(), json!(cell.steps(self.problem.steps))),
            ("whole_steps".into(), json!(self.problem.steps)),
            ("evaluate_every".into(), json!(self.problem.evaluate_every)),
            ("test".into(), json!(unseal_test)),
            ("folder".into(), json!(self.folder(cell).own().display().to_string())),
            ("device".into(), json!(device.unwrap_or_default())),
        ]);
        for (name, &number) in &cell.hyperparameters {
            let whole = number.fract() == 0.0 && number.abs() < 1e15;
            values.insert(name.clone(), if whole { json!(number as i64) } else { json!(number) });
        }
        for (name, word) in cell.own.iter().flat_map(|own| &own.words) {
            let word = match word {
                SetWord::Flag(flag) => json!(flag),
                SetWord::Text(text) => json!(text),
            };
            values.insert(name.clone(), word);
        }
        values
    }

    /// The words of the command of a run.
    fn words(&self, cell: &Cell, values: &Map<String, Value>) -> Vec<String> {
        let value = |word: &str| match values.get(own_name(word))? {
            Value::Number(number) => number
                .as_f64()
                .map(number_word)
                .filter(|_| !number.is_u64())
                .or_else(|| Some(number.to_string())),
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let arguments = cell.own.iter().flat_map(|own| &own.arguments);
        self.problem.command.iter().chain(arguments).map(|text| filled(text, value)).collect()
    }

    /// The command of a run as a shell would be given it.
    pub(super) fn command(&self, cell: &Cell, unseal_test: bool) -> String {
        let device = self.problem.limits.devices.first().map(String::as_str);
        shown(&self.words(cell, &self.values(cell, unseal_test, device)))
    }

    /// A run of `cell`.
    pub(super) fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault> {
        let Some(slot) = self.slots.take(stop) else { return Err(RunFault::Interrupted) };
        let folder = self.folder(cell);
        folder.begin()?;
        let values = self.values(cell, unseal_test, slot.device());
        let words = self.words(cell, &values);
        let mut environment = vec![("THALWEG_RUN", Value::Object(values).to_string())];
        environment.extend(slot.device().map(|device| ("CUDA_VISIBLE_DEVICES", device.to_owned())));
        let limits = &self.problem.limits;
        let launch = Launch {
            words: &words,
            environment,
            mark: folder.0.join(PROCESS),
            report: self.problem.report.as_ref().map(|report| folder.own().join(report)),
            limit_seconds: limits.limit_seconds,
            limit_mebibytes: limits.limit_mebibytes,
        };
        let mut reports = Reports::new(self.problem.metric, unseal_test);
        let known = std::fs::read_to_string(folder.0.join(REPORTS)).unwrap_or_default();
        known.lines().for_each(|line| reports.take_line(line));
        let log = Log::open(&folder.log());
        let log =
            log.map_err(|source| TrainingFault::Folder { doing: "writing", path: folder.log(), source })?;
        let log = Arc::new(Mutex::new(log));
        let mut start = 0;
        loop {
            start += 1;
            let since = Instant::now();
            reports.started_again();
            lock(&log).note(&format!("start {start}: {}", shown(&words)));
            let ending = launch.run(&mut reports, &log, stop);
            let ending = ending.map_err(|source| TrainingFault::Start { command: shown(&words), source })?;
            folder.write(REPORTS, &reports.lines())?;
            let last_words = {
                let mut log = lock(&log);
                log.note(&said(&ending));
                log.finish();
                last_lines(log.last())
            };
            let about = Told { command: shown(&words), log: folder.log(), last_words };
            match ending {
                Ending::Crashed(_) if start <= limits.retries => {}
                Ending::Diverged | Ending::Finished => {
                    if ending == Ending::Finished
                        && let Some(missing) = reports.missing()
                    {
                        return Err(about.no_figure(missing, &self.problem).into());
                    }
                    folder.write(FINISHED, "")?;
                    return Ok(reports.outcome(self.problem.target_loss, since.elapsed().as_secs_f64()));
                }
                ending => return Err(about.fault(ending, start, limits, self.problem.steps)),
            }
        }
    }
}

/// The words of a command as a shell would be given them.
fn shown(words: &[String]) -> String {
    words.iter().map(shell_word).collect::<Vec<_>>().join(" ")
}

/// What ended a start, for the log.
fn said(ending: &Ending) -> String {
    match ending {
        Ending::Finished => "it ended".into(),
        Ending::Diverged => "a number is not finite: the run has diverged".into(),
        Ending::Crashed(how) => format!("it crashed: {how}"),
        Ending::TooLong => "ended: it took too long".into(),
        Ending::TooLarge => "ended: it took too much memory".into(),
        Ending::TooManyReports => "ended: it reported too often".into(),
        Ending::Interrupted => "ended: all work was asked to stop".into(),
    }
}

/// What every message about a run tells.
struct Told {
    command: String,
    log: PathBuf,
    last_words: LastWords,
}

impl Told {
    fn no_figure(self, missing: String, problem: &CommandProblem) -> TrainingFault {
        let Self { command, log, last_words } = self;
        let metric = problem.metric.name();
        let line = format!("{{\"step\": 10, \"loss\": 0.7, \"validation\": {{\"{metric}\": 0.8}}}}");
        let example = match &problem.report {
            Some(report) if report.ends_with(".csv") => {
                format!("in {{folder}}/{report}, with columns such as step,loss,validation_{metric}")
            }
            Some(report) => format!("in {{folder}}/{report}, in lines such as {line}"),
            None => format!("on standard output, in lines such as {line}"),
        };
        TrainingFault::NoFigure { missing, example, command, log, last_words }
    }

    /// Why a start that ended so has no result.
    fn fault(
        self,
        ending: Ending,
        starts: u64,
        limits: &thalweg_lab::experiment::RunLimits,
        steps: u64,
    ) -> RunFault {
        let Self { command, log, last_words } = self;
        let (seconds, mebibytes) =
            (limits.limit_seconds.unwrap_or_default(), limits.limit_mebibytes.unwrap_or_default());
        let fault = match ending {
            Ending::Finished | Ending::Diverged | Ending::Interrupted => return RunFault::Interrupted,
            Ending::Crashed(how) => TrainingFault::Crashed { how, starts, command, log, last_words },
            Ending::TooLong => TrainingFault::TooLong { seconds, command, log, last_words },
            Ending::TooLarge => TrainingFault::TooLarge { mebibytes, command, log, last_words },
            Ending::TooManyReports => {
                let every = steps.div_ceil(1000).max(10);
                TrainingFault::TooManyReports { most: report::MOST, every, command, log }
            }
        };
        fault.into()
    }
}
