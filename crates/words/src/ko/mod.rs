//! What is said in Korean.

mod comparison;
mod frame;
mod particle;
mod results;
mod search;
mod study;
mod terminal;
mod training;

/// Korean.
pub(crate) struct Korean;
