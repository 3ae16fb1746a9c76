//! The loop: trainer, metrics, checkpoints.

#![forbid(unsafe_code)]
