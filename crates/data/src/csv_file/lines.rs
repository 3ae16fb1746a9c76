//! A CSV file line by line, each with the number an editor would show.

use csv::ByteRecord;

use super::error::CsvError;

/// The lines that hold something, trimmed field by field.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    reader: csv::Reader<&'a [u8]>,
    record: ByteRecord,
}

/// One of them: its number, counted from 1, and its fields.
pub(super) struct Line<'a> {
    pub(super) number: u64,
    pub(super) fields: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let occurrences = |separator: u8| first_line.iter().filter(|byte| **byte == separator).count();
        // `max_by_key` keeps the last of equals: the comma wins where nothing separates.
        let separator =
            [b'\t', b';', b','].into_iter().max_by_key(|separator| occurrences(*separator)).unwrap_or(b',');
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        Lines { bytes, reader, record: ByteRecord::new() }
    }

    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, CsvError> {
        let there =
            self.reader.read_byte_record(&mut self.record).map_err(|e| CsvError::Malformed(e.to_string()))?;
        if !there {
            return Ok(None);
        }
        let number = self.record.position().map_or(0, |position| self.line_after_blanks(position));
        let fields: Result<Vec<&str>, _> = self.record.iter().map(std::str::from_utf8).collect();
        Ok(Some(Line { number, fields: fields.map_err(|_| CsvError::NotText { line: number })? }))
    }

    /// The reader's position is that of the blank lines it skipped before the record.
    fn line_after_blanks(&self, position: &csv::Position) -> u64 {
        let rest = self.bytes.get(position.byte() as usize..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        position.line() + blanks.filter(|byte| **byte == b'\n').count() as u64
    }
}
