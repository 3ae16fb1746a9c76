//! The header of an NPY file: magic bytes, version, and a Python dictionary as text.

use std::io::Read;

use super::element::Element;
use super::error::NpyError;

/// What every file begins with.
pub(super) const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Headers are a few dozen bytes; NumPy itself refuses longer ones than this.
const LONGEST_HEADER: usize = 10_000;

/// The element type, order and shape that a header describes.
pub(super) struct Header {
    pub(super) element: Element,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    pub(super) fn read(reader: &mut impl Read) -> Result<Header, NpyError> {
        let mut start = [0; 8];
        reader.read_exact(&mut start).map_err(|_| NpyError::NotNpy)?;
        if &start[..6] != MAGIC {
            return Err(NpyError::NotNpy);
        }
        let cut = |_| NpyError::Header("it ends too early".into());
        let length = match start[6] {
            1 => {
                let mut bytes = [0; 2];
                reader.read_exact(&mut bytes).map_err(cut)?;
                usize::from(u16::from_le_bytes(bytes))
            }
            2 | 3 => {
                let mut bytes = [0; 4];
                reader.read_exact(&mut bytes).map_err(cut)?;
                u32::from_le_bytes(bytes) as usize
            }
            version => return Err(NpyError::Version(version)),
        };
        if length > LONGEST_HEADER {
            return Err(NpyError::Header(format!("it would be {length} bytes long")));
        }
        let mut text = vec![0; length];
        reader.read_exact(&mut text).map_err(cut)?;
        let text = String::from_utf8(text).map_err(|_| NpyError::Header("it is not text".into()))?;
        let header = Literal::dictionary(&text)?;
        // A product that leaves the address space is caught here, once, for all arithmetic that follows.
        let bytes = header.shape.iter().try_fold(header.element.size as u64, |product, size| {
            product.checked_mul(*size as u64).filter(|product| *product < u64::MAX / 4)
        });
        match bytes {
            Some(_) => Ok(header),
            None => Err(NpyError::Header(format!("no file can hold an array of shape {:?}", header.shape))),
        }
    }

    /// Returns the number of bytes of values that the shape and the type of element promise.
    pub(super) fn bytes(&self) -> u64 {
        self.element.size as u64 * self.shape.iter().product::<usize>() as u64
    }
}

/// The header is a Python literal: a dictionary of a string, a boolean and a tuple of whole numbers.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn dictionary(text: &'a str) -> Result<Header, NpyError> {
        let mut literal = Literal { rest: text };
        let (mut element, mut fortran_order, mut shape) = (None, None, None);
        literal.expect('{')?;
        while !literal.accept('}') {
            let key = literal.string()?;
            literal.expect(':')?;
            match key {
                "descr" if literal.peek() == Some('[') => {
                    return Err(NpyError::ElementType("a record of several fields".into()));
                }
                "descr" => element = Some(Element::parse(literal.string()?)?),
                "fortran_order" => fortran_order = Some(literal.boolean()?),
                "shape" => shape = Some(literal.tuple()?),
                other => return Err(NpyError::Header(format!("it has an unknown key `{other}`"))),
            }
            if !literal.accept(',') {
                literal.expect('}')?;
                break;
            }
        }
        match (element, fortran_order, shape) {
            (Some(element), Some(fortran_order), Some(shape)) => Ok(Header { element, fortran_order, shape }),
            _ => Err(NpyError::Header("it lacks one of descr, fortran_order, shape".into())),
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn accept(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        there
    }

    fn expect(&mut self, wanted: char) -> Result<(), NpyError> {
        if self.accept(wanted) { Ok(()) } else { Err(NpyError::Header(format!("`{wanted}` is missing"))) }
    }

    fn string(&mut self) -> Result<&'a str, NpyError> {
        let quote = self.peek().filter(|quote| ['\'', '"'].contains(quote));
        let ended = quote.and_then(|quote| self.rest[1..].split_once(quote));
        let (text, rest) = ended.ok_or_else(|| NpyError::Header("a string is missing".into()))?;
        self.rest = rest;
        Ok(text)
    }

    fn boolean(&mut self) -> Result<bool, NpyError> {
        self.peek();
        for (word, value) in [("False", false), ("True", true)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(NpyError::Header("fortran_order is neither True nor False".into()))
    }

    fn tuple(&mut self) -> Result<Vec<usize>, NpyError> {
        let mut sizes = Vec::new();
        self.expect('(')?;
        while !self.accept(')') {
            self.peek();
            let end = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
            let (digits, rest) = self.rest.split_at(end);
            sizes.push(
                digits.parse().map_err(|_| NpyError::Header("the shape is not a tuple of sizes".into()))?,
            );
            // Python 2 wrote long integers with an L.
            self.rest = rest.strip_prefix('L').unwrap_or(rest);
            if !self.accept(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(sizes)
    }
}
