//! Runs steps one after another, and others beside them, and says how long each took.

use crate::command::Outcome;
use crate::process;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Condvar, Mutex};
use std::time::Instant;

/// Something to do, with a name.
pub(crate) struct Step<'a> {
    pub(crate) name: &'static str,
    /// The steps that must have ended before this one begins.
    pub(crate) after: &'static [&'static str],
    pub(crate) work: Box<dyn FnOnce(&Output) -> Outcome + Send + 'a>,
}

impl<'a> Step<'a> {
    /// Makes a step that waits for no other.
    pub(crate) fn new(name: &'static str, work: impl FnOnce(&Output) -> Outcome + Send + 'a) -> Self {
        Self { name, after: &[], work: Box::new(work) }
    }

    /// Makes the step wait for others.
    pub(crate) fn after(self, names: &'static [&'static str]) -> Self {
        Self { after: names, ..self }
    }
}

/// Where the programs of a step write.
pub(crate) enum Output {
    /// To the terminal, as they go.
    Terminal,
    /// To a file, which is shown when all is over.
    Log(PathBuf),
}

impl Output {
    /// Runs a program to its end.
    ///
    /// # Errors
    /// If it cannot be started or fails.
    pub(crate) fn run(&self, command: &mut Command) -> Outcome {
        let Self::Log(path) = self else { return process::run(command) };
        let cannot = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
        let log = File::options().create(true).append(true).open(path).map_err(cannot)?;
        command.stdin(std::process::Stdio::null()).stdout(log.try_clone().map_err(cannot)?).stderr(log);
        process::run(command)
    }
}

/// What became of a step.
#[derive(Debug, PartialEq)]
struct Row {
    name: &'static str,
    beside: bool,
    seconds: f64,
    failure: Option<String>,
}

/// The state that both lanes share.
#[derive(Default)]
struct Progress {
    ended: BTreeSet<&'static str>,
    rows: Vec<Row>,
    failed: bool,
}

/// Runs the steps of `lane` in order, those of `beside` in order beside them, and prints a table at the end.
///
/// After a failure no further step begins. What the steps beside have printed is kept in `logs` and shown at the end.
///
/// # Errors
/// If a step fails; the message names it.
pub(crate) fn run(lane: Vec<Step<'_>>, beside: Vec<Step<'_>>, logs: &Path) -> Outcome {
    let begun = Instant::now();
    let progress = (Mutex::new(Progress::default()), Condvar::new());
    std::thread::scope(|scope| {
        scope.spawn(|| run_lane(beside, Some(logs), &progress));
        run_lane(lane, None, &progress);
    });
    let rows = progress.0.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).rows;
    for row in rows.iter().filter(|row| row.beside) {
        let text = std::fs::read_to_string(log_file(logs, row.name)).unwrap_or_default();
        println!("\n== {} (beside)\n{}", row.name, text.trim_end());
    }
    println!("\n{}", table(&rows, begun.elapsed().as_secs_f64()));
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| row.failure.as_ref().map(|failure| format!("{}: {failure}", row.name)))
        .collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

fn run_lane(steps: Vec<Step<'_>>, logs: Option<&Path>, progress: &(Mutex<Progress>, Condvar)) {
    let (state, changed) = progress;
    let lock = || state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    for step in steps {
        let mut waiting = lock();
        while !waiting.failed && !step.after.iter().all(|name| waiting.ended.contains(name)) {
            waiting = changed.wait(waiting).unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        if waiting.failed {
            return;
        }
        drop(waiting);
        let output = match logs {
            None => {
                println!("\n== {}", step.name);
                Output::Terminal
            }
            Some(logs) => {
                let path = log_file(logs, step.name);
                // What an earlier run has left there.
                let _ = std::fs::remove_file(&path);
                Output::Log(path)
            }
        };
        let begun = Instant::now();
        let failure = (step.work)(&output).err();
        let row =
            Row { name: step.name, beside: logs.is_some(), seconds: begun.elapsed().as_secs_f64(), failure };
        if row.beside {
            let end = if row.failure.is_some() { "failed" } else { "done" };
            println!("-- beside: {} {end} after {:.0} s", row.name, row.seconds);
        }
        let mut state = lock();
        if let Some(failure) = &row.failure {
            eprintln!("error: {}: {failure}", row.name);
            eprintln!("No other step begins; one that runs beside this one is waited for. Ctrl-C ends it.");
            state.failed = true;
        }
        state.ended.insert(step.name);
        state.rows.push(row);
        changed.notify_all();
    }
}

fn log_file(logs: &Path, name: &str) -> PathBuf {
    logs.join(format!("{}.log", name.replace(' ', "-")))
}

fn table(rows: &[Row], total: f64) -> String {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0).max(5);
    let mut text = String::new();
    for row in rows {
        let beside = if row.beside { "  beside" } else { "" };
        let failed = if row.failure.is_some() { "  FAILED" } else { "" };
        text += &format!("{:<width$} {:>7.1} s{beside}{failed}\n", row.name, row.seconds);
    }
    text + &format!("{:<width$} {total:>7.1} s", "total")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    /// Notes the order in which steps run.
    fn noting<'a>(name: &'static str, order: &'a Mutex<Vec<&'static str>>) -> Step<'a> {
        Step::new(name, move |_| {
            order.lock().unwrap().push(name);
            Ok(())
        })
    }

    fn logs() -> PathBuf {
        workspace::scratch().unwrap()
    }

    #[test]
    fn steps_wait_for_those_they_need() {
        let order = Mutex::new(Vec::new());
        let lane = vec![noting("a", &order), noting("c", &order).after(&["b"])];
        let beside = vec![noting("b", &order).after(&["a"]), noting("d", &order).after(&["c"])];
        run(lane, beside, &logs()).unwrap();
        assert_eq!(*order.lock().unwrap(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn nothing_begins_after_a_failure() {
        let order = Mutex::new(Vec::new());
        let failing = Step::new("b", |_| Err("it broke".into())).after(&["a"]);
        let lane = vec![noting("a", &order), noting("c", &order).after(&["b"])];
        let message = run(lane, vec![failing, noting("d", &order)], &logs()).unwrap_err();
        assert_eq!(message, "b: it broke");
        assert_eq!(*order.lock().unwrap(), ["a"]);
    }

    #[test]
    fn programs_beside_write_to_a_file() {
        let path = logs().join("writes-beside.log");
        let _ = std::fs::remove_file(&path);
        let output = Output::Log(path.clone());
        output.run(&mut process::program("echo", &["one"])).unwrap();
        output.run(process::program("sh", &["-c", "echo $WORD"]).env("WORD", "two")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert!(output.run(&mut process::program("false", &[])).unwrap_err().contains("false` failed"));
    }

    #[test]
    fn the_table_names_what_failed() {
        let row = |name, beside, failure: Option<&str>| Row {
            name,
            beside,
            seconds: 1.25,
            failure: failure.map(str::to_owned),
        };
        let text = table(&[row("tests", false, None), row("pages", true, Some("no"))], 2.0);
        assert_eq!(text, "tests     1.2 s\npages     1.2 s  beside  FAILED\ntotal     2.0 s");
    }
}
