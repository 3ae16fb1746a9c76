//! What is wrong with a table, and which key or which change of the file mends it.

use crate::examples::ExamplesError;
use crate::split::CutError;
use crate::target::TargetError;

/// Why bytes are not a table of examples. Lines and columns are counted from 1, as editors do. Keys are named as experiment files
/// and Python write them; an option of the command line is the same with two hyphens.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// No line with data.
    #[error("the file holds no examples; it needs at least one line of numbers")]
    Empty,
    /// A file of another program.
    #[error("this is no text but {0}")]
    OtherFile(&'static str),
    /// Bytes that are not text.
    #[error("line {line} is not UTF-8 text; {advice}")]
    NotText {
        /// The line.
        line: u64,
        /// How to convert it.
        advice: &'static str,
    },
    /// Only one column.
    #[error(
        "the file has one column; it needs at least one feature and a target, parted by one of , ; tab |{}",
        if *.blanks { "; if blanks part them, set `separator = \"space\"` (--separator space)" } else { "" }
    )]
    OneColumn {
        /// Whether the lines hold blanks.
        blanks: bool,
    },
    /// Two separators that explain the lines equally well.
    #[error(
        "both `{one}` and `{other}` part the lines into columns; set `separator = \"{one}\"` or `separator = \"{other}\"` (--separator)"
    )]
    Separator {
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// A first line that may be a header or an example.
    #[error(
        "the first line may name the columns or be an example; set `header = true` or `header = false` (--header true, --header false)"
    )]
    Header,
    /// A line with more or fewer cells than the first.
    #[error(
        "line {line} has {found} fields, but the first line has {expected}; a cell that holds the separator needs quotes"
    )]
    Fields {
        /// The line.
        line: u64,
        /// Its fields.
        found: usize,
        /// Fields of the first line.
        expected: usize,
    },
    /// A quoted cell without an end.
    #[error(
        "the quotes that open in the record of line {line} are not closed before the file ends; close or remove them"
    )]
    Quotes {
        /// Where the last record starts.
        line: u64,
    },
    /// A key that names no column.
    #[error("`{key}` names the column `{name}`, but there is none; {hint}")]
    NoColumn {
        /// `target` or `ignore`.
        key: &'static str,
        /// The name or number given.
        name: String,
        /// The nearest name or all of them.
        hint: String,
    },
    /// A key that names one of several columns.
    #[error(
        "`{key}` names the column `{name}`, but {count} columns have that name; give its number, counted from 1"
    )]
    SeveralColumns {
        /// `target` or `ignore`.
        key: &'static str,
        /// The name given.
        name: String,
        /// How many columns.
        count: usize,
    },
    /// No column that is plainly the target.
    #[error(
        "{problem}; set `target` to a column's name, or to its number (--target), counted from 1, or from the end with a minus"
    )]
    Target {
        /// Why the last column is not taken.
        problem: String,
    },
    /// Missing cells in the target.
    #[error(
        "the target column `{column}` has no value in {count} lines (first in line {line}); fill in or remove such lines first"
    )]
    MissingTarget {
        /// The column.
        column: String,
        /// How many.
        count: usize,
        /// The first of them.
        line: u64,
    },
    /// A target column that cannot be learnt as it is.
    #[error("the target column `{column}`: {cause}")]
    TargetKind {
        /// The column.
        column: String,
        /// What is wrong.
        cause: TargetError,
    },
    /// Missing cells in features.
    #[error(
        "cells are missing in {}; fill them in first, or set `missing = \"fill\"` (--missing fill): the mean or the most frequent text, and an \
         input that says where",
        counted(.0)
    )]
    Missing(Vec<(String, usize)>),
    /// A number that is none or too large.
    #[error(
        "line {line}, column `{column}`: `{text}` is not a finite number; fill in or remove such lines first"
    )]
    NotFinite {
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// The text in that cell.
        text: String,
    },
    /// Text in a column of numbers.
    #[error(
        "line {line}, column `{column}`: `{text}` is not a number, and other cells of the column are; write a number, leave it \
         empty if the value is missing, or set `ignore = [\"{column}\"]` (--ignore)"
    )]
    Mixed {
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// The text in that cell.
        text: String,
    },
    /// Thousands with a separator.
    #[error(
        "line {line}, column `{column}`: `{text}` seems to have separators between the thousands; write the number without them \
         (in a spreadsheet: format the column as a plain number), or set `ignore = [\"{column}\"]` (--ignore)"
    )]
    Grouped {
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// The text in that cell.
        text: String,
    },
    /// Commas that may part thousands or be decimal commas.
    #[error(
        "line {line}, column `{column}`: the comma of `{text}` may be a decimal comma or part the thousands; set `decimal = \",\"` \
         (--decimal ,) for the first, write the numbers without commas for the second"
    )]
    UnclearComma {
        /// The line.
        line: u64,
        /// The column.
        column: String,
        /// The text in that cell.
        text: String,
    },
    /// Decimal points and decimal commas in one file.
    #[error(
        "numbers are written with a point (`{point}` in line {point_line}) and with a comma (`{comma}` in line {comma_line}); write \
         all of them alike"
    )]
    TwoDecimals {
        /// A number with a point.
        point: String,
        /// Its line.
        point_line: u64,
        /// A number with a comma.
        comma: String,
        /// Its line.
        comma_line: u64,
    },
    /// Features that are dates.
    #[error(
        "column `{column}` holds dates (`{text}` in line {line}), which are no numbers; set `ignore = [\"{column}\"]` (--ignore), or \
         write what of them matters as a number, such as days or the hour"
    )]
    Dates {
        /// The column.
        column: String,
        /// The first of them.
        text: String,
        /// Its line.
        line: u64,
    },
    /// A column of texts that name lines rather than categories.
    #[error(
        "column `{column}` holds {count} different texts in {lines} lines; {} can become inputs, if they are not all different. \
         Set `ignore = [\"{column}\"]` (--ignore), or make fewer categories of them",
        super::cells::MOST_CATEGORIES
    )]
    Categories {
        /// The column.
        column: String,
        /// How many texts.
        count: String,
        /// How many lines.
        lines: usize,
    },
    /// A first column without a name that is no index.
    #[error(
        "the first column has no name, and is no index either; give it a name, or set `ignore = [1]` (--ignore 1)"
    )]
    Unnamed,
    /// No column is left to learn from.
    #[error("no column is left to learn from; the target and the columns left out are all there are")]
    NoFeatures,
    /// Fewer lines than three parts need.
    #[error(
        "{lines} lines are too few to be cut into training, validation and test; at least {needed} are needed{}",
        if *.classes > 0 { ", and 3 of one class" } else { "" }
    )]
    TooFew {
        /// How many there are.
        lines: usize,
        /// How many are needed.
        needed: usize,
        /// How many classes, or 0.
        classes: usize,
    },
    /// A line without a group.
    #[error("the column `{column}` of `group` is empty in line {line}; fill it in, or leave that line out")]
    NoGroup {
        /// The column.
        column: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// Lines that cannot be cut into parts.
    #[error(transparent)]
    Cut(#[from] CutError),
    /// A network that was trained on other columns.
    #[error("the network was trained on a column `{column}` that is {what} here; {hint}")]
    OtherColumns {
        /// The column.
        column: String,
        /// What is wrong with it.
        what: &'static str,
        /// What there is.
        hint: String,
    },
    /// What the CSV reader could not make sense of.
    #[error("not a CSV file: {0}")]
    Malformed(String),
    /// Numbers that do not make examples.
    #[error(transparent)]
    Examples(#[from] ExamplesError),
}

fn counted(columns: &[(String, usize)]) -> String {
    let mut parts: Vec<String> =
        columns.iter().take(8).map(|(column, count)| format!("`{column}` ({count})")).collect();
    if columns.len() > 8 {
        parts.push(format!("{} more columns", columns.len() - 8));
    }
    parts.join(", ")
}
