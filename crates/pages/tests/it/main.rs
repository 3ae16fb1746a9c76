//! Tests of pages as their readers see them.
#![forbid(unsafe_code)]

mod answer;
mod comparison;
