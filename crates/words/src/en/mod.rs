//! What is said in English.

mod answer;
mod command_line;
mod commands;
mod comparison;
mod data;
mod frame;
mod learn;
mod lessons;
mod lists;
mod results;
mod search;
mod sentences;
mod study;
mod target;
mod terminal;
mod training;
mod verdict;

/// English.
pub(crate) struct English;
