//! What is said in English.

mod comparison;
mod frame;
mod results;
mod search;
mod study;
mod terminal;
mod training;

/// English.
pub(crate) struct English;
