//! Where numbers live: names, shapes, ranges; aligned buffers; checkpoints.

#![forbid(unsafe_code)]
