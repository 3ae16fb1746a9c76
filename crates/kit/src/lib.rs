//! What every room needs and none should write again: careful file writing, and "did you mean …?".
#![forbid(unsafe_code)]

mod file;
mod names;

pub use file::write_atomically;
pub use names::{hint, nearest};
