//! The crate from outside: downloads, MNIST's files, properties of parsers.
//!
//! One program, so that the crate is linked once.

mod fetch;
mod mnist;
mod properties;
mod tables;
