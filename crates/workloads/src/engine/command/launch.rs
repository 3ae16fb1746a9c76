//! One start of a training: its process, what it says, and how it ends.

use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::log::Log;
use super::report::{Reports, table_lines};
use super::usage::used_bytes;
use crate::engine::group;

/// How often a wait for a report looks after other things.
const LOOK: Duration = Duration::from_millis(50);
/// How often the memory of the processes and the report file are looked at.
const LOOK_AROUND: Duration = Duration::from_millis(250);
/// Bytes that a line may have to be a report.
const LONGEST_LINE: usize = 1 << 20;
/// Bytes of a report file that are read.
const LONGEST_FILE: u64 = 64 << 20;
/// How long what the processes said last is waited for once they have ended.
const FAREWELL: Duration = Duration::from_secs(5);
/// Reports that wait to be read; the training waits when there are more.
const WAITING: usize = 256;

/// A training that is to be started.
pub(super) struct Launch<'l> {
    /// The words of the command.
    pub(super) words: &'l [String],
    /// What its environment holds beside that of this process.
    pub(super) environment: Vec<(&'static str, String)>,
    /// The file that says which process it is.
    pub(super) mark: PathBuf,
    /// The file that it reports in, if it does not on standard output.
    pub(super) report: Option<PathBuf>,
    pub(super) limit_seconds: Option<u64>,
    pub(super) limit_mebibytes: Option<u64>,
}

/// How a start of a training ended.
#[derive(Debug, PartialEq)]
pub(super) enum Ending {
    /// By itself, and well.
    Finished,
    /// A number was not finite; it was ended.
    Diverged,
    /// By itself, in words how.
    Crashed(String),
    TooLong,
    TooLarge,
    TooManyReports,
    /// All work was asked to stop.
    Interrupted,
}

/// A child whose whole group ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        group::end(&mut self.0);
    }
}

impl Launch<'_> {
    /// Runs the training to its end, and adds to `reports` and `log` what it says.
    pub(super) fn run(
        &self,
        reports: &mut Reports,
        log: &Arc<Mutex<Log>>,
        stop: &AtomicBool,
    ) -> std::io::Result<Ending> {
        let (program, arguments) = self.words.split_first().ok_or(ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What Python prints comes when it is printed.
        command.env("PYTHONUNBUFFERED", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let started = Instant::now();
        let mut running = Running(group::start(&mut command)?);
        std::fs::write(&self.mark, group::mark(&running.0))?;
        let (lines, heard) = sync_channel(WAITING);
        if let Some(output) = running.0.stdout.take() {
            let (log, lines) = (log.clone(), self.report.is_none().then(|| lines.clone()));
            std::thread::spawn(move || listen(output, &log, lines.as_ref()));
        }
        if let Some(errors) = running.0.stderr.take() {
            // Holds a sender, so that the end of both is the end of the channel.
            let (log, lines) = (log.clone(), lines.clone());
            std::thread::spawn(move || {
                listen(errors, &log, None);
                drop(lines);
            });
        }
        drop(lines);
        let before = reports.clone();
        let ending = self.watch(&mut running.0, &heard, reports, (started, stop));
        drop(running);
        // Both outputs end with the processes, and are in the log then.
        let since = Instant::now();
        while since.elapsed() < FAREWELL && heard.recv_timeout(LOOK) != Err(RecvTimeoutError::Disconnected) {}
        let ending = match ending {
            Ending::Crashed(how) => Ending::Crashed(explained(how, lock(log).last())),
            ending => ending,
        };
        // The file as it is in the end: a training may have written it anew in between.
        if let Some(path) = &self.report {
            let mut whole = before;
            if ReportFile::new(path).read_new(&mut whole) {
                *reports = whole;
            }
        }
        Ok(match ending {
            Ending::Interrupted => Ending::Interrupted,
            _ if reports.diverged_at().is_some() => Ending::Diverged,
            ending => ending,
        })
    }

    /// Waits for the end, and takes the reports meanwhile.
    fn watch(
        &self,
        child: &mut Child,
        heard: &Receiver<String>,
        reports: &mut Reports,
        (started, stop): (Instant, &AtomicBool),
    ) -> Ending {
        let mut file = self.report.as_ref().map(ReportFile::new);
        let mut looked = Instant::now();
        loop {
            match heard.recv_timeout(LOOK) {
                Ok(line) => reports.take_line(&line),
                Err(RecvTimeoutError::Timeout) => {}
                // Both outputs are closed; it may still be at work.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(LOOK / 10),
            }
            if stop.load(Ordering::Relaxed) {
                return Ending::Interrupted;
            }
            let mut is_due = looked.elapsed() >= LOOK_AROUND;
            if let (Some(file), true) = (&mut file, is_due) {
                file.read_new(reports);
            }
            if reports.are_too_many() {
                return Ending::TooManyReports;
            }
            if reports.diverged_at().is_some() {
                return Ending::Diverged;
            }
            if let Ok(Some(status)) = child.try_wait() {
                return self.after_the_end(child, status, heard, reports);
            }
            if self.limit_seconds.is_some_and(|limit| started.elapsed() >= Duration::from_secs(limit)) {
                return Ending::TooLong;
            }
            is_due &= self.limit_mebibytes.is_some();
            let limit = self.limit_mebibytes.unwrap_or(u64::MAX).saturating_mul(1 << 20);
            if is_due && used_bytes(child.id()) > limit {
                return Ending::TooLarge;
            }
            if looked.elapsed() >= LOOK_AROUND {
                looked = Instant::now();
            }
        }
    }

    /// Takes what was said last, once the training has ended: what it has started ends with it.
    fn after_the_end(
        &self,
        child: &mut Child,
        status: ExitStatus,
        heard: &Receiver<String>,
        reports: &mut Reports,
    ) -> Ending {
        group::end(child);
        let since = Instant::now();
        while since.elapsed() < FAREWELL && !reports.are_too_many() {
            match heard.recv_timeout(LOOK) {
                Ok(line) => reports.take_line(&line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        match status.success() {
            _ if reports.are_too_many() => Ending::TooManyReports,
            true => Ending::Finished,
            false => Ending::Crashed(described(status)),
        }
    }
}

/// The lock of a log.
pub(super) fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads an output to its end: all of it into the log, and lines that may be reports to `lines`.
fn listen(mut output: impl Read, log: &Mutex<Log>, lines: Option<&SyncSender<String>>) {
    let mut chunk = vec![0; 1 << 16];
    let mut line: Vec<u8> = Vec::new();
    let mut is_too_long = false;
    loop {
        let count = match output.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        lock(log).add(&chunk[..count]);
        let Some(lines) = lines else { continue };
        for part in chunk[..count].split_inclusive(|&byte| byte == b'\n') {
            is_too_long |= line.len() + part.len() > LONGEST_LINE;
            if !is_too_long {
                line.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                say(&line, lines, is_too_long);
                (line, is_too_long) = (Vec::new(), false);
            }
        }
    }
    if let Some(lines) = lines {
        say(&line, lines, is_too_long);
    }
}

/// Hands a line on if it may be a report.
fn say(line: &[u8], lines: &SyncSender<String>, is_too_long: bool) {
    if !is_too_long && line.trim_ascii_start().starts_with(b"{") {
        // Nobody listens any more when the run has been given up.
        let _ = lines.send(String::from_utf8_lossy(line).into_owned());
    }
}

/// A file that a training reports in.
struct ReportFile<'f> {
    path: &'f PathBuf,
    /// Bytes that were read.
    read: usize,
}

impl<'f> ReportFile<'f> {
    fn new(path: &'f PathBuf) -> Self {
        Self { path, read: 0 }
    }

    /// Takes the whole lines that are new. Says whether the file could be read.
    fn read_new(&mut self, reports: &mut Reports) -> bool {
        let mut bytes = Vec::new();
        let read =
            std::fs::File::open(self.path).and_then(|file| file.take(LONGEST_FILE).read_to_end(&mut bytes));
        if read.is_err() {
            return false;
        }
        if bytes.len() < self.read {
            // It was begun anew.
            self.read = 0;
            reports.started_again();
        }
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        if whole <= self.read {
            return true;
        }
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&bytes[range]).into_owned();
        if self.path.extension().is_some_and(|ending| ending == "csv") {
            let known = text(0..self.read).lines().count().saturating_sub(1);
            table_lines(&text(0..whole)).skip(known).for_each(|line| reports.take(&line));
        } else {
            text(self.read..whole).lines().for_each(|line| reports.take_line(line));
        }
        self.read = whole;
        true
    }
}

/// Says how a process ended that did not end well.
fn described(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return by_signal(signal);
    }
    match status.code() {
        // As a shell reports that what it ran was ended by a signal.
        #[cfg(unix)]
        Some(code @ 129..=159) => format!("exit code {code}: {}", by_signal(code - 128)),
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

#[cfg(unix)]
fn by_signal(signal: i32) -> String {
    use nix::sys::signal::Signal;
    let name =
        Signal::try_from(signal).map_or_else(|_| format!("signal {signal}"), |known| known.as_str().into());
    let meaning = match signal {
        9 => " (as the system does when memory runs out)",
        11 => " (it read or wrote memory that is not its own)",
        _ => "",
    };
    format!("it was ended by {name}{meaning}")
}

/// Adds to how a training ended what it said last of memory.
fn explained(how: String, last: &[u8]) -> String {
    let said = String::from_utf8_lossy(last).to_lowercase();
    let signs = ["out of memory", "outofmemoryerror", "memoryerror", "bad_alloc", "cannot allocate memory"];
    match signs.iter().any(|sign| said.contains(sign)) {
        true => format!("{how}, out of memory"),
        false => how,
    }
}
