//! What every room needs and none should write again: careful file writing, "did you mean …?", and
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

mod file;
mod names;
#[cfg(not(feature = "threads"))]
mod one_thread;
#[cfg(feature = "threads")]
mod threads;

pub use file::write_atomically;
pub use names::{hint, nearest};
#[cfg(not(feature = "threads"))]
pub use one_thread::{side_by_side, side_by_side_in};
#[cfg(feature = "threads")]
pub use threads::{side_by_side, side_by_side_in};

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
