//! The lines of a file as columns.

use std::cell::Cell as Counter;

use csv::StringRecord;

use super::characters::{self, Characters};
use super::columns::{Column, Seen};
use super::error::TableError;
use super::{dialect, header};
use crate::options::{ColumnKey, Options};

/// A file as columns.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// Lines with an example.
    pub(super) lines: usize,
    pub(super) characters: Characters,
    pub(super) separator: char,
    pub(super) has_header: bool,
    /// Whether the header leaves the first column without a name, as pandas does with its index.
    pub(super) unnamed_first: bool,
    /// Lines of separators alone, which spreadsheets leave behind.
    pub(super) blank_lines: usize,
}

impl Table {
    pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Table, TableError> {
        let (text, characters) = characters::decode(bytes)?;
        if text.trim().is_empty() {
            return Err(TableError::Empty);
        }
        let (separator, body) = dialect::separator(&text, options.table.separator)?;
        let skipped = text[..text.len() - body.len()].matches('\n').count() as u64;
        let mut lines = Lines::new(body, separator, skipped);
        let Some(first) = lines.first()? else { return Err(TableError::Empty) };
        if first.len() < 2 {
            return Err(TableError::OneColumn { blanks: first[0].contains(' ') });
        }
        let first_line = lines.number();
        let mut columns = vec![Column::default(); first.len()];
        let mut count = 0;
        while lines.next()? {
            if lines.record.len() != columns.len() {
                let (found, expected) = (lines.record.len(), columns.len());
                return Err(TableError::Fields { line: lines.number(), found, expected });
            }
            for (column, cell) in columns.iter_mut().zip(&lines.record) {
                column.push(cell.trim(), || lines.number());
            }
            count += 1;
        }
        lines.check_quotes()?;
        let has_header = match options.table.header {
            Some(has_header) => has_header,
            None => header::names_columns(&first, &columns, &named(options))?,
        };
        if !has_header {
            columns.iter_mut().zip(&first).for_each(|(column, cell)| column.push_front(cell, first_line));
            count += 1;
        }
        if count == 0 {
            return Err(TableError::Empty);
        }
        for (place, column) in columns.iter_mut().enumerate() {
            let name = if has_header { first[place].as_str() } else { "" };
            // NumPy writes its header as a comment.
            let name = if place == 0 { name.trim_start_matches('#').trim_start() } else { name };
            column.name = if name.is_empty() { (place + 1).to_string() } else { name.into() };
        }
        let unnamed_first = has_header && (first[0].is_empty() || first[0] == "Unnamed: 0");
        let blank_lines = lines.blank;
        Ok(Table { columns, lines: count, characters, separator, has_header, unnamed_first, blank_lines })
    }
}

/// Returns the names that keys give to columns.
fn named(options: &Options) -> Vec<&str> {
    let keys = options.target.iter().chain(&options.table.ignore);
    let mut names: Vec<&str> = keys
        .filter_map(|key| match key {
            ColumnKey::Name(name) => Some(name.as_str()),
            ColumnKey::Number(_) => None,
        })
        .collect();
    if let Some(encoding) = &options.encoding {
        names.push(&encoding.target);
        names.extend(encoding.features.iter().map(|feature| feature.column.as_str()));
        // Numbers stand for columns without names.
        names.retain(|name| name.parse::<u32>().is_err());
    }
    names
}

/// Returns what is wrong with the decimals of columns of numbers, which are one way in a file.
pub(super) fn unclear_decimals<'a>(
    columns: impl Iterator<Item = &'a Column> + Clone,
    given: Option<char>,
) -> Option<TableError> {
    let commas: usize = columns.clone().map(|column| column.seen.commas).sum();
    let unclear: usize = columns.clone().map(|column| column.seen.unclear_commas).sum();
    let first = |of: fn(&Seen) -> &Option<super::columns::Sighting>| {
        columns.clone().find_map(|column| of(&column.seen).as_ref().map(|first| (column.name.clone(), first.clone())))
    };
    let comma = first(|seen| &seen.first_comma);
    let point = first(|seen| &seen.first_point);
    match (comma, point) {
        (Some((column, comma)), _) if given == Some('.') => {
            Some(TableError::Grouped { line: comma.line, column, text: comma.text })
        }
        (Some((_, comma)), Some((_, point))) => Some(TableError::TwoDecimals {
            point: point.text,
            point_line: point.line,
            comma: comma.text,
            comma_line: comma.line,
        }),
        (None, Some((column, point))) if given == Some(',') => {
            Some(TableError::Grouped { line: point.line, column, text: point.text })
        }
        (Some((column, comma)), None) if commas == unclear && given.is_none() => {
            Some(TableError::UnclearComma { line: comma.line, column, text: comma.text })
        }
        _ => None,
    }
}

/// Records that hold something, each with the number of the line it starts in.
struct Lines<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    skipped: u64,
    blank: usize,
    /// The line of the record, once it was asked for.
    counted: Counter<Option<u64>>,
    /// Line of the last record, if its last cell runs over lines.
    open: Option<u64>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, separator: char, skipped: u64) -> Self {
        let reader = dialect::reader(text, separator);
        let record = StringRecord::new();
        Lines { text, reader, record, skipped, blank: 0, counted: Counter::new(None), open: None }
    }

    fn first(&mut self) -> Result<Option<Vec<String>>, TableError> {
        Ok(self.next()?.then(|| self.record.iter().map(|cell| cell.trim().to_string()).collect()))
    }

    /// Reads the next record that is not blank.
    fn next(&mut self) -> Result<bool, TableError> {
        loop {
            self.counted.set(None);
            if !self.reader.read_record(&mut self.record).map_err(|error| TableError::Malformed(error.to_string()))? {
                return Ok(false);
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                let last = self.record.get(self.record.len() - 1).unwrap_or_default();
                self.open = last.contains('\n').then(|| self.number());
                return Ok(true);
            }
            self.blank += 1;
        }
    }

    /// The line that the record starts in; the reader's own position is that of the blank lines before it.
    fn number(&self) -> u64 {
        if let Some(number) = self.counted.get() {
            return number;
        }
        let number = self.record.position().map_or(0, |position| {
            let rest = self.text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
            let blanks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            self.skipped + position.line() + blanks.filter(|byte| **byte == b'\n').count() as u64
        });
        self.counted.set(Some(number));
        number
    }

    /// Refuses a file that ends within quotes: the lines behind them would silently be one cell.
    fn check_quotes(&self) -> Result<(), TableError> {
        match self.open {
            Some(line) if !self.text.trim_end().ends_with('"') => Err(TableError::Quotes { line }),
            _ => Ok(()),
        }
    }
}
