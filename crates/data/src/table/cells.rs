//! What one cell of a table says: a number, nothing, a date, or text.

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    /// A number with a decimal point, or a whole number.
    Number(f64),
    /// A number with a decimal comma. If it is `grouped`, its comma may also part the thousands (`1,234`).
    CommaNumber { value: f64, grouped: bool },
    /// No value: an empty cell or one of [`MISSING`].
    Missing,
    /// Infinity, or a number too large for 32 bits.
    Infinite,
    /// A number with separators between the thousands.
    Grouped,
    /// A date or a time of day.
    Date,
    /// Anything else.
    Text,
}

/// A column of more different texts does not become inputs.
pub const MOST_CATEGORIES: usize = 100;

/// The words for a missing value: those that pandas knows, and R's and others' `?` and `.`.
pub const MISSING: &[&str] = &[
    "NA", "N/A", "n/a", "NaN", "nan", "NAN", "-NaN", "-nan", "null", "NULL", "Null", "None", "<NA>", "#N/A",
    "#NA", "?", ".",
];

/// Returns whether a cell, without blanks around it, holds no value.
pub(super) fn is_missing(cell: &str) -> bool {
    cell.is_empty() || (cell.len() <= 4 && MISSING.contains(&cell))
}

/// Reads a cell, without blanks around it.
pub(super) fn read(cell: &str) -> Cell {
    if is_missing(cell) {
        return Cell::Missing;
    }
    let unsigned = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    if !unsigned.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.' || letter == ',') {
        let word = unsigned.to_ascii_lowercase();
        return if word == "inf" || word == "infinity" { Cell::Infinite } else { Cell::Text };
    }
    if let Ok(value) = cell.parse::<f64>() {
        return number(value).map_or(Cell::Infinite, Cell::Number);
    }
    if let Some((value, grouped)) = comma_number(cell, unsigned) {
        return number(value).map_or(Cell::Infinite, |value| Cell::CommaNumber { value, grouped });
    }
    match () {
        () if is_grouped(unsigned) => Cell::Grouped,
        () if is_date(cell) => Cell::Date,
        () => Cell::Text,
    }
}

fn number(value: f64) -> Option<f64> {
    (value.abs() <= f64::from(f32::MAX)).then_some(value)
}

fn comma_number(cell: &str, unsigned: &str) -> Option<(f64, bool)> {
    let (whole, fraction) = unsigned.split_once(',')?;
    if fraction.contains(['.', ',']) || whole.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let value = cell.replacen(',', ".", 1).parse().ok()?;
    let grouped = (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && fraction.len() == 3
        && fraction.bytes().all(|digit| digit.is_ascii_digit());
    Some((value, grouped))
}

/// Returns whether groups of three digits are parted: `1,234,567`, `1.234,56`, `1 234`, `1'234.5`.
fn is_grouped(unsigned: &str) -> bool {
    let start = unsigned.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(unsigned.len());
    let mut rest = &unsigned[start..];
    let Some(separator) =
        rest.chars().next().filter(|letter| [',', '.', ' ', '\u{a0}', '\u{202f}', '\''].contains(letter))
    else {
        return false;
    };
    if !(1..=3).contains(&start) {
        return false;
    }
    while let Some(group) = rest.strip_prefix(separator) {
        let digits = group.bytes().take_while(u8::is_ascii_digit).count();
        if digits != 3 {
            return false;
        }
        rest = &group[digits..];
    }
    let fraction = rest.strip_prefix(['.', ',']).unwrap_or(rest);
    fraction.bytes().all(|digit| digit.is_ascii_digit())
}

/// Returns whether a cell is a date with a year (`2024-01-31`, `31.1.2024`, `1/31/24`, `2024년 1월 31일`), a time of day, or both.
fn is_date(cell: &str) -> bool {
    let (first, second) = cell.split_once(['T', ' ']).unwrap_or((cell, ""));
    if first.ends_with('년') {
        return true;
    }
    (is_day(first) && (second.is_empty() || is_time(second))) || (second.is_empty() && is_time(first))
}

fn is_day(text: &str) -> bool {
    let separator = |letter: &char| ['-', '/', '.'].contains(letter);
    let Some(separator) = text.chars().find(separator) else { return false };
    let parts: Vec<&str> = text.trim_end_matches('.').split(separator).collect();
    let digits =
        parts.iter().all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()));
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    digits && matches!(lengths[..], [4, 1 | 2] | [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4])
}

fn is_time(text: &str) -> bool {
    let clock = text.trim_end_matches('Z').split(['+', '.']).next().unwrap_or_default();
    let parts: Vec<&str> = clock.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts
            .iter()
            .all(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (cell, value) in
            [("1", 1.0), ("-2.5", -2.5), ("+3", 3.0), (".5", 0.5), ("4e-1", 0.4), ("5.", 5.0)]
        {
            assert_eq!(read(cell), Cell::Number(value), "{cell}");
        }
        for (cell, value, grouped) in [
            ("0,64", 0.64, false),
            ("-1,5e2", -150.0, false),
            ("1,234", 1.234, true),
            ("0,123", 0.123, false),
        ] {
            assert_eq!(read(cell), Cell::CommaNumber { value, grouped }, "{cell}");
        }
        for cell in ["inf", "-Infinity", "1e39", "-1e400"] {
            assert_eq!(read(cell), Cell::Infinite, "{cell}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        for cell in ["", "NA", "NaN", "-nan", "?", "None", "null", "<NA>", "#N/A"] {
            assert_eq!(read(cell), Cell::Missing, "{cell}");
        }
        for cell in ["1,234,567", "1.234,56", "1 234", "1'234.5", "-12,345.6"] {
            assert_eq!(read(cell), Cell::Grouped, "{cell}");
        }
        for cell in [
            "2024-01-31",
            "31.1.2024",
            "1/31/24",
            "2024-01",
            "2024-01-31T10:20:30Z",
            "2024-01-31 10:20",
            "9:05",
            "2024년 1월",
        ] {
            assert_eq!(read(cell), Cell::Date, "{cell}");
        }
        for cell in ["setosa", "12%", "$5", "5 apples", "nano", "-", "1-2", "10.0.0.1", "12a", "infra"] {
            assert_eq!(read(cell), Cell::Text, "{cell}");
        }
    }
}
