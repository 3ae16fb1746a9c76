//! What people look at: figures, tables, one self-contained interactive page.

#![forbid(unsafe_code)]
