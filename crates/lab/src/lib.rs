//! Which experiments, and what we learn from them.
//!
//! An experiment goes through this crate from top to bottom:
//!
//! 1. [`experiment`]: a TOML file is read as written, then checked against the names it may use;
//! 2. [`protocol`]: the race turns it into batches of [cells](cell), one training run each; [`search`] places the learning
//!    rates, [`seeds`] keeps the stages apart;
//! 3. a [`Runner`](protocol::Runner) runs the cells that the [`store`] does not hold yet, and gives an [`outcome`] for each;
//! 4. [`comparison`] gathers the figures, and [`verdict`] says what they mean, with the [`statistics`] behind it.
//!
//! The lab knows neither training nor the catalogue of rules: the one comes in as a `Runner`, the other as a
//! [`Vocabulary`](experiment::Vocabulary). So a test of a whole comparison takes milliseconds, with a runner that only does
//! arithmetic. The crate `thalweg-workloads` has the runner and the vocabulary of this program.
//!
//! What is behind a verdict can be used alone:
//!
//! ```
//! use thalweg_lab::statistics::PairedDifference;
//!
//! // Two rules on the same three seeds.
//! let difference = PairedDifference::of(&[0.91, 0.87, 0.93], &[0.90, 0.87, 0.91]).expect("pairs");
//! let interval = difference.interval(0.95);
//! assert!(interval.low < 0.0 && 0.0 < interval.high, "cannot tell");
//! // With eight times the seeds, and differences as large and as scattered, it can.
//! assert!(difference.with_seeds(24).interval(0.95).low > 0.0);
//! ```

#![forbid(unsafe_code)]

#[cfg(not(any(feature = "bundled-sqlite", feature = "system-sqlite")))]
compile_error!(
    "results are kept in SQLite: choose the feature `bundled-sqlite` (the default) or `system-sqlite`"
);

pub mod cell;
pub mod comparison;
pub mod digits;
pub mod executor;
pub mod experiment;
pub mod export;
pub mod fault;
pub mod memory;
pub mod outcome;
pub mod protocol;
pub mod search;
pub mod seeds;
mod stage;
pub mod statistics;
pub mod store;
pub mod verdict;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
