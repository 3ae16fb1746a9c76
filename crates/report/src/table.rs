//! A table, once described, for the page, the terminal and a CSV file.

mod html;
mod text;

use crate::{Arm, csv::Csv};

/// The alignment of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers, so that their digits line up.
    Right,
}

/// A column of a [`Table`].
#[derive(Debug, Clone)]
pub struct Column {
    /// Header.
    pub title: String,
    /// The alignment of its cells.
    pub align: Align,
    /// A sentence that explains the header; shown below the table and when the pointer rests on the header.
    pub help: Option<String>,
}

impl Column {
    /// Creates a column of words.
    pub fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), align: Align::Left, help: None }
    }

    /// Creates a column of numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), align: Align::Right, help: None }
    }

    /// Adds the sentence that explains the header.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// One cell of a [`Table`].
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What people read, for example `0.953 ± 0.002`.
    pub text: String,
    /// What the CSV file gets instead, for example the number with all its digits.
    pub raw: Option<String>,
    /// Set in bold: the best of its column.
    pub strong: bool,
    /// The rule whose colour, under the label that the text is, is shown before it.
    pub rule: Option<String>,
}

impl Cell {
    /// Creates a cell that shows `text` and puts `value` in the CSV file (nothing if it is not finite).
    pub fn value(text: impl Into<String>, value: f64) -> Self {
        let raw = if value.is_finite() { value.to_string() } else { String::new() };
        Self { text: text.into(), raw: Some(raw), ..Self::default() }
    }

    /// Creates a cell with the name of a rule, which has its colour before it on the page.
    pub fn rule(rule: impl Into<String>, label: impl Into<String>) -> Self {
        Self { text: label.into(), rule: Some(rule.into()), ..Self::default() }
    }

    /// What decides its colour.
    fn arm(&self) -> Option<Arm> {
        Some(Arm::new(self.rule.as_ref()?, &self.text))
    }

    /// Sets the cell in bold.
    pub fn strong(mut self) -> Self {
        self.strong = true;
        self
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Rows of cells under named columns.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, top to bottom. A row with too few cells is filled up with empty ones; cells beyond the last column
    /// are not shown.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Creates a table without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Appends a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        self.rows.push(row.into_iter().collect());
    }

    /// Returns the table as CSV (RFC 4180, header first), with [`Cell::raw`] where a cell has it.
    pub fn to_csv(&self) -> String {
        let mut csv = Csv::new(self.columns.iter().map(|column| &column.title));
        for row in &self.rows {
            csv.row(self.cells(row).map(|(_, cell)| cell.raw.as_deref().unwrap_or(&cell.text)));
        }
        csv.finish()
    }

    /// What the table names in the looks that the page gives.
    pub(crate) fn arms(&self) -> impl Iterator<Item = Arm> {
        self.rows.iter().flatten().filter_map(Cell::arm)
    }

    /// The columns with their cells of one row.
    fn cells<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a Column, &'a Cell)> {
        const EMPTY: &Cell = &Cell { text: String::new(), raw: None, strong: false, rule: None };
        self.columns.iter().enumerate().map(|(index, column)| (column, row.get(index).unwrap_or(EMPTY)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_the_full_number_and_fills_short_rows() {
        let mut table = Table::new(vec![Column::text("rule"), Column::number("loss"), Column::text("note")]);
        table.push([Cell::rule("sgd", "SGD, plain"), Cell::value("0.33", 1.0 / 3.0)]);
        table.push(["Adam".into(), Cell::value("diverged", f64::NAN), "a".into(), "beyond".into()]);
        assert_eq!(table.to_csv(), "rule,loss,note\n\"SGD, plain\",0.3333333333333333,\nAdam,,a\n");
    }
}
