//! What is said in Korean.

mod comparison;
mod frame;
mod particle;
mod results;
mod search;
mod study;
mod target;
mod terminal;
mod training;
mod verdict;

/// Korean.
pub(crate) struct Korean;
