//! How gradients arise: graph, plan, session.

#![forbid(unsafe_code)]
