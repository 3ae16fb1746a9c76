//! What can be wrong with a training of the user's own.

use std::io;
use std::path::PathBuf;

use super::program::LastWords;

/// Why a training of the user's own has no result. `command` is the command as it was run, `log` the file with all that it said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingFault {
    /// It does not start.
    #[error("`{command}` cannot be started: {source}")]
    Start {
        /// The command.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// The folder of the run cannot be made, or its files not written.
    #[error("{doing} {}: {source}", .path.display())]
    Folder {
        /// What failed.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It crashed, as often as it was started.
    #[error("the training crashed: {how}{}{}", times(*.starts), told(.command, .log, .last_words))]
    Crashed {
        /// How it ended, in words.
        how: String,
        /// How often it was started.
        starts: u64,
        /// The command.
        command: String,
        /// Its log.
        log: PathBuf,
        /// What it said last.
        last_words: LastWords,
    },
    /// It took too long.
    #[error(
        "the training was ended: it took longer than {seconds} seconds (`limit_seconds`){}",
        told(.command, .log, .last_words)
    )]
    TooLong {
        /// The limit.
        seconds: u64,
        /// The command.
        command: String,
        /// Its log.
        log: PathBuf,
        /// What it said last.
        last_words: LastWords,
    },
    /// It took too much memory.
    #[error(
        "the training was ended: its processes used more than {mebibytes} MiB of memory (`limit_mebibytes`){}",
        told(.command, .log, .last_words)
    )]
    TooLarge {
        /// The limit.
        mebibytes: u64,
        /// The command.
        command: String,
        /// Its log.
        log: PathBuf,
        /// What it said last.
        last_words: LastWords,
    },
    /// It reported too often.
    #[error("the training was ended: it reported more than {most} steps; report every {every} steps, say{}", told(.command, .log, &LastWords::default()))]
    TooManyReports {
        /// How many reports are read.
        most: usize,
        /// How often it could report.
        every: u64,
        /// The command.
        command: String,
        /// Its log.
        log: PathBuf,
    },
    /// It ended well and said nothing to be judged by.
    #[error("the training ended without {missing}; it reports {example}{}", told(.command, .log, .last_words))]
    NoFigure {
        /// What is missing.
        missing: String,
        /// What a report looks like, and where it belongs.
        example: String,
        /// The command.
        command: String,
        /// Its log.
        log: PathBuf,
        /// What it said last.
        last_words: LastWords,
    },
}

fn times(starts: u64) -> String {
    if starts > 1 { format!(", each of {starts} times it was started") } else { String::new() }
}

/// What ends every message: the command, where its log is, and what it said last.
fn told(command: &str, log: &std::path::Path, last_words: &LastWords) -> String {
    let mut told = format!("\nits command: {command}\nits log: {}", log.display());
    if !last_words.0.is_empty() {
        told += ", which ends with:";
    }
    last_words.0.iter().for_each(|line| told += &format!("\n  | {line}"));
    told
}
