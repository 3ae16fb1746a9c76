//! Why a run has no result. The words of each fault stand beside it.

mod own;
mod program;
mod training;

pub use own::OwnFault;
pub use program::{LastWords, ProgramFault};
pub use training::TrainingFault;

use thalweg_data::DataError;
use thalweg_data::functions::FunctionError;
use thalweg_optim::OptimError;

use crate::memory::NoRoom;
use crate::store::StoreError;

/// Why a run has no result. Divergence is no fault: it is a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunFault {
    /// The run was given up because all work was asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A rule that cannot be used, or not with these settings.
    #[error(transparent)]
    Rule(#[from] OptimError),
    /// Data that cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A function that does not exist, or not with these settings.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// A point that is no start of a function.
    #[error("a start has two coordinates, not {0}")]
    Start(usize),
    /// A program, or a problem of one's own.
    #[error(transparent)]
    Own(OwnFault),
    /// A training of the user's own.
    #[error(transparent)]
    Training(Box<TrainingFault>),
    /// The last steps would make no update.
    #[error("{0}")]
    IncompleteRound(String),
    /// A range test on something that trains no network.
    #[error("the learning-rate range test trains a network, and {0} is a function")]
    NoNetwork(String),
    /// Filters are to be shown of a network that has none.
    #[error("there are no filters to show: the network has no convolution")]
    NoFilters,
    /// Runs that do not fit into memory together.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// An experiment without rules.
    #[error("there is no rule to run")]
    NoRule,
    /// The run read the test split before the final stage.
    #[error("the test split was read before the final stage, which would spoil the comparison")]
    TestRead,
    /// The run panicked.
    #[error("the program has a bug here: {0}")]
    Bug(String),
    /// Results could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What another [`Runner`](crate::protocol::Runner) than this program's says.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl From<TrainingFault> for RunFault {
    fn from(fault: TrainingFault) -> Self {
        Self::Training(Box::new(fault))
    }
}

impl From<OwnFault> for RunFault {
    fn from(fault: OwnFault) -> Self {
        match fault {
            OwnFault::Interrupted => Self::Interrupted,
            fault => Self::Own(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;
    use std::io;

    #[test]
    fn a_fault_is_known_by_its_kind_and_keeps_its_source() {
        let source = io::Error::from(io::ErrorKind::NotFound);
        let said = source.to_string();
        let fault = RunFault::from(OwnFault::from(ProgramFault::Start { command: "mine".into(), source }));
        assert_eq!(fault.to_string(), format!("`mine` cannot be started: {said}"));
        let cause = fault.source().and_then(|cause| cause.downcast_ref::<io::Error>()).unwrap();
        assert_eq!(cause.kind(), io::ErrorKind::NotFound);
        assert!(matches!(RunFault::from(OwnFault::Interrupted), RunFault::Interrupted));
        assert_eq!(RunFault::from(OwnFault::from("the well is dry")).to_string(), "the well is dry");
    }

    #[test]
    fn the_last_words_of_a_program_end_its_message() {
        let fault = |lines: &[&str]| ProgramFault::Ended {
            command: "mine".into(),
            status: None,
            question: "{\"seed\": …}".into(),
            last_words: LastWords(lines.iter().map(|line| (*line).to_owned()).collect()),
        };
        let said = "`mine` ended (its output is closed) without an answer to {\"seed\": …}";
        assert_eq!(fault(&[]).to_string(), said);
        let expected = format!("{said}\nthe end of its standard error:\n  | a\n  | b");
        assert_eq!(fault(&["a", "b"]).to_string(), expected);
    }
}
