//! Why a run has no result.

use std::sync::atomic::{AtomicBool, Ordering};

use thalweg_data::DataError;
use thalweg_optim::OptimError;
use thalweg_train::TrainError;

use crate::store::StoreError;

/// Why a run has no result. Divergence is no fault: it is a result.
#[derive(Debug, thiserror::Error)]
pub enum RunFault {
    /// It was given up because all work was asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A rule, a network or data that cannot be used, or not together.
    #[error(transparent)]
    Training(#[from] TrainError),
    /// What a program, a problem of one's own or a look at a problem says.
    #[error("{0}")]
    Said(String),
    /// The run read the test split before the final stage.
    #[error("the test split was read before the final stage, which would spoil the comparison")]
    TestRead,
    /// The run panicked.
    #[error("the program has a bug here: {0}")]
    Bug(String),
    /// Results could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RunFault {
    /// Returns the fault of which someone gave this sentence: none of their own once `stop` is set.
    pub(crate) fn said(sentence: String, stop: &AtomicBool) -> Self {
        if stop.load(Ordering::Relaxed) { Self::Interrupted } else { Self::Said(sentence) }
    }
}

impl From<String> for RunFault {
    fn from(sentence: String) -> Self {
        Self::Said(sentence)
    }
}

impl From<OptimError> for RunFault {
    fn from(error: OptimError) -> Self {
        TrainError::from(error).into()
    }
}

impl From<DataError> for RunFault {
    fn from(error: DataError) -> Self {
        TrainError::from(error).into()
    }
}
