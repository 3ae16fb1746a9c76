//! What is said in English.

mod comparison;
mod frame;
mod lists;
mod results;
mod search;
mod study;
mod target;
mod terminal;
mod training;
mod verdict;

/// English.
pub(crate) struct English;
