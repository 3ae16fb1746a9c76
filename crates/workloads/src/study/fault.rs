//! What can be wrong with a study. The words of each fault stand here and nowhere else.

use thalweg_lab::experiment::ExperimentError;

/// What is wrong with a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// In the file as a whole.
    #[error("{file}: {what}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        #[source]
        what: StudyFault,
    },
    /// In the experiment that the file, or one of its lines, describes.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// What is wrong with the keys of a study that are not those of an experiment.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyFault {
    /// The file is no TOML, or has an unknown key or a value of another type.
    #[error("{0}")]
    Syntax(String),
    /// A line cannot be written as a file of its own.
    #[error(transparent)]
    Writing(toml::ser::Error),
    /// No seeds, or very many.
    #[error("`seeds` must be from 1 to 10000, not {0}")]
    Seeds(u64),
    /// `lines` and `search` together.
    #[error("it has both `lines` and `search`; keep one of them")]
    LinesAndSearch,
    /// More runs than anybody wants.
    #[error("it asks for more than {most} runs")]
    TooManyRuns {
        /// The largest number of runs.
        most: usize,
    },
    /// Two lines of one name.
    #[error("two lines are called `{0}`; give each a name of its own")]
    SameLine(String),
    /// More or less than one problem, or than one rule.
    #[error("a study has one problem and one rule")]
    SeveralProblemsOrRules,
    /// Test examples that would be drawn and learnt from.
    #[error(
        "`test_curve` shows the test examples at every evaluation, so `early_stopping` and `plateau` would learn from them; leave one out"
    )]
    TestLearntFrom,
    /// `test_curve` with another figure.
    #[error("`test_curve` belongs to `figure = \"accuracy\"`")]
    TestCurve,
    /// A problem without a network.
    #[error("a study trains networks; its problem needs a `dataset`")]
    NoNetwork,
    /// Panels over more than one key, or over none.
    #[error("`panels` has one key of the problem, with a list of its values")]
    Panels,
    /// A search over nothing, or of no trials, or of very many.
    #[error("a search needs `trials`, and `over` with at least one setting and its range")]
    Search,
    /// A range of a search that goes down, or does not begin above 0.
    #[error("the range [{from}, {to}] of `{setting}` is none: it goes from above 0 to a larger number")]
    Range {
        /// The setting.
        setting: String,
        /// Where it begins.
        from: f64,
        /// Where it ends.
        to: f64,
    },
    /// A setting of a search that belongs to nothing.
    #[error("the settings of a search begin with `problem.` or `rule.`, such as `rule.learning_rate`")]
    Setting,
}
