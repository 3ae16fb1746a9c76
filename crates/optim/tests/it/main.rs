//! The crate from outside: formulas against other libraries, chains, stages, machine code.
//!
//! One program, so that the crate is linked once.

mod catalog;
mod chains;
mod codegen;
mod conformance;
mod dialects;
mod neighbours;
mod notes;
mod steps;
