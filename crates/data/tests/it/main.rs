//! The crate from outside: downloads, MNIST's files, properties of parsers.
//!
//! One program, so that the crate is linked once.

mod allocator;
mod fetch;
mod mnist;
mod out_of_memory;
mod properties;
mod tables;
