//! What the crate promises as a whole.

mod allocator;
mod out_of_memory;
