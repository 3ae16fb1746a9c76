//! Why a command failed, and its exit status.

use crate::language::{said, words};
use crate::stderr;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a command stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something is wrong; the sentence says what to do.
    Error(String),
    /// The user pressed Ctrl-C; the sentence says how to go on.
    Interrupted(String),
    /// The reader of our output went away (`thalweg list | head`): nothing to say to anyone.
    OutputClosed,
}

impl Failure {
    /// Creates an error with this sentence.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// Prints the failure on standard error and returns the exit status.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Error(message) => {
                stderr::note(format!("{}: {}", words().error(), said(&message)));
                ExitCode::FAILURE
            }
            Self::Interrupted(message) => {
                stderr::note(said(&message));
                ExitCode::from(130)
            }
            Self::OutputClosed => ExitCode::SUCCESS,
        }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        // The causes follow their effects, unless the message quotes them already.
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            source = cause.source();
        }
        Self::Error(message)
    }
}

/// Adds what was being done to a failure.
pub(crate) trait Context<T> {
    /// `doing: what went wrong`.
    fn context(self, doing: impl Display) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> Context<T> for Result<T, E> {
    fn context(self, doing: impl Display) -> Result<T, Failure> {
        self.map_err(|error| match error.into() {
            Failure::Error(message) => Failure::Error(format!("{doing}: {message}")),
            other => other,
        })
    }
}
