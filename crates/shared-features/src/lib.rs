//! Nothing but dependencies.
//!
//! Cargo compiles a crate once for each set of features. The tool and the Python package need most crates in common, but each asks
//! for a few features of them that the other does not. Both depend on this crate, which asks for all of these, so everything they
//! have in common is compiled once.
#![forbid(unsafe_code)]
