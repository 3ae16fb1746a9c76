//! What is wrong with a table.

use crate::examples::ExamplesError;

/// Why bytes are not a table of examples. Lines and columns are counted from 1, as editors do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CsvError {
    /// No line with data.
    #[error("the file holds no examples; it needs at least one line of numbers")]
    Empty,
    /// Only one column.
    #[error("the file has one column; it needs at least one feature and a target")]
    OneColumn,
    /// A named target without such a column.
    #[error("there is no column `{name}` to be the target; {hint}")]
    NoTarget {
        /// The name asked for.
        name: String,
        /// The nearest name or all of them.
        hint: String,
    },
    /// A line with more or fewer fields than the first.
    #[error("line {line} has {found} fields, but the first line has {expected}")]
    Fields {
        /// The line.
        line: u64,
        /// Its fields.
        found: usize,
        /// Fields of the first line.
        expected: usize,
    },
    /// A feature or value that is not a finite number.
    #[error(
        "line {line}, column `{column}`: `{text}` is not a finite number; fill in or remove such lines first"
    )]
    NotANumber {
        /// The line.
        line: u64,
        /// The column's name, or its number.
        column: String,
        /// The text in that field.
        text: String,
    },
    /// A field without text where a class is needed.
    #[error("line {line}, column `{column}`: the class is missing; fill in or remove such lines first")]
    NoClass {
        /// The line.
        line: u64,
        /// The column's name, or its number.
        column: String,
    },
    /// Bytes that are not text.
    #[error("line {line} is not UTF-8 text; save the file as UTF-8 first")]
    NotText {
        /// The line.
        line: u64,
    },
    /// What the CSV reader could not make sense of.
    #[error("not a CSV file: {0}")]
    Malformed(String),
    /// Numbers that do not make examples.
    #[error(transparent)]
    Examples(#[from] ExamplesError),
}
