//! What is said in English.

mod answer;
mod comparison;
mod data;
mod frame;
mod learn;
mod lessons;
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
