//! What is wrong with an archive, or with the dataset in it.

use crate::examples::ExamplesError;
use crate::npy::NpyError;
use crate::split::CutError;
use crate::target::TargetError;

/// Why bytes are not an archive of arrays, or not a dataset.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NpzError {
    /// The ZIP archive is broken.
    #[error("the archive cannot be read ({0}); is it an .npz file, and complete?")]
    Archive(String),
    /// One array is broken.
    #[error("array `{name}`: {cause}")]
    Array {
        /// Its name in the archive.
        name: String,
        /// What is wrong with it.
        cause: NpyError,
    },
    /// An array to be written has another number of values than its shape says.
    #[error("array `{name}` has {values} values, but its shape {shape:?} needs {}", .shape.iter().product::<usize>())]
    Shape {
        /// Its name.
        name: String,
        /// The shape given.
        shape: Vec<usize>,
        /// The number of values given.
        values: usize,
    },
    /// The archive is fine but holds no dataset.
    #[error(
        "no dataset here: arrays `x` and `t` (or x_train, t_train, x_val, t_val, x_test, t_test) are needed, but there are: {0}"
    )]
    NoDataset(String),
    /// Two arrays whose names say the same.
    #[error("the arrays `{one}` and `{other}` would both be the same part; leave out or rename one of them")]
    Twice {
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// An input array that can be read in two ways.
    #[error("array `{name}`: {problem}")]
    Inputs {
        /// Its name.
        name: String,
        /// What can be read in two ways.
        problem: String,
    },
    /// Targets that cannot be learnt as they are.
    #[error("array `{name}`: {cause}")]
    TargetKind {
        /// Its name.
        name: String,
        /// What is wrong.
        cause: TargetError,
    },
    /// A target array that fits neither classes nor values.
    #[error("array `{name}`: {problem}")]
    Target {
        /// Its name.
        name: String,
        /// What does not fit.
        problem: String,
    },
    /// Examples that cannot be cut into parts.
    #[error(transparent)]
    Cut(#[from] CutError),
    /// Groups that cannot be used.
    #[error("`group` names the array `{name}`, {problem}")]
    Group {
        /// The name given.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// Validation examples that were given, whose groups nobody knows.
    #[error(
        "`validation` would cut new parts, but the validation arrays have no `group`; leave `validation` out to use those arrays"
    )]
    GroupsOfGiven,
    /// Numbers that do not make examples.
    #[error("array `{name}`: {cause}")]
    Examples {
        /// The input array's name.
        name: String,
        /// What is wrong.
        cause: ExamplesError,
    },
}
