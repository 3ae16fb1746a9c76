//! Tests of the whole program: what a person at a terminal sees, one file a theme.
#![forbid(unsafe_code)]

mod budgets;
mod compare;
mod completions;
mod data_files;
mod evaluate;
mod korean;
mod lab;
mod learn;
mod misc;
#[cfg(unix)]
mod programs;
mod progress;
mod results;
mod shell;
mod step;
mod study;
mod survive;
mod train;
#[cfg(unix)]
mod trainings;
mod trajectory;
