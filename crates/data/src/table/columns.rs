//! The columns of a table: their cells, and what kind of column that makes.

use std::collections::HashMap;

use super::cells::{self, Cell};
use super::error::TableError;
use crate::options::ColumnKey;

/// More different texts than this are counted as "more than" it, and cannot be told apart.
pub(super) const MOST_TEXTS: usize = 10_000;
/// The text of a cell that holds none.
const NO_TEXT: u32 = u32::MAX;
/// The text of a cell beyond [`MOST_TEXTS`].
const ANOTHER_TEXT: u32 = u32::MAX - 1;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers, with missing cells perhaps.
    Numbers,
    /// Texts, with missing cells perhaps.
    Texts,
    /// Dates or times.
    Dates,
    /// Numbers and texts.
    Mixed,
    /// Nothing in any line.
    Empty,
}

/// The first cell of a sort: its line and its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sighting {
    pub(super) line: u64,
    pub(super) text: String,
}

/// How many cells of each sort a column has, and where the first of them stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) numbers: usize,
    pub(super) missing: usize,
    pub(super) texts: usize,
    pub(super) dates: usize,
    pub(super) commas: usize,
    /// Numbers whose comma may part thousands.
    pub(super) unclear_commas: usize,
    pub(super) first_missing: Option<u64>,
    pub(super) first_text: Option<Sighting>,
    pub(super) first_date: Option<Sighting>,
    pub(super) first_infinite: Option<Sighting>,
    pub(super) first_grouped: Option<Sighting>,
    pub(super) first_comma: Option<Sighting>,
    pub(super) first_point: Option<Sighting>,
}

/// One column.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// NaN where there is no number.
    numbers: Vec<f64>,
    /// Index of each cell's text; absent as long as no cell holds text.
    texts: Option<Vec<u32>>,
    dictionary: Vec<String>,
    positions: HashMap<String, u32>,
    pub(super) seen: Seen,
}

impl Column {
    /// Appends a cell, without blanks around it, of the record that starts in the line that `line` returns.
    pub(super) fn push(&mut self, cell: &str, line: impl Fn() -> u64) {
        let (number, text) = self.understand(cell, line);
        if text != NO_TEXT && self.texts.is_none() {
            self.texts = Some(vec![NO_TEXT; self.numbers.len()]);
        }
        self.numbers.push(number);
        if let Some(texts) = &mut self.texts {
            texts.push(text);
        }
    }

    /// Puts a cell before all others.
    pub(super) fn push_front(&mut self, cell: &str, line: u64) {
        let (number, text) = self.understand(cell, || line);
        if text != NO_TEXT && self.texts.is_none() {
            self.texts = Some(vec![NO_TEXT; self.numbers.len()]);
        }
        self.numbers.insert(0, number);
        if let Some(texts) = &mut self.texts {
            texts.insert(0, text);
        }
    }

    fn understand(&mut self, cell: &str, line: impl Fn() -> u64) -> (f64, u32) {
        let seen = &mut self.seen;
        let sighting = |first: &mut Option<Sighting>| {
            if first.is_none() {
                *first = Some(Sighting { line: line(), text: cell.chars().take(40).collect() });
            }
        };
        match cells::read(cell) {
            Cell::Missing => {
                seen.missing += 1;
                seen.first_missing.get_or_insert_with(&line);
                return (f64::NAN, NO_TEXT);
            }
            Cell::Number(value) => {
                seen.numbers += 1;
                if seen.first_point.is_none() && cell.contains('.') {
                    sighting(&mut seen.first_point);
                }
                return (value, NO_TEXT);
            }
            Cell::CommaNumber { value, grouped } => {
                seen.numbers += 1;
                seen.commas += 1;
                seen.unclear_commas += usize::from(grouped);
                sighting(&mut seen.first_comma);
                return (value, NO_TEXT);
            }
            Cell::Infinite => sighting(&mut seen.first_infinite),
            Cell::Grouped => sighting(&mut seen.first_grouped),
            Cell::Date => {
                seen.dates += 1;
                sighting(&mut seen.first_date);
            }
            Cell::Text => sighting(&mut seen.first_text),
        }
        seen.texts += 1;
        (f64::NAN, self.position(cell))
    }

    fn position(&mut self, text: &str) -> u32 {
        if let Some(position) = self.positions.get(text) {
            return *position;
        }
        if self.dictionary.len() == MOST_TEXTS {
            return ANOTHER_TEXT;
        }
        let position = self.dictionary.len() as u32;
        self.dictionary.push(text.into());
        self.positions.insert(text.into(), position);
        position
    }

    pub(super) fn kind(&self) -> ColumnKind {
        match self.seen {
            Seen { numbers: 0, texts: 0, .. } => ColumnKind::Empty,
            Seen { texts: 0, .. } => ColumnKind::Numbers,
            Seen { numbers: 1.., .. } => ColumnKind::Mixed,
            Seen { texts, dates, .. } if texts == dates => ColumnKind::Dates,
            _ => ColumnKind::Texts,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Returns the number in a line, counted from 0.
    pub(super) fn number(&self, row: usize) -> Option<f64> {
        Some(self.numbers[row]).filter(|number| !number.is_nan())
    }

    /// Returns all numbers, NaN where there is none.
    pub(super) fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// Returns the text in a line, counted from 0. Texts beyond [`MOST_TEXTS`] different ones are forgotten.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        let position = *self.texts.as_ref()?.get(row)?;
        self.dictionary.get(position as usize).map(String::as_str)
    }

    /// Returns what a cell says as text: its text, or its number as it would be written.
    pub(super) fn said(&self, row: usize) -> Option<String> {
        self.text(row).map(String::from).or_else(|| self.number(row).map(|number| number.to_string()))
    }

    /// Returns the different texts, in the order in which they first stand.
    pub(super) fn dictionary(&self) -> &[String] {
        &self.dictionary
    }

    /// Returns whether some cell holds this text.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.positions.contains_key(text)
    }

    /// Returns whether there are more different texts than were kept.
    pub(super) fn has_too_many_texts(&self) -> bool {
        self.dictionary.len() == MOST_TEXTS
    }

    /// Returns how often each text of [`dictionary`](Self::dictionary) stands.
    pub(super) fn occurrences(&self) -> Vec<usize> {
        let mut occurrences = vec![0; self.dictionary.len()];
        for position in self.texts.iter().flatten() {
            if let Some(count) = occurrences.get_mut(*position as usize) {
                *count += 1;
            }
        }
        occurrences
    }

    /// Returns the smallest and the largest number.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        let there = self.numbers.iter().filter(|number| !number.is_nan());
        there.fold(None, |range, number| match range {
            None => Some((*number, *number)),
            Some((least, most)) => Some((least.min(*number), most.max(*number))),
        })
    }

    pub(super) fn is_whole(&self) -> bool {
        self.numbers.iter().all(|number| number.is_nan() || number.fract() == 0.0)
    }

    pub(super) fn is_constant(&self) -> bool {
        match self.kind() {
            ColumnKind::Numbers => self.range().is_some_and(|(least, most)| least == most),
            ColumnKind::Texts | ColumnKind::Dates => self.dictionary.len() == 1,
            ColumnKind::Mixed | ColumnKind::Empty => false,
        }
    }

    /// Returns whether each number is one more than the one above it.
    pub(super) fn is_consecutive(&self) -> bool {
        self.kind() == ColumnKind::Numbers
            && self.seen.missing == 0
            && self.is_whole()
            && self.numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0)
    }

    /// Returns whether all lines hold something else.
    pub(super) fn is_distinct(&self) -> bool {
        match self.kind() {
            ColumnKind::Numbers => {
                let mut sorted = self.numbers.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                self.seen.missing == 0 && sorted.windows(2).all(|pair| pair[0] < pair[1])
            }
            _ => self.dictionary.len() == self.len(),
        }
    }
}

/// Returns the place of the column that `key` names.
pub(super) fn find(columns: &[Column], key: &ColumnKey, of: &'static str) -> Result<usize, TableError> {
    let width = columns.len();
    let missing = |hint| TableError::NoColumn { key: of, name: key.to_string(), hint };
    match key {
        ColumnKey::Number(number) => {
            let place = if *number < 0 { width as i64 + number } else { number - 1 };
            usize::try_from(place).ok().filter(|place| *place < width).ok_or_else(|| {
                missing(format!("there are {width} columns, counted from 1, or from the end with a minus"))
            })
        }
        ColumnKey::Name(name) => {
            let mut places = (0..width).filter(|place| columns[*place].name == *name);
            match (places.next(), places.count()) {
                (Some(place), 0) => Ok(place),
                (Some(_), more) => {
                    Err(TableError::SeveralColumns { key: of, name: name.clone(), count: more + 1 })
                }
                (None, _) => {
                    Err(missing(thalweg_kit::hint(name, columns.iter().map(|column| column.name.as_str()))))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> Column {
        let mut column = Column::default();
        for (row, cell) in cells.iter().enumerate() {
            column.push(cell, || row as u64 + 1);
        }
        column
    }

    #[test]
    fn the_cells_decide_the_kind() {
        assert_eq!(column(&["1", "", "2.5"]).kind(), ColumnKind::Numbers);
        assert_eq!(column(&["a", "NA", "2024-01-01"]).kind(), ColumnKind::Texts);
        assert_eq!(column(&["2024-01-02", ""]).kind(), ColumnKind::Dates);
        assert_eq!(column(&["1", "x"]).kind(), ColumnKind::Mixed);
        assert_eq!(column(&["", "nan"]).kind(), ColumnKind::Empty);
    }

    #[test]
    fn cells_are_found_again_whatever_came_before_them() {
        let mut mixed = column(&["1", "x", "", "x"]);
        mixed.push_front("y", 0);
        assert_eq!(
            (0..5).map(|row| mixed.text(row)).collect::<Vec<_>>(),
            [Some("y"), None, Some("x"), None, Some("x")]
        );
        assert_eq!(mixed.number(1), Some(1.0));
        assert_eq!(mixed.seen.first_text, Some(Sighting { line: 2, text: "x".into() }));
        assert_eq!(mixed.occurrences(), [2, 1]);
    }

    #[test]
    fn constant_consecutive_and_distinct_columns_are_known() {
        assert!(column(&["7", "8", "9"]).is_consecutive() && !column(&["7", "9"]).is_consecutive());
        assert!(column(&["3", "1", "2"]).is_distinct() && !column(&["3", "1", "3"]).is_distinct());
        assert!(column(&["3", "3.0"]).is_constant() && column(&["a", "a"]).is_constant());
    }
}
