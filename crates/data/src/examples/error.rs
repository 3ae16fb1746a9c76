//! What makes numbers useless as examples.

/// Why numbers cannot be used as examples.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExamplesError {
    /// The inputs do not divide into rows.
    #[error("{numbers} input values do not divide into rows of {features} features")]
    Ragged {
        /// Numbers given.
        numbers: usize,
        /// Numbers in one row.
        features: usize,
    },
    /// More inputs than targets, or the reverse.
    #[error("there are {inputs} inputs but {targets} targets; they must be as many")]
    CountMismatch {
        /// Rows of input.
        inputs: usize,
        /// Targets.
        targets: usize,
    },
    /// Nothing to train or test on.
    #[error("the {part} part is empty; it needs at least one example")]
    Empty {
        /// train or test.
        part: &'static str,
    },
    /// NaN or infinity among the inputs.
    #[error(
        "the {part} inputs hold {value} in row {row}, column {column} (counted from 0); remove or replace such values \
         first, since training on them gives NaN everywhere"
    )]
    InputNotFinite {
        /// train, validation or test.
        part: &'static str,
        /// The example.
        row: usize,
        /// The feature.
        column: usize,
        /// NaN, inf or -inf.
        value: f32,
    },
    /// NaN or infinity among the targets.
    #[error(
        "the {part} targets hold {value} in row {row}, column {column} (counted from 0); remove such examples first"
    )]
    TargetNotFinite {
        /// train, validation or test.
        part: &'static str,
        /// The example.
        row: usize,
        /// The target value within the row.
        column: usize,
        /// NaN, inf or -inf.
        value: f32,
    },
    /// A label for which there is no class.
    #[error("the {part} label in row {row} (counted from 0) is {label}, but the labels of {classes} classes go from 0 to {}", .classes.saturating_sub(1))]
    LabelOutOfRange {
        /// train, validation or test.
        part: &'static str,
        /// The example.
        row: usize,
        /// The label found.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// Labels were asked of a regression, or values of a classification.
    #[error("the targets are {found}, but {wanted} are needed here")]
    WrongTargets {
        /// What there is.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
}
