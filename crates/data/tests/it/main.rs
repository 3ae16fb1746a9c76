//! The crate from outside: MNIST's files, tables, properties of parsers.
//!
//! One program, so that the crate is linked once.

#[path = "../../../arena/tests/it/allocator.rs"]
mod allocator;
mod mnist;
mod out_of_memory;
mod properties;
mod tables;
