//! Where batches come from: datasets, batches, file formats, 2-D functions, downloads.
//!
//! ```
//! use thalweg_data::{Batches, Options, Sampling, Source};
//!
//! let digits = thalweg_data::load("digits", &Options::default(), &Source::default())?;
//! let mut batches = Batches::new(digits.train.len(), 32, Sampling::Shuffled, 1)?;
//! let mut inputs = vec![0.0f32; 32 * digits.features()];
//! let indices = batches.next_indices();
//! digits.train.gather_inputs(indices, &mut inputs);
//! # Ok::<(), thalweg_data::DataError>(())
//! ```
//!
//! The way through the crate: [`registry`] knows the datasets by name and loads them; [`Dataset`] holds train, validation and
//! test [`Examples`]; [`Batches`] draws the indices of each batch, and `Examples::gather_*` copies the rows of a batch into the
//! caller's buffers. Beside that stand the formats ([`idx`], [`table`], [`npy`], [`npz`], [`image_folder`]), the downloads ([`fetch`]), the
//! pictures ([`picture`]) and the two-dimensional test [`functions`].

#![forbid(unsafe_code)]

mod cifar;
mod error;
mod file_search;
mod groups;
mod image_form;
mod learning;
mod note;
mod parts;
mod random;

pub mod augment;
pub mod batches;
pub mod dataset;
pub mod digits;
pub mod examples;
pub mod fetch;
pub mod functions;
pub mod idx;
pub mod image_files;
pub mod image_folder;
pub mod npy;
pub mod npz;
pub mod options;
pub mod picture;
pub mod registry;
mod split;
pub mod synthetic;
pub mod table;
mod target;
mod text;

pub use augment::{Augmentation, ImageShape};
pub use batches::{Batches, BatchesState, Sampling};
pub use dataset::{Dataset, Image, Split};
pub use error::DataError;
pub use examples::{Examples, TargetKind, Targets, unscaled};
pub use functions::{Function, Noisy};
pub use groups::TooFewGroups;
pub use image_form::ImageForm;
pub use learning::{Balanced, ClassWeights, EarlyStopping, Learning};
pub use note::Note;
pub use options::{
    ColumnKey, Decimal, ImageChannels, ImageOptions, ImageSize, Missing, Normalize, Options, Reading,
    Separator, Source, TableOptions, WrittenKind,
};
pub use registry::{DATASETS, load};
pub use split::CutError;
pub use table::Encoding;
pub use target::TargetError;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
