//! Whether the first record names the columns.
//!
//! A name that the keys `target` or `ignore` give settles it. Else the cells below decide: text above numbers is a name. Numbers
//! are names where they count the columns, as pandas writes a table without names, and what stands below cannot be counted so.
//! Of a table of text alone, the first record names the columns if none of its cells stands below again. Where both readings are
//! possible, the key `header` is asked for: a header taken for a line is a wrong example, a line taken for a header a lost one.

use super::cells::{self, Cell};
use super::columns::{Column, ColumnKind};
use super::error::TableError;

/// From this many columns on, 0, 1, 2, … is no accident.
const COUNTED: usize = 5;

/// Returns whether `first` names the `columns`, which hold the records below it.
pub(super) fn names_columns(first: &[String], columns: &[Column], named: &[&str]) -> Result<bool, TableError> {
    if named.iter().any(|name| first.iter().any(|cell| cell == name)) {
        return Ok(true);
    }
    // pandas leaves the name of its index empty.
    let unnamed = usize::from(first.first().is_some_and(String::is_empty));
    let numbers: Vec<(usize, f64)> = (unnamed..)
        .zip(&first[unnamed..])
        .filter_map(|(place, cell)| match cells::read(cell) {
            Cell::Number(value) => Some((place - unnamed, value)),
            _ => None,
        })
        .collect();
    let texts: Vec<usize> = (0..first.len())
        .filter(|place| matches!(cells::read(&first[*place]), Cell::Text | Cell::Date | Cell::Grouped))
        .collect();
    let above_numbers = texts.iter().any(|place| columns[*place].kind() == ColumnKind::Numbers);
    let recurring = texts.iter().filter(|place| columns[**place].holds(&first[**place])).count();
    let counted = |from: f64| numbers.iter().all(|(place, value)| *value == *place as f64 + from);
    let counts = match numbers.len() {
        COUNTED.. => counted(0.0) || counted(1.0),
        2.. => counted(0.0),
        _ => false,
    };

    match (numbers.len(), texts.len()) {
        (0, 0) => Ok(false),
        (0, _) if above_numbers => Ok(true),
        (0, _) if recurring == 0 => Ok(true),
        (0, all) if 2 * recurring >= all => Ok(false),
        (0, _) => Err(TableError::Header),
        (_, 0) if counts => {
            let below = numbers.iter().any(|(place, _)| !columns[place + unnamed].is_whole());
            match numbers.len() {
                COUNTED.. => Ok(true),
                3.. if below => Ok(true),
                _ => Err(TableError::Header),
            }
        }
        (_, 0) => Ok(false),
        (_, _) if recurring > 0 && !above_numbers => Ok(false),
        (_, _) if counts || (above_numbers && counted(0.0)) => Ok(true),
        (_, _) if !above_numbers && numbers.iter().any(|(_, value)| value.fract() != 0.0) => Ok(false),
        _ => Err(TableError::Header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str) -> Result<bool, TableError> {
        let mut lines = table.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
        let first = lines.next().unwrap();
        let mut columns = vec![Column::default(); first.len()];
        for (number, cells) in (2..).zip(lines) {
            columns.iter_mut().zip(&cells).for_each(|(column, cell)| column.push(cell, || number));
        }
        names_columns(&first, &columns, &["wanted"])
    }

    #[test]
    fn the_cells_below_decide() {
        for (table, expected) in [
            ("a,b,t\n1,2,x\n", true),
            ("5.1,3.5,x\n4.9,3.0,x\n", false),
            ("1,2\n3,4\n", false),
            ("0,1,2\n0.64,0.27,0\n", true),
            ("0,1,target\n0.6,0.2,0\n", true),
            ("0,1,species\n0.6,0.2,x\n0.7,0.2,y\n", true),
            ("0,1,x\n0.6,0.2,x\n0.7,0.2,y\n", false),
            (",0,1,2\n0,0.64,0.27,0\n", true),
            ("0,1,2,3,4\n1,2,3,4,5\n", true),
            ("colour,kind\nred,a\nblue,b\nred,b\n", true),
            ("red,a\nblue,b\nred,a\n", false),
            ("a,wanted\nwanted,a\na,wanted\n", true),
        ] {
            assert_eq!(read(table), Ok(expected), "{table}");
        }
        for unclear in ["0,1\n0.5,0\n1,1\n", "0,1,2\n1,1,0\n", "2019,2020,kind\n1,2,x\n", "0,a\n1,b\n", "x,1,5\n2,3,4\n"] {
            assert_eq!(read(unclear), Err(TableError::Header), "{unclear}");
        }
    }
}
