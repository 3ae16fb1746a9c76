//! Which characters the bytes of a file stand for.
//!
//! UTF-8 and UTF-16 with a byte order mark say what they are. Other bytes are guessed only where a wrong guess is seen at once
//! and changes no number: Windows-1252 (of which Latin-1 is a part) gives every byte one letter. Bytes that pair up as Korean
//! text does are refused with the line that converts the file.

use std::borrow::Cow;

use super::error::TableError;

/// How the characters of a file are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Characters {
    /// UTF-8, with a byte order mark or without.
    Utf8,
    /// UTF-16, with a byte order mark.
    Utf16,
    /// Windows-1252, or its part Latin-1.
    Windows1252,
}

impl Characters {
    /// Returns the name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Characters::Utf8 => "UTF-8",
            Characters::Utf16 => "UTF-16",
            Characters::Windows1252 => "Windows-1252",
        }
    }
}

/// The letters of the bytes 0x80 to 0x9f in Windows-1252; `\0` where there is none.
const WINDOWS_1252: &[char; 32] = &[
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•', '–', '—',
    '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Files of other programs that are given the ending `.csv`, by their first bytes.
const OTHER_FILES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive; save the sheet as \"CSV UTF-8\" first"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook; save the sheet as \"CSV UTF-8\" first"),
    (b"\x1f\x8b", "a gzip file; unpack it first with `gunzip`"),
    (b"PAR1", "a Parquet file; in Python: pandas.read_parquet(FILE).to_csv(\"table.csv\", index=False)"),
];

/// Decodes the bytes of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Characters), TableError> {
    if let Some((_, what)) = OTHER_FILES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(TableError::OtherFile(what));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(TableError::NotText { line: line(bytes, at), advice: UTF_16 });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), Characters::Utf8)),
        Err(error) => {
            let line = line(bytes, error.valid_up_to());
            if looks_korean(bytes) {
                return Err(TableError::NotText { line, advice: KOREAN });
            }
            let letters: Option<String> = bytes.iter().map(|byte| letter(*byte)).collect();
            let text = letters.ok_or(TableError::NotText { line, advice: UNKNOWN })?;
            Ok((Cow::Owned(text), Characters::Windows1252))
        }
    }
}

const UTF_16: &str = "it holds zero bytes, as UTF-16 without a byte order mark does; convert the file first: \
                      `iconv -f UTF-16LE -t UTF-8 FILE > utf8.csv`";
const KOREAN: &str = "it looks like Korean text as Excel saves it (CP949); convert the file first: \
                      `iconv -f CP949 -t UTF-8 FILE > utf8.csv`, or save it in Excel as \"CSV UTF-8\"";
const UNKNOWN: &str = "convert the file first, if it is Korean with `iconv -f CP949 -t UTF-8 FILE > utf8.csv`, if it is Western with \
                       `iconv -f WINDOWS-1252 -t UTF-8 FILE > utf8.csv`";

fn line(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64
}

fn letter(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte) - 0x80]).filter(|letter| *letter != '\0'),
        other => Some(char::from(other)),
    }
}

/// Returns whether all bytes beyond ASCII come in pairs, and most pairs are Hangul of KS X 1001. Letters of Western words stand
/// alone or in other pairs.
fn looks_korean(bytes: &[u8]) -> bool {
    let (mut pairs, mut hangul) = (0, 0);
    for run in bytes.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        let (whole, rest) = run.as_chunks::<2>();
        if !rest.is_empty() {
            return false;
        }
        pairs += whole.len();
        hangul +=
            whole.iter().filter(|pair| (0xb0..=0xc8).contains(&pair[0]) && pair[1] >= 0xa1).count();
    }
    2 * hangul > pairs
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(Cow<'static, str>, Characters), TableError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let damaged = |line| TableError::NotText { line, advice: "the UTF-16 text is damaged; save the file again as UTF-8" };
    let mut text = String::with_capacity(bytes.len() / 2);
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let letter = letter.map_err(|_| damaged(1 + text.matches('\n').count() as u64))?;
        text.push(letter);
    }
    if !rest.is_empty() {
        return Err(damaged(1 + text.matches('\n').count() as u64));
    }
    Ok((Cow::Owned(text), Characters::Utf16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_text_of_excel_is_refused_and_western_text_is_read() {
        // "이름,값" in CP949.
        let korean = b"\xc0\xcc\xb8\xa7,\xb0\xaa\n1,2\n";
        let text = decode(korean).unwrap_err().to_string();
        assert!(text.starts_with("line 1 is not UTF-8 text; it looks like Korean"), "{text}");
        assert!(text.contains("iconv -f CP949"), "{text}");
        let (text, characters) = decode(b"Gr\xf6\xdfe,caf\xe9,\x80\n").unwrap();
        assert_eq!((&*text, characters), ("Größe,café,€\n", Characters::Windows1252));
        assert!(decode(b"a,b\n\x81,\x8d,\x90q\n").unwrap_err().to_string().starts_with("line 2 is not UTF-8"));
    }

    #[test]
    fn utf16_is_read_in_both_byte_orders() {
        let units: Vec<u16> = "값,b\n".encode_utf16().collect();
        let little: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        let big: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit: &u16| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            assert_eq!(decode(&bytes).unwrap(), ("값,b\n".into(), Characters::Utf16));
            assert!(decode(&bytes[..bytes.len() - 1]).unwrap_err().to_string().contains("damaged"));
        }
        assert!(decode(b"a\0,\0b\0").unwrap_err().to_string().contains("UTF-16 without"));
        assert!(decode(b"PK\x03\x04....").unwrap_err().to_string().contains("CSV UTF-8"));
    }
}
