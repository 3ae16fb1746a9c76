//! What a run carries out: functions, networks, programs and problems of one's own, as the runs of the lab.
//!
//! [`thalweg_lab`] knows neither training nor the catalogue of rules. This crate is what stands between them: [`engine`] runs its
//! [cells](thalweg_lab::cell) and says which names an experiment may use. Beside it stands what looks at networks directly:
//! [`preflight`] (can this experiment tell anything?), [`range_test`] (which rates are worth trying?) and [`study`] (what does a
//! setting do?).
//!
//! ```
//! use thalweg_lab::experiment::Document;
//! use thalweg_workloads::engine::vocabulary;
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

pub mod engine;
mod fault;
pub mod preflight;
pub mod range_test;
pub mod study;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
