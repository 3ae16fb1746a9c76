//! How a table was understood: what `thalweg data describe` shows, and in short what every run says at its start.

mod proposal;
mod words;

use super::characters::Characters;
use super::choice::{Choice, Chosen, LeftOut};
use super::columns::{Column, ColumnKind};
use super::encoding::{Encoding, Unknown};
use super::error::TableError;
use super::reading::Table;
use crate::options::{Missing, Normalize, Options};
use crate::target::Understood;

/// Texts of a column that are listed.
const LISTED: usize = 5;
/// A column of fewer lines is no index by its numbers alone.
const FEWEST_OF_AN_INDEX: usize = 10;

/// How a table was understood.
#[derive(Debug, Clone)]
pub struct Description {
    /// How its characters are stored.
    pub characters: Characters,
    /// What stands between the cells.
    pub separator: char,
    /// Whether fractions stand behind a comma.
    pub decimal_comma: bool,
    /// Whether the first line names the columns.
    pub has_header: bool,
    /// Lines with an example.
    pub lines: usize,
    /// Lines of separators alone, which were left out.
    pub blank_lines: usize,
    /// All columns, in the order of the file.
    pub columns: Vec<ColumnDescription>,
    /// What the target is; absent as long as that is not clear.
    pub target: Option<TargetDescription>,
    /// Inputs of a network; absent as long as something keeps the table from being learnt from.
    pub inputs: Option<usize>,
    /// How numbers are scaled.
    pub normalize: Normalize,
    /// Whether missing cells are filled.
    pub fills: bool,
    /// Lines for training, validation and test.
    pub parts: Option<[usize; 3]>,
    /// What keeps the table from being learnt from.
    pub problems: Vec<TableError>,
    /// Cells whose text a trained network does not know, with the first of them and its column.
    unknown: Unknown,
}

/// One column of a table.
#[derive(Debug, Clone)]
pub struct ColumnDescription {
    /// Its name, or its number from 1.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// What it is used for; absent as long as the target is not clear.
    pub role: Option<Role>,
    /// Cells without a value.
    pub missing: usize,
    /// The smallest and the largest number.
    pub range: Option<(f64, f64)>,
    /// Whether all numbers are whole.
    pub is_whole: bool,
    /// Whether all lines hold the same.
    pub is_constant: bool,
    /// Whether it counts or names the lines.
    pub is_index: bool,
    /// How many different texts it holds.
    pub texts: usize,
    /// The most frequent texts, with how often they stand.
    pub frequent: Vec<(String, usize)>,
}

/// What a column is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The network gets it.
    Feature,
    /// The network is to say it.
    Target,
    /// Nothing, and why.
    LeftOut(LeftOut),
}

/// What the target is.
#[derive(Debug, Clone)]
pub struct TargetDescription {
    /// The place of its column, from 0.
    pub column: usize,
    /// How it was found.
    pub chosen: Chosen,
    /// The classes with how many lines each has; empty for values.
    pub classes: Vec<(String, usize)>,
}

impl Description {
    pub(super) fn new(table: &Table, choice: Option<&Choice>, options: &Options) -> Description {
        let role = |place: usize| {
            let choice = choice?;
            let out = choice.left_out.iter().find(|(column, _)| *column == place);
            Some(match out {
                Some((_, why)) => Role::LeftOut(*why),
                None if Some(place) == choice.target => Role::Target,
                None => Role::Feature,
            })
        };
        let columns = table.columns.iter().enumerate();
        Description {
            characters: table.characters,
            separator: table.separator,
            decimal_comma: table.columns.iter().any(|column| column.seen.commas > 0),
            has_header: table.has_header,
            lines: table.lines,
            blank_lines: table.blank_lines,
            columns: columns.map(|(place, column)| ColumnDescription::new(column, role(place))).collect(),
            target: None,
            inputs: None,
            normalize: options.normalize,
            fills: options.table.missing == Missing::Fill,
            parts: None,
            problems: Vec::new(),
            unknown: Unknown::default(),
        }
    }

    pub(super) fn set_target(&mut self, choice: &Choice, understood: &Understood) {
        let Some(column) = choice.target else { return };
        let classes = match understood {
            Understood::Values => Vec::new(),
            Understood::Classes(names, labels) => {
                let mut counts = vec![0; names.len()];
                labels.iter().for_each(|label| counts[*label as usize] += 1);
                names.iter().cloned().zip(counts).collect()
            }
        };
        self.target = Some(TargetDescription { column, chosen: choice.chosen, classes });
    }

    pub(super) fn set_encoding(&mut self, encoding: &Encoding, unknown: &Unknown) {
        self.inputs = Some(encoding.inputs());
        self.unknown = unknown.clone();
    }

    /// Returns the columns that are used as features.
    pub fn features(&self) -> impl Iterator<Item = &ColumnDescription> {
        self.columns.iter().filter(|column| column.role == Some(Role::Feature))
    }
}

impl ColumnDescription {
    fn new(column: &Column, role: Option<Role>) -> ColumnDescription {
        let mut frequent: Vec<(String, usize)> =
            column.dictionary().iter().cloned().zip(column.occurrences()).collect();
        frequent.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        frequent.truncate(LISTED);
        let name = column.name.to_lowercase();
        let is_named_id = name == "index" || name.ends_with("id") && column.kind() != ColumnKind::Mixed;
        let counts = column.len() >= FEWEST_OF_AN_INDEX && column.is_consecutive();
        let names_lines = is_named_id && column.len() > 2 && column.is_whole() && column.is_distinct();
        ColumnDescription {
            name: column.name.clone(),
            kind: column.kind(),
            role,
            missing: column.seen.missing,
            range: column.range(),
            is_whole: column.is_whole(),
            is_constant: column.len() > 1 && column.is_constant(),
            is_index: counts || names_lines,
            texts: column.dictionary().len(),
            frequent,
        }
    }
}
