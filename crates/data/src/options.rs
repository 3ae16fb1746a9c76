//! The options of a dataset, and where its files may be.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::examples::TargetKind;

/// The options of a dataset. The first three are the options of the notes' `load_mnist`, with the same meaning.
///
/// The default is: flattened, normalised, targets as labels, and the dataset's usual validation part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Report one example as a row of features (`[784]`) instead of an image (`[28, 28]`). The numbers are the same.
    pub flatten: bool,
    /// Divide pixels by the largest value they can have, so that they lie in 0..=1. Sets that are not images stay as they are.
    pub normalize: bool,
    /// Give targets as rows of 0 and a single 1, instead of labels.
    pub one_hot_label: bool,
    /// How many examples at the end of the training part are kept for validation. `None`: as is usual for the set (the last
    /// 5,000 for the MNIST family, a fifth of all elsewhere). `Some(0)` trains on all of them, as the notes do.
    pub validation: Option<usize>,
    /// The target column of a CSV file, by name. `None`: the last column.
    pub target: Option<String>,
    /// Whether the target of a CSV file is a class or a value. `None`: decided by what the column holds, see
    /// [`csv_file`](crate::csv_file).
    pub target_kind: Option<TargetKind>,
    /// Seed of a split or of a synthetic set. Sets with a published split (MNIST, digits) do not use it.
    pub seed: u64,
    /// Characters of an example of a text.
    #[serde(default = "default_context", skip_serializing_if = "is_default_context")]
    pub context: usize,
    /// Size, classes and noise of a synthetic set.
    pub synthetic: SyntheticOptions,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            flatten: true,
            normalize: true,
            one_hot_label: false,
            validation: None,
            target: None,
            target_kind: None,
            seed: 1,
            context: default_context(),
            synthetic: SyntheticOptions::default(),
        }
    }
}

fn default_context() -> usize {
    64
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_default_context(context: &usize) -> bool {
    *context == default_context()
}

/// Size, classes and noise of a synthetic set; `None` is the set's default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct SyntheticOptions {
    /// Points in all three parts together. Default 1,000.
    pub examples: Option<usize>,
    /// Number of classes. Default 3; moons always have 2.
    pub classes: Option<usize>,
    /// Standard deviation of the normal noise on each coordinate. Default: blobs 1.0, moons 0.1, spirals 0.05.
    pub noise: Option<f64>,
}

/// Where the files of a dataset may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The folder the user named (`--data DIR`). It is searched before `THALWEG_DATA` and the user's cache.
    pub data_dir: Option<PathBuf>,
}
