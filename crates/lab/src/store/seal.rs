//! Checksums in a results file: a flipped bit is named, and never another result.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use thalweg_kit::checksum;

use super::layout::LAYOUT;
use super::schema::select;

/// The columns that the checksum is about; it stands behind them.
const COLUMNS: usize = 21;
/// What a text begins with, so that TOML takes it for a comment.
const MARK: &str = "# checksum: ";

/// Gives a stored cell its checksum.
pub(super) fn seal(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    let digest = connection.prepare_cached(&select(LAYOUT))?.query_row([id], digest)?;
    let mut update = connection.prepare_cached("UPDATE cells SET checksum = ?2 WHERE id = ?1")?;
    update.execute(rusqlite::params![id, digest]).map(drop)
}

/// Whether a cell is as it was stored. One of an earlier version has no checksum and counts as sound.
pub(super) fn is_sound(row: &Row<'_>, id: &str) -> rusqlite::Result<bool> {
    let written: Vec<u8> = row.get(COLUMNS)?;
    Ok(row.get_ref(0)?.as_str() == Ok(id) && (written.is_empty() || written == digest(row)?))
}

/// The checksum of a row, from what is stored: types, lengths and bytes of all columns.
fn digest(row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for column in 0..COLUMNS {
        let (kind, content) = match row.get_ref(column)? {
            ValueRef::Null => (0, Vec::new()),
            ValueRef::Integer(number) => (1, number.to_le_bytes().to_vec()),
            ValueRef::Real(number) => (2, number.to_bits().to_le_bytes().to_vec()),
            ValueRef::Text(text) => (3, text.to_vec()),
            ValueRef::Blob(blob) => (4, blob.to_vec()),
        };
        bytes.push(kind);
        bytes.extend((content.len() as u64).to_le_bytes());
        bytes.extend(content);
    }
    Ok(checksum(&bytes).to_le_bytes().to_vec())
}

/// Returns a text with its checksum in a line before it.
pub(super) fn seal_text(text: &str) -> String {
    format!("{MARK}{:016x}\n{text}", checksum(text.as_bytes()))
}

/// Returns the text without its checksum; `None` if they do not fit. Earlier versions wrote texts without one.
pub(super) fn open_text(sealed: String) -> Option<String> {
    let Some(rest) = sealed.strip_prefix(MARK) else {
        // With a damaged mark it would pass for a text of an earlier version; those begin with neither of these.
        let is_marked = sealed.starts_with('#') || sealed.get(1..MARK.len()) == Some(&MARK[1..]);
        return (!is_marked).then_some(sealed);
    };
    let (digits, text) = rest.split_once('\n')?;
    (digits == format!("{:016x}", checksum(text.as_bytes()))).then(|| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_and_a_changed_one_does_not() {
        for text in ["", "seed = 2\n", "{\"a\": 1}"] {
            let sealed = seal_text(text);
            assert_eq!(open_text(sealed.clone()).as_deref(), Some(text));
            for at in 0..sealed.len() {
                let mut bytes = sealed.clone().into_bytes();
                bytes[at] ^= 1;
                assert_eq!(open_text(String::from_utf8(bytes).unwrap()), None, "{at} of {sealed}");
            }
        }
        assert_eq!(open_text("seed = 2".into()).as_deref(), Some("seed = 2"));
    }
}
