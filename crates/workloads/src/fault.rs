//! What training says, as a fault of a run.

use thalweg_lab::fault::RunFault;
use thalweg_train::TrainError;

/// Returns the fault of a run for an error of training, of a network or of a rule.
pub(crate) fn fault(error: impl Into<TrainError>) -> RunFault {
    match error.into() {
        TrainError::Optim(error) => RunFault::Rule(error),
        TrainError::Data(error) => RunFault::Data(error),
        error => RunFault::Other(Box::new(error)),
    }
}
