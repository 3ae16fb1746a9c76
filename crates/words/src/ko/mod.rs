//! What is said in Korean.

mod answer;
mod command_line;
mod commands;
mod comparison;
mod data;
mod frame;
mod learn;
mod lessons;
mod particle;
mod results;
mod search;
mod sentences;
mod study;
mod target;
mod terminal;
mod training;
mod verdict;

/// Korean.
pub(crate) struct Korean;
