//! Why a page could not be built.

use thalweg_data::DataError;
use thalweg_data::functions::FunctionError;
use thalweg_lab::experiment::ExperimentError;
use thalweg_optim::OptimError;
use thalweg_report::ReportError;
use thalweg_train::TrainError;

/// Why a page could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// The experiment within a result is none that this version can read.
    #[error("the result holds an experiment that cannot be read: {0}")]
    Experiment(#[from] ExperimentError),
    /// The experiment within a result has no problem of this name, which the result is about.
    #[error("the experiment within the result has no problem `{0}`; was the result changed by hand?")]
    NoProblem(String),
    /// A two-dimensional function cannot be drawn.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// A rule whose path is drawn cannot be built.
    #[error(transparent)]
    Rule(#[from] OptimError),
    /// The path of a rule cannot be followed.
    #[error(transparent)]
    Path(#[from] TrainError),
    /// The data whose images are shown cannot be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A figure cannot be drawn.
    #[error(transparent)]
    Report(#[from] ReportError),
}
