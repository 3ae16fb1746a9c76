//! A study: one training run in several variants, drawn together. Where a comparison asks which rule is better, a study shows
//! what a setting does: initial values, batch normalisation, dropout, a random search. It makes no claim beyond its seeds.
//!
//! A study is an experiment file with one problem and one rule, and besides
//!
//! ```toml
//! title = "What initial values do"
//! figure = "loss"                  # what is shown: see [`Shown`]
//! seeds = 3                        # runs of each line
//! test_curve = true                # for teaching: test examples in place of validation examples at every evaluation
//!
//! [[lines]]                        # each lays its tables over those of the file
//! name = "He"
//! problem = { initial = "he" }
//! book = { training_loss = 0.132 } # what a published run gives, to hold ours against
//!
//! [panels]                         # every line once for each of these
//! initial = [1.0, 0.1, 0.01]
//!
//! [search]                         # or, in place of lines, random settings
//! trials = 100
//! over = { "rule.learning_rate" = [1e-6, 1e-2] }
//! ```

mod document;
mod fault;
mod in_language;
mod probe;
mod run;
mod translation;

pub use fault::{StudyError, StudyFault};
pub use probe::{Filters, Mistake};
pub use run::{LineResult, StudyRun, StudyRunError, at, run};
pub use translation::Translation;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::TrainingProblem;

/// What a study shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Curves of the loss of batches.
    Loss,
    /// Curves of accuracy on training and validation examples.
    Accuracy,
    /// How the values of each activation are distributed before the first step.
    Activations,
    /// The windows of the first convolution before and after learning.
    Filters,
    /// Test images that the network takes for something else.
    Mistakes,
    /// The best of a random search, and where its trials lay.
    Search,
}

/// A figure that can be read off the end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The mean loss of the batches since the evaluation before.
    TrainingLoss,
    /// The share of training examples classified correctly.
    TrainingAccuracy,
    /// The same of validation examples.
    ValidationAccuracy,
    /// The same of test examples, read once at the end.
    TestAccuracy,
}

impl Quantity {
    /// As one says it.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::TrainingLoss => "training loss",
            Quantity::TrainingAccuracy => "training accuracy",
            Quantity::ValidationAccuracy => "validation accuracy",
            Quantity::TestAccuracy => "test accuracy",
        }
    }
}

/// A checked study.
#[derive(Clone, Debug)]
pub struct Study {
    /// Its name, for files.
    pub name: String,
    /// What it shows, in a few words.
    pub title: String,
    /// A sentence or two about it; may be empty.
    pub about: String,
    /// Its texts in other languages, by code.
    pub translations: BTreeMap<String, Translation>,
    /// What is shown.
    pub shown: Shown,
    /// The variants, panel by panel.
    pub lines: Vec<Line>,
    /// Whether the curves show the test examples at every evaluation, for teaching, in place of validation examples.
    pub test_curve: bool,
    /// The settings that were searched, with their ranges, if it is a search.
    pub searched: Vec<(String, [f64; 2])>,
}

/// What the only line of a study without lines is called.
pub const UNNAMED: &str = "run";

/// One variant.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// What it has in common with the lines beside it; empty if there are no panels.
    pub panel: String,
    /// The problem.
    pub problem: TrainingProblem,
    /// Its runs, one a seed.
    pub cells: Vec<Cell>,
    /// What a published run gives.
    pub book: BTreeMap<Quantity, f64>,
    /// The values that a search drew, in the order of [`Study::searched`].
    pub drawn: Vec<f64>,
}
