//! The crate from outside: networks of the notes, and what a step allocates.
//!
//! One program, so that the crate is linked once.

#[path = "../../../arena/tests/it/allocator.rs"]
mod allocator;
mod no_allocation;
mod shopping;
mod two_layer_net;
