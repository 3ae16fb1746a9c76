//! What can go wrong with layouts and checkpoints, in sentences that say what to do.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArenaError {
    /// Two tensors of one layout have the same name.
    #[error("the tensor name `{0}` is used twice; give each tensor a name of its own")]
    DuplicateName(String),
    /// A shape whose number of elements does not fit in memory.
    #[error("tensor `{name}` of shape {shape} is too large for this machine; make it smaller")]
    TooLarge {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: String,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written; the previous file of that name, if any, is untouched.
    #[error("cannot write {}: {source}; the file that was there before, if any, is unchanged", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are not a safetensors file.
    #[error("{origin} is not a whole safetensors file ({reason}); it may be truncated or of another format")]
    NotSafetensors {
        /// The file, or what the caller calls it.
        origin: String,
        /// What the parser said.
        reason: String,
    },
    /// The file is whole, but not what was written.
    #[error(
        "{origin} is damaged: its checksum does not fit what it holds, so a bit has flipped or another program has changed it. \
         Take a copy from before, or train again"
    )]
    Damaged {
        /// The file, or what the caller calls it.
        origin: String,
    },
    /// A tensor has an element type that cannot be used here.
    #[error("tensor `{name}` holds {found} values; expected {expected}")]
    WrongType {
        /// The tensor.
        name: String,
        /// The type in the file.
        found: String,
        /// The types that can be used.
        expected: &'static str,
    },
    /// A tensor is not in the checkpoint.
    #[error("there is no tensor `{0}`")]
    Missing(String),
    /// A checkpoint does not fit a layout. Nothing was changed.
    #[error("the checkpoint does not fit: {}; nothing was loaded", .0.join("; "))]
    Mismatch(Vec<String>),
}
