//! What can be wrong with a program that is asked for losses and gradients.

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a program cannot be used. `command` is the program with its arguments, `question` names the keys of the question that it was
/// asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramFault {
    /// No program is named.
    #[error("the problem names no program")]
    Unnamed,
    /// It does not start.
    #[error("`{command}` cannot be started: {source}")]
    Start {
        /// The program.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// Its standard input and output are not to be had.
    #[error("`{command}` has no input and output")]
    NoPipes {
        /// The program.
        command: String,
    },
    /// It wrote and wrote, and did not end the line.
    #[error(
        "`{command}` was stopped: it wrote {mebibytes} MiB without ending the line (an answer is one line of JSON, with a newline at \
         its end; print other things to standard error){last_words}"
    )]
    LongLine {
        /// The program.
        command: String,
        /// How much it wrote.
        mebibytes: u64,
        /// What it said last.
        last_words: LastWords,
    },
    /// Its output cannot be read.
    #[error("the answer of `{command}` cannot be read: {source}{last_words}")]
    Unreadable {
        /// The program.
        command: String,
        /// What the system says.
        source: io::Error,
        /// What it said last.
        last_words: LastWords,
    },
    /// It ended, or closed its output, before it had answered.
    #[error("`{command}` ended ({}) without an answer to {question}{last_words}", described(*.status))]
    Ended {
        /// The program.
        command: String,
        /// How it ended; absent if only its output is closed.
        status: Option<ExitStatus>,
        /// What it was asked.
        question: String,
        /// What it said last.
        last_words: LastWords,
    },
    /// It took too long for an answer.
    #[error(
        "`{command}` was stopped: it did not answer {question} within {} seconds (it must flush its output; if it needs longer, \
         set `answer_seconds`){last_words}",
        .patience.as_secs()
    )]
    Silent {
        /// The program.
        command: String,
        /// What it was asked.
        question: String,
        /// How long it had.
        patience: Duration,
        /// What it said last.
        last_words: LastWords,
    },
    /// Its answer is something else than an object of JSON.
    #[error(
        "`{command}` answered {question} with {answer:?}, which is no JSON object in one line (print other things to standard \
         error){last_words}"
    )]
    NotJson {
        /// The program.
        command: String,
        /// What it was asked.
        question: String,
        /// The beginning of its answer.
        answer: String,
        /// What it said last.
        last_words: LastWords,
    },
    /// The first answer holds no parameters.
    #[error(
        "the first answer of `{command}` must hold \"parameters\": {{\"w\": [0.1, 0.2], …}}, and does not"
    )]
    NoParameters {
        /// The program.
        command: String,
    },
    /// A parameter is not written as one.
    #[error(
        "`{command}` must give the parameter `{name}` as a list of numbers, or as {{\"shape\": [2, 3], \"values\": […]}}"
    )]
    Parameter {
        /// The program.
        command: String,
        /// The parameter.
        name: String,
    },
    /// A parameter has another number of values than its shape.
    #[error("`{command}` gives {values} values for the parameter `{name}` of shape {shape:?}")]
    Shape {
        /// The program.
        command: String,
        /// The parameter.
        name: String,
        /// The number of its values.
        values: usize,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A number is missing in an answer.
    #[error("`{command}` must answer with a number called \"{key}\" (NaN if it is not finite)")]
    NoNumber {
        /// The program.
        command: String,
        /// What the number is called.
        key: &'static str,
    },
    /// A gradient is missing in an answer, or has not the size of its parameter.
    #[error("`{command}` must answer with \"gradients\" that hold {count} numbers for `{name}`")]
    Gradient {
        /// The program.
        command: String,
        /// The parameter.
        name: String,
        /// The number of its values.
        count: usize,
    },
}

/// The last lines of a program's standard error, as the end of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastWords(pub Vec<String>);

impl fmt::Display for LastWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() {
            write!(f, "\nthe end of its standard error:")?;
        }
        self.0.iter().try_for_each(|line| write!(f, "\n  | {line}"))
    }
}

fn described(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "its output is closed".to_owned(), |status| status.to_string())
}
