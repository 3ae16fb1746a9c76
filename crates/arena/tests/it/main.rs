//! What the crate promises as a whole.

mod out_of_memory;
