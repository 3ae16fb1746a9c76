//! What can go wrong with training, in sentences that say what to do.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting that cannot be used.
    #[error("{0}")]
    Setting(String),
    /// More memory than there is.
    #[error("this network is too large: {0}; use smaller layers or batches")]
    Memory(thalweg_kit::TooLittleMemory),
    /// A checkpoint that belongs to another run.
    #[error("the checkpoint does not belong to this run: {0}")]
    Checkpoint(String),
    /// The first value or gradient that is not finite, in a run that looks for it.
    #[error("update {step}: {source}")]
    Anomaly {
        /// The update, from 1; the evaluation after it counts as part of it.
        step: u64,
        /// Which node, and what it was computed from.
        source: thalweg_nn::GraphError,
    },
    /// Something about the optimizer.
    #[error(transparent)]
    Optim(#[from] thalweg_optim::OptimError),
    /// Something about the network.
    #[error(transparent)]
    Network(#[from] thalweg_nn::GraphError),
    /// Something about the data.
    #[error(transparent)]
    Data(#[from] thalweg_data::DataError),
    /// Something about the examples.
    #[error(transparent)]
    Examples(#[from] thalweg_data::examples::ExamplesError),
    /// Something about the batches.
    #[error(transparent)]
    Batches(#[from] thalweg_data::batches::BatchesError),
    /// Something about a file.
    #[error(transparent)]
    File(#[from] thalweg_arena::ArenaError),
}

impl TrainError {
    /// Wraps an error of a pass. An anomaly gets the number of the update in which it happened.
    pub(crate) fn at_step(step: u64, error: thalweg_nn::GraphError) -> Self {
        match error {
            thalweg_nn::GraphError::Anomaly { .. } => TrainError::Anomaly { step, source: error },
            other => TrainError::Network(other),
        }
    }
}
