//! Which experiments, and what we learn from them: protocol, search, statistics, store, verdict.

#![forbid(unsafe_code)]
