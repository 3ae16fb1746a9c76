//! Which separator stands between the cells.
//!
//! Each candidate reads a sample of the file. It scores by the share of records that have its usual number of cells (at least
//! two), times the share of clean cells among them: a cell is clean unless another candidate stands in it. Within quotes it may,
//! and a decimal comma is no separator. The first record counts only if it is alone, because names hold what they like. Two
//! candidates that score nearly the same are refused: either reading would look right.

use csv::StringRecord;

use super::cells::{self, Cell};
use super::error::TableError;

const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];
/// Records that each candidate reads.
const SAMPLE: usize = 200;
/// Two scores that differ by less do not decide.
const LEAST_DIFFERENCE: f64 = 0.02;

/// Returns the separator of `text`, and the text without the line `sep=;` that Excel understands.
pub(super) fn separator(text: &str, given: Option<char>) -> Result<(char, &str), TableError> {
    let (declared, text) = declared(text);
    if let Some(separator) = given.or(declared) {
        return Ok((separator, text));
    }
    let mut scores: Vec<(f64, char)> =
        CANDIDATES.iter().filter_map(|candidate| Some((score(text, *candidate)?, *candidate))).collect();
    scores.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    match scores[..] {
        [] => Err(TableError::OneColumn {
            blanks: text.lines().nth(1).is_some_and(|line| line.trim().contains(' ')),
        }),
        [(best, one), (next, other), ..] if best - next < LEAST_DIFFERENCE => {
            Err(TableError::Separator { one: name(one), other: name(other) })
        }
        [(_, separator), ..] => Ok((separator, text)),
    }
}

/// Returns how messages and keys write a separator.
pub(crate) fn name(separator: char) -> String {
    match separator {
        '\t' => "tab".into(),
        ' ' => "space".into(),
        mark => mark.into(),
    }
}

/// Returns a reader of records of any length.
pub(super) fn reader(text: &str, separator: char) -> csv::Reader<&[u8]> {
    let separator = u8::try_from(separator).unwrap_or(b',');
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

fn declared(text: &str) -> (Option<char>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut letters =
        first.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=").unwrap_or_default().chars();
    match (letters.next(), letters.next()) {
        (Some(separator), None) if separator.is_ascii() => (Some(separator), rest),
        _ => (None, text),
    }
}

/// Cells of a record, and how many of them are clean.
type Sampled = (usize, usize);

fn score(text: &str, candidate: char) -> Option<f64> {
    let mut sampled = sample(text, candidate);
    if sampled.len() > 1 {
        sampled.remove(0);
    }
    let alike = |width: usize| sampled.iter().filter(|(cells, _)| *cells == width).count();
    let usual = sampled.iter().map(|(cells, _)| *cells).max_by_key(|width| (alike(*width), *width))?;
    if usual < 2 {
        return None;
    }
    let clean: usize = sampled.iter().filter(|(cells, _)| *cells == usual).map(|(_, clean)| clean).sum();
    let fitting = alike(usual);
    Some(fitting as f64 / sampled.len() as f64 * clean as f64 / (fitting * usual) as f64)
}

fn sample(text: &str, candidate: char) -> Vec<Sampled> {
    let mut reader = reader(text, candidate);
    let (mut record, mut sampled, mut start) = (StringRecord::new(), Vec::new(), 0);
    while sampled.len() < SAMPLE && reader.read_record(&mut record).is_ok_and(|there| there) {
        let end = reader.position().byte() as usize;
        let raw = text.get(start..end).unwrap_or_default();
        start = end;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        sampled.push((record.len(), record.iter().filter(|cell| is_clean(cell, raw, candidate)).count()));
    }
    sampled
}

fn is_clean(cell: &str, raw: &str, candidate: char) -> bool {
    let others = |letter: char| letter != candidate && CANDIDATES.contains(&letter);
    !cell.contains(others)
        || matches!(cells::read(cell.trim()), Cell::CommaNumber { .. })
        // The reader does not tell which cells were quoted, but the record's bytes do.
        || (raw.contains('"') && raw.contains(&format!("\"{}\"", cell.replace('"', "\"\""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_separator_is_found_by_the_lines_below_the_header() {
        for (text, expected) in [
            ("a,b,c\n1,2,x\n", ','),
            ("a;b\n1;2\n", ';'),
            ("a\tb\n1\t2\n", '\t'),
            ("a|b\n1|2\n", '|'),
            ("a;b;t\n0,64;0,27;x\n1,5;2;y\n", ';'),
            ("0,0;yes\n1,1;no\n", ';'),
            ("\"Temp, C\";\"Wind, m/s\";t\n1.5;2.5;x\n", ';'),
            ("Temp, C;Wind, m/s;t\n1.5;2.5;x\n", ';'),
            ("name,t\n\"Kim; Lee\",x\n\"Park; Choi\",y\n", ','),
            ("a,b\n1,x|y\n2,x|y|z\n", ','),
            ("1\t0,5\n2\t0,75\n", '\t'),
            ("sep=;\na;b\n1;2\n", ';'),
        ] {
            assert_eq!(separator(text, None).unwrap().0, expected, "{text}");
        }
        assert_eq!(separator("a b\n1 2\n", Some(' ')).unwrap().0, ' ');
        assert_eq!(separator("sep=;\na;b\n", None).unwrap().1, "a;b\n");
    }

    #[test]
    fn what_does_not_decide_is_refused_with_the_key() {
        let tie = separator("n;m,o\np,q;r\ns,t;u\n", None).unwrap_err().to_string();
        assert!(tie.contains("set `separator = \",\"`"), "{tie}");
        assert!(separator("1\n2\n", None).unwrap_err().to_string().contains("one column"));
        assert!(separator("a b\n1 2\n", None).unwrap_err().to_string().contains("separator = \"space\""));
    }
}
