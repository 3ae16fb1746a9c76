/*!
Where numbers live.

One [`Layout`] (name, shape and range of each tensor) describes every buffer of a model: parameters, gradients, each
state of the optimizer. So an update is one sweep over a buffer, a norm one reduction, a checkpoint the layout and the
buffers. An [`Arena`] is a layout and one such buffer; a [`Checkpoint`] is a safetensors file of named tensors that is
written atomically and read suspiciously.

```
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};

let mut layout = Layout::new();
layout.add("W", &[2, 3])?;
layout.add("b", &[3])?;
let mut gradients = Arena::<f64>::zeros(Arc::new(layout));
gradients.get_mut("W").unwrap()[4] = 1.0;
// Tensors start on cache lines; what lies between them stays 0.
assert_eq!((gradients.layout().len(), gradients.values()[4]), (19, 1.0));
# Ok::<(), thalweg_arena::ArenaError>(())
```
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

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
