//! Which experiments, and what we learn: protocol, search, statistics, store, verdict.
#![forbid(unsafe_code)]
pub mod experiment;
pub mod statistics;
