//! The process of a program: lines to it, lines from it, and its end.
//!
//! Its three pipes have a thread each, so that neither side waits for the other to read. It runs in a process group of its own, which
//! ends as a whole: what a shell has started ends with the shell.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::engine::group;
use thalweg_lab::fault::{LastWords, OwnFault, ProgramFault};

/// Bytes that a line may have.
const LONGEST_LINE: u64 = 256 << 20;
/// Bytes of standard error that are kept, the last ones.
pub(in crate::engine) const KEPT: usize = 4096;
/// Lines of standard error that messages show, the last ones.
const SHOWN: usize = 8;
/// How often a wait for an answer looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);
/// How long a program has to end by itself once its input is closed.
const FAREWELL: Duration = Duration::from_millis(100);
/// How long a program that has closed its output has until its exit status is no longer waited for.
const CLOSING: Duration = Duration::from_secs(1);

/// A running program.
pub(super) struct Process {
    /// The command, for messages.
    name: String,
    child: Child,
    /// To the thread that writes to its standard input; closing this closes that.
    questions: Option<Sender<String>>,
    /// From the thread that reads its standard output.
    answers: Receiver<Heard>,
    /// The end of its standard error.
    errors: Arc<Mutex<Vec<u8>>>,
    errors_read: JoinHandle<()>,
    /// How long it may take for an answer.
    patience: Duration,
}

/// What came from a program.
enum Heard {
    Line(String),
    LineTooLong,
    Broken(std::io::Error),
}

impl Process {
    /// Starts the program `command`, which may take `patience` for each answer.
    pub(super) fn start(command: &[String], patience: Duration) -> Result<Self, ProgramFault> {
        let name = command.join(" ");
        let (program, arguments) = command.split_first().ok_or(ProgramFault::Unnamed)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = group::start(&mut command);
        let mut child = started.map_err(|source| ProgramFault::Start { command: name.clone(), source })?;
        let (Some(input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(ProgramFault::NoPipes { command: name });
        };
        let (questions, asked) = channel();
        // A line that nobody has asked for yet waits in the program.
        let (heard, answers) = sync_channel(1);
        let tail = Arc::new(Mutex::new(Vec::new()));
        let kept = tail.clone();
        std::thread::spawn(move || write(input, &asked));
        std::thread::spawn(move || read(output, &heard));
        let errors_read = std::thread::spawn(move || keep_the_end(errors, &kept));
        Ok(Self { name, child, questions: Some(questions), answers, errors: tail, errors_read, patience })
    }

    /// Asks a question, called `what` in messages, and returns the line that answers it. Gives up when `stop` becomes true.
    pub(super) fn ask(
        &mut self,
        question: String,
        what: &str,
        stop: &AtomicBool,
    ) -> Result<String, OwnFault> {
        if let Some(questions) = &self.questions {
            // A program that has ended may still have left an answer; if not, that it has ended is the news.
            let _ = questions.send(question);
        }
        let asked = Instant::now();
        loop {
            match self.answers.recv_timeout(LOOK.min(self.patience)) {
                Ok(Heard::Line(line)) => return Ok(line),
                Ok(Heard::LineTooLong) => {
                    let mebibytes = LONGEST_LINE >> 20;
                    let (command, last_words) = self.named();
                    return Err(ProgramFault::LongLine { command, mebibytes, last_words }.into());
                }
                Ok(Heard::Broken(source)) => {
                    let (command, last_words) = self.named();
                    return Err(ProgramFault::Unreadable { command, source, last_words }.into());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let (status, question) = (self.wait(CLOSING), what.to_owned());
                    let (command, last_words) = self.named();
                    return Err(ProgramFault::Ended { command, status, question, last_words }.into());
                }
                Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => {
                    return Err(OwnFault::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) if asked.elapsed() >= self.patience => {
                    let (question, patience) = (what.to_owned(), self.patience);
                    let (command, last_words) = self.named();
                    return Err(ProgramFault::Silent { command, question, patience, last_words }.into());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The command and what it said last, for messages.
    pub(super) fn named(&self) -> (String, LastWords) {
        (self.name.clone(), self.last_words())
    }

    /// Waits for the end, at most so long.
    fn wait(&mut self, longest: Duration) -> Option<std::process::ExitStatus> {
        let since = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if since.elapsed() < longest => std::thread::sleep(Duration::from_millis(2)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// The last lines of standard error.
    fn last_words(&self) -> LastWords {
        let since = Instant::now();
        while !self.errors_read.is_finished() && since.elapsed() < 2 * FAREWELL {
            std::thread::sleep(Duration::from_millis(2));
        }
        last_lines(&self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Process {
    /// Closes the program's input, which asks it to end. What is left of its group after 100 ms is killed.
    fn drop(&mut self) {
        self.questions = None;
        self.wait(FAREWELL);
        group::end(&mut self.child);
    }
}

/// The last lines of what a program said.
pub(in crate::engine) fn last_lines(said: &[u8]) -> LastWords {
    let text = String::from_utf8_lossy(said);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let shown = &lines[lines.len().saturating_sub(SHOWN)..];
    // Escape sequences of a terminal stay text.
    LastWords(shown.iter().map(|line| line.replace(char::is_control, " ")).collect())
}

/// Writes each question in a line, until there are no more or nobody reads them.
fn write(mut input: ChildStdin, questions: &Receiver<String>) {
    for mut question in questions {
        question.push('\n');
        if input.write_all(question.as_bytes()).and_then(|()| input.flush()).is_err() {
            return;
        }
    }
}

/// Hands on line by line, until the output ends or nobody wants more.
fn read(output: ChildStdout, heard: &SyncSender<Heard>) {
    let mut output = BufReader::with_capacity(1 << 16, output);
    loop {
        let mut line = Vec::new();
        let news = match (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if line.len() as u64 == LONGEST_LINE => Heard::LineTooLong,
            Ok(_) => Heard::Line(String::from_utf8_lossy(&line).into_owned()),
            Err(error) => Heard::Broken(error),
        };
        let last = !matches!(news, Heard::Line(_));
        if heard.send(news).is_err() || last {
            return;
        }
    }
}

/// Reads all of a standard error and keeps its last bytes.
fn keep_the_end(mut errors: ChildStderr, kept: &Mutex<Vec<u8>>) {
    let mut chunk = [0; KEPT];
    loop {
        match errors.read(&mut chunk) {
            Ok(0) => return,
            Ok(count) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&chunk[..count]);
                let surplus = kept.len().saturating_sub(KEPT);
                kept.drain(..surplus);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
