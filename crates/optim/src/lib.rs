//! How parameters move: rules, chains, passes, schedules, the catalogue.

#![forbid(unsafe_code)]
