//! The types of elements, and how their bytes become numbers.

use super::array::{Texts, Values};
use super::error::NpyError;
use super::room::with_room;
use thalweg_kit::half;

/// Texts of more letters are not read.
const LONGEST_TEXT: usize = 65_536;

/// A text of bytes, filled up with zeros.
fn bytes_text(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// A type of element: `<f4` is little-endian, float, 4 bytes.
#[derive(Clone, Copy)]
pub(super) struct Element {
    big_endian: bool,
    kind: u8,
    pub(super) size: usize,
}

impl Element {
    pub(super) fn parse(description: &str) -> Result<Element, NpyError> {
        let unknown = || NpyError::ElementType(description.chars().take(40).collect());
        let &[order, kind, ref size @ ..] = description.as_bytes() else { return Err(unknown()) };
        if kind == b'O' {
            return Err(NpyError::Pickled);
        }
        let size: usize =
            std::str::from_utf8(size).ok().and_then(|size| size.parse().ok()).ok_or_else(unknown)?;
        let known = match kind {
            b'f' => matches!(size, 2 | 4 | 8),
            b'i' | b'u' => matches!(size, 1 | 2 | 4 | 8),
            b'b' => size == 1,
            b'S' | b'U' => (1..=LONGEST_TEXT).contains(&size),
            _ => false,
        };
        // NumPy counts the letters of a text, of 4 bytes each, not its bytes.
        let size = if kind == b'U' { 4 * size } else { size };
        match order {
            b'<' | b'|' | b'=' if known => Ok(Element { big_endian: false, kind, size }),
            b'>' if known => Ok(Element { big_endian: true, kind, size }),
            _ => Err(unknown()),
        }
    }

    /// Decodes the elements of `bytes`, which holds a whole number of them.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<Values, NpyError> {
        Ok(match (self.kind, self.size) {
            (b'S', size) => Values::Text(texts(bytes.chunks_exact(size).map(bytes_text))?),
            (b'U', size) => {
                Values::Text(texts(bytes.chunks_exact(size).map(|letters| self.letters_text(letters)))?)
            }
            (b'b', _) => Values::F32(self.numbers(bytes, |[byte]: [u8; 1]| f32::from(u8::from(byte != 0)))?),
            (b'f', 2) => Values::F32(self.numbers(bytes, |b| half(u16::from_le_bytes(b)))?),
            (b'f', 4) => Values::F32(self.numbers(bytes, f32::from_le_bytes)?),
            (b'f', _) => Values::F64(self.numbers(bytes, f64::from_le_bytes)?),
            (b'i', 1) => Values::I64(self.numbers(bytes, |b| i64::from(i8::from_le_bytes(b)))?),
            (b'i', 2) => Values::I64(self.numbers(bytes, |b| i64::from(i16::from_le_bytes(b)))?),
            (b'i', 4) => Values::I64(self.numbers(bytes, |b| i64::from(i32::from_le_bytes(b)))?),
            (b'i', _) => Values::I64(self.numbers(bytes, i64::from_le_bytes)?),
            (b'u', 2) => Values::I64(self.numbers(bytes, |b| i64::from(u16::from_le_bytes(b)))?),
            (b'u', 4) => Values::I64(self.numbers(bytes, |b| i64::from(u32::from_le_bytes(b)))?),
            (b'u', 8) => Values::U64(self.numbers(bytes, u64::from_le_bytes)?),
            _ => Values::U8(self.numbers(bytes, |[byte]| byte)?),
        })
    }

    /// A text of UTF-32, filled up with zeros.
    fn letters_text(self, letters: &[u8]) -> String {
        let (letters, _) = letters.as_chunks::<4>();
        let end = letters.iter().rposition(|letter| *letter != [0; 4]).map_or(0, |last| last + 1);
        let letters = letters[..end].iter().map(|letter| u32::from_le_bytes(self.little_endian(*letter)));
        letters.map(|letter| char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    fn numbers<const SIZE: usize, T>(
        self,
        bytes: &[u8],
        from_le_bytes: impl Fn([u8; SIZE]) -> T,
    ) -> Result<Vec<T>, NpyError> {
        let (elements, _) = bytes.as_chunks::<SIZE>();
        let mut numbers = with_room(elements.len())?;
        numbers.extend(elements.iter().map(|element| from_le_bytes(self.little_endian(*element))));
        Ok(numbers)
    }

    fn little_endian<const SIZE: usize>(self, mut element: [u8; SIZE]) -> [u8; SIZE] {
        if self.big_endian {
            element.reverse();
        }
        element
    }
}

/// Keeps texts, if there is room for their positions.
fn texts(texts: impl ExactSizeIterator<Item = String>) -> Result<Texts, NpyError> {
    Ok(Texts::kept(with_room(texts.len())?, texts))
}
