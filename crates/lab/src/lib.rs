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
//! Everything but [`engine`] knows neither training nor the catalogue of rules: the one comes in as a `Runner`, the other as
//! a [`Vocabulary`](experiment::Vocabulary), so it is tested in milliseconds with a runner that only does arithmetic.
//! [`engine`] is the runner, and the vocabulary, of this program.
//!
//! ```
//! use thalweg_lab::engine::vocabulary;
//! use thalweg_lab::experiment::Document;
//!
//! let text = r#"
//!     rules = ["momentum", { name = "adam", learning_rate = 0.001 }]
//!     [problem]
//!     dataset = "digits"
//!     epochs = 5
//! "#;
//! let experiment = Document::parse("digits.toml", text)?.check(&vocabulary())?;
//! // Of a rule whose rate is given, only the final runs are left, and those at its defaults.
//! assert_eq!(experiment.planned_cells(), 32 + 10);
//!
//! let error = Document::parse("digits.toml", "[problem]\ndataset = 'digts'")?.check(&vocabulary()).unwrap_err();
//! assert!(error.to_string().contains("did you mean `digits`?"));
//! # Ok::<(), thalweg_lab::experiment::ExperimentError>(())
//! ```

#![forbid(unsafe_code)]

#[cfg(not(any(feature = "bundled-sqlite", feature = "system-sqlite")))]
compile_error!(
    "results are kept in SQLite: choose the feature `bundled-sqlite` (the default) or `system-sqlite`"
);

pub mod cell;
pub mod comparison;
pub mod digits;
pub mod engine;
mod executor;
pub mod experiment;
pub mod export;
pub mod fault;
pub mod memory;
pub mod outcome;
pub mod preflight;
pub mod protocol;
pub mod range_test;
pub mod search;
pub mod seeds;
mod stage;
pub mod statistics;
pub mod store;
pub mod study;
pub mod verdict;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
