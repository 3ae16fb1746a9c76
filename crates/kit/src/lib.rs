//! What every room needs and none should write again: careful file writing and naming, "did you mean …?", and
//! threads that stay.
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! // Ten jobs on at most two threads; the call returns when all are done.
//! let sum = AtomicUsize::new(0);
//! thalweg_kit::side_by_side(2, 1..=10, |job| {
//!     sum.fetch_add(job, Ordering::Relaxed);
//! });
//! assert_eq!(sum.into_inner(), 55);
//!
//! assert_eq!(thalweg_kit::nearest("mnits", ["mnist", "digits"]), Some("mnist"));
//! ```
#![forbid(unsafe_code)]

mod checksum;
mod claim;
mod file;
mod file_name;
mod half;
mod memory;
mod names;
#[cfg(not(feature = "threads"))]
mod one_thread;
mod shell;
mod text;
#[cfg(feature = "threads")]
mod threads;

pub use checksum::checksum;
pub use claim::Claim;
pub use file::{is_replaceable, resolved, write_atomically};
pub use file_name::{file_name, is_plain, with_digits};
pub use half::{brain_half, half};
pub use memory::{
    FreeMemory, MemoryLimit, TooLittleMemory, UsedMemory, check_free_memory, free_memory, used_memory,
};
pub use names::{hint, nearest};
#[cfg(not(feature = "threads"))]
pub use one_thread::{side_by_side, side_by_side_in};
pub use shell::{shell_path, shell_word};
pub use text::{bounded, csv_field, is_hidden, visible};
#[cfg(feature = "threads")]
pub use threads::{side_by_side, side_by_side_in};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
