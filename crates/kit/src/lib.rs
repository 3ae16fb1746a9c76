//! What every room needs and none should write again: careful file writing, "did you mean …?", and
//! threads that stay.
#![forbid(unsafe_code)]

mod file;
mod names;
#[cfg(feature = "threads")]
mod threads;
#[cfg(not(feature = "threads"))]
#[path = "one_thread.rs"]
mod threads;

pub use file::write_atomically;
pub use names::{hint, nearest};
pub use threads::{side_by_side, side_by_side_in};
