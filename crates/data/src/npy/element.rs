//! The types of elements, and how their bytes become numbers.

use super::array::Values;
use super::error::NpyError;

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
        let size = match size {
            [digit @ b'1'..=b'8'] => usize::from(digit - b'0'),
            _ => return Err(unknown()),
        };
        let known = matches!((kind, size), (b'f', 4 | 8) | (b'i' | b'u', 1 | 2 | 4 | 8) | (b'b', 1));
        match order {
            b'<' | b'|' | b'=' if known => Ok(Element { big_endian: false, kind, size }),
            b'>' if known => Ok(Element { big_endian: true, kind, size }),
            _ => Err(unknown()),
        }
    }

    /// Decodes the elements of `bytes`, which holds a whole number of them.
    pub(super) fn decode(self, bytes: &[u8]) -> Values {
        match (self.kind, self.size) {
            (b'f', 4) => Values::F32(self.numbers(bytes, f32::from_le_bytes)),
            (b'f', _) => Values::F64(self.numbers(bytes, f64::from_le_bytes)),
            (b'i', 1) => Values::I64(self.numbers(bytes, |b| i64::from(i8::from_le_bytes(b)))),
            (b'i', 2) => Values::I64(self.numbers(bytes, |b| i64::from(i16::from_le_bytes(b)))),
            (b'i', 4) => Values::I64(self.numbers(bytes, |b| i64::from(i32::from_le_bytes(b)))),
            (b'i', _) => Values::I64(self.numbers(bytes, i64::from_le_bytes)),
            (b'u', 2) => Values::I64(self.numbers(bytes, |b| i64::from(u16::from_le_bytes(b)))),
            (b'u', 4) => Values::I64(self.numbers(bytes, |b| i64::from(u32::from_le_bytes(b)))),
            (b'u', 8) => Values::U64(self.numbers(bytes, u64::from_le_bytes)),
            _ => Values::U8(bytes.to_vec()),
        }
    }

    fn numbers<const SIZE: usize, T>(self, bytes: &[u8], from_le_bytes: impl Fn([u8; SIZE]) -> T) -> Vec<T> {
        let (elements, _) = bytes.as_chunks::<SIZE>();
        elements
            .iter()
            .map(|element| {
                let mut element = *element;
                if self.big_endian {
                    element.reverse();
                }
                from_le_bytes(element)
            })
            .collect()
    }
}
