/*!
Where numbers live.

One [`Layout`] (name, shape and range of each tensor) describes every buffer of a model: parameters, gradients, each
state of the optimizer. So an update is one sweep over a buffer, a norm one reduction, a checkpoint the layout and the
buffers. An [`Arena`] is a layout and one such buffer; a [`Checkpoint`] is a safetensors file of named tensors that is
written atomically and read suspiciously.
*/
#![forbid(unsafe_code)]

mod arena;
mod checkpoint;
mod error;
mod file;
mod layout;

pub use arena::Arena;
pub use checkpoint::{Checkpoint, PackedKind};
pub use error::ArenaError;
pub use file::write_atomically;
pub use layout::{Layout, Tensor, display_shape};
