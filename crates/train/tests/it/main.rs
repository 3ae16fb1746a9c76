//! The crate from outside: whole trainings, and weights in other programs' forms.
//!
//! One program, so that the crate is linked once.

#[path = "../../../arena/tests/it/allocator.rs"]
mod allocator;
mod interchange;
mod mnist;
mod no_allocation;
mod training;
mod weight_sets;
