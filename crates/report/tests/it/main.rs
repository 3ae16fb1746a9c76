//! The crate from outside: whole pages.
//!
//! One program, so that the crate is linked once.

mod page;
