//! The options of a dataset, and where its files may be.

use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::examples::TargetKind;
use crate::table::Encoding;

mod column_key;
mod image_key;
mod normalize;
mod reading;
mod written;

pub use column_key::ColumnKey;
pub use image_key::{ImageChannels, ImageOptions, ImageSize};
pub use normalize::Normalize;
pub use reading::Reading;
pub use written::{Decimal, Separator, WrittenKind};

/// The options of a dataset. The first three are the options of the notes' `load_mnist`, with the same meaning.
///
/// The default is: flattened, normalised, targets as labels, and the dataset's usual validation part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Report one example as a row of features (`[784]`) instead of an image (`[28, 28]`). The numbers are the same.
    pub flatten: bool,
    /// How inputs are scaled.
    pub normalize: Normalize,
    /// Give targets as rows of 0 and a single 1, instead of labels.
    pub one_hot_label: bool,
    /// How many training examples are kept for validation: drawn class by class from tables, arrays and folders of images, the last
    /// ones of known sets. `None`: as is usual for the set (the last 5,000 for the MNIST family, a fifth of all elsewhere). `Some(0)`
    /// trains on all of them, as the notes do.
    pub validation: Option<usize>,
    /// The target column of a table. `None`: the one called `label`, `target`, `class`, `y` or `species`, else the last.
    pub target: Option<ColumnKey>,
    /// Whether the target of a table or an array is a class or a value. `None`: decided by what it holds, where that is plain.
    pub target_kind: Option<TargetKind>,
    /// A column of a table, or the name of an array, whose equal values stay in one part. It is no input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<ColumnKey>,
    /// Seed of a split or of a synthetic set. Sets with a published split (MNIST, digits) do not use it.
    pub seed: u64,
    /// Characters of an example of a text.
    #[serde(default = "default_context", skip_serializing_if = "is_default_context")]
    pub context: usize,
    /// Size, classes and noise of a synthetic set.
    pub synthetic: SyntheticOptions,
    /// How a table is read.
    #[serde(default, skip_serializing_if = "TableOptions::is_default")]
    pub table: TableOptions,
    /// The form that the images of a folder get.
    #[serde(default, skip_serializing_if = "ImageOptions::is_default")]
    pub images: ImageOptions,
    /// What a network that is already trained knows of the table it was trained on; a table is then read in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
}

/// How a table is read, where it does not say so itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableOptions {
    /// Columns that are left out.
    pub ignore: Vec<ColumnKey>,
    /// What becomes of missing cells.
    pub missing: Missing,
    /// What stands between the cells. `None`: found out.
    pub separator: Option<char>,
    /// What stands before the fraction of a number: a point or a comma. `None`: found out.
    pub decimal: Option<char>,
    /// Whether the first line names the columns. `None`: found out.
    pub header: Option<bool>,
}

impl TableOptions {
    /// Returns whether nothing is set.
    pub fn is_default(&self) -> bool {
        *self == TableOptions::default()
    }
}

/// What becomes of missing cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// The table is refused.
    #[default]
    Refuse,
    /// They get the mean or the most frequent text of the training part, and an input says where they were.
    Fill,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            flatten: true,
            normalize: Normalize::Usual,
            one_hot_label: false,
            validation: None,
            target: None,
            target_kind: None,
            group: None,
            seed: 1,
            context: default_context(),
            synthetic: SyntheticOptions::default(),
            table: TableOptions::default(),
            images: ImageOptions::default(),
            encoding: None,
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

impl FromStr for Missing {
    type Err = String;

    fn from_str(text: &str) -> Result<Missing, String> {
        match text {
            "refuse" => Ok(Missing::Refuse),
            "fill" => Ok(Missing::Fill),
            other => Err(format!("`missing` is \"refuse\" or \"fill\", not `{other}`")),
        }
    }
}
