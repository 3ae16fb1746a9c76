//! One NumPy array: the `.npy` format, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
//!
//! Read: floats of 2, 4 and 8 bytes, integers of 1 to 8 bytes, booleans and texts, little and big endian, C and Fortran order, format
//! versions 1 to 3. Written: f32 and f64, little endian, C order, version 1.

mod array;
mod element;
mod error;
mod header;
mod room;

pub use array::{Array, Texts, Values};
pub use error::NpyError;

use std::io::{self, Read, Write};

use header::{Header, MAGIC};
use room::with_room;
use thalweg_kit::check_free_memory;

/// The memory that an array takes while it becomes examples, in multiples of its size: its bytes, its values and the examples.
const COPIES: u64 = 3;

/// Reads an array from the bytes of an `.npy` file.
pub fn parse(bytes: &[u8]) -> Result<Array, NpyError> {
    read(&mut &bytes[..], bytes.len() as u64).map(|(array, _)| array)
}

/// Reads one array to the end of `reader`, which is known to hold at most `limit` bytes. Returns the bytes of values too.
pub(crate) fn read(reader: &mut impl Read, limit: u64) -> Result<(Array, u64), NpyError> {
    let header = Header::read(reader)?;
    let promised = header.bytes();
    if promised > limit {
        return Err(NpyError::Truncated { promised, found: limit });
    }
    check_free_memory(promised.saturating_mul(COPIES)).map_err(NpyError::Memory)?;
    // One byte more than promised tells trailing bytes, and makes a ZIP reader check its checksum at the end.
    let mut bytes = with_room(promised as usize + 1)?;
    reader.take(promised + 1).read_to_end(&mut bytes).map_err(|error| NpyError::Stream(error.to_string()))?;
    let found = bytes.len() as u64;
    if found < promised {
        return Err(NpyError::Truncated { promised, found });
    }
    if found > promised {
        return Err(NpyError::Trailing { promised });
    }
    let mut values = header.element.decode(&bytes)?;
    if header.fortran_order && header.shape.len() > 1 {
        values = values.transposed(&header.shape)?;
    }
    Ok((Array { shape: header.shape, values }, promised))
}

/// Numbers that are written: f32 and f64.
pub trait Number: Copy {
    /// The type in NumPy's words.
    const DESCRIPTION: &'static str;
    /// Appends the little-endian bytes.
    fn write(self, out: &mut Vec<u8>);
}

impl Number for f32 {
    const DESCRIPTION: &'static str = "<f4";
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
}

impl Number for f64 {
    const DESCRIPTION: &'static str = "<f8";
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
}

/// Writes an array; `values` must hold as many numbers as `shape` says.
pub(crate) fn write<T: Number>(out: &mut impl Write, shape: &[usize], values: &[T]) -> io::Result<()> {
    // Python writes a tuple of one with a comma: (784,).
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    let sizes = if shape.len() == 1 { sizes.trim_end() } else { sizes.trim_end_matches(", ") };
    let mut header =
        format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({sizes}), }}", T::DESCRIPTION);
    // The values start at a multiple of 64 bytes, so that they can be mapped into memory.
    let unpadded = MAGIC.len() + 4 + header.len() + 1;
    header.push_str(&" ".repeat(unpadded.next_multiple_of(64) - unpadded));
    header.push('\n');
    let length = u16::try_from(header.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "an array of thousands of dimensions"))?;
    out.write_all(MAGIC)?;
    out.write_all(&[1, 0])?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    let mut bytes = Vec::with_capacity(64 * 1024);
    for chunk in values.chunks(8 * 1024) {
        bytes.clear();
        chunk.iter().for_each(|value| value.write(&mut bytes));
        out.write_all(&bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(header: &str, values: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(values);
        bytes
    }

    fn header(description: &str, order: &str, shape: &str) -> String {
        format!("{{'descr': '{description}', 'fortran_order': {order}, 'shape': {shape}, }}\n")
    }

    #[test]
    fn every_type_is_read_in_both_byte_orders() {
        let read = |description: &str, bytes: &[u8]| {
            parse(&npy(&header(description, "False", "(1,)"), bytes)).unwrap().values
        };
        assert_eq!(read("<f4", &1.5f32.to_le_bytes()), Values::F32(vec![1.5]));
        assert_eq!(read(">f4", &1.5f32.to_be_bytes()), Values::F32(vec![1.5]));
        assert_eq!(read("<f8", &(-2.5f64).to_le_bytes()), Values::F64(vec![-2.5]));
        assert_eq!(read(">f8", &(-2.5f64).to_be_bytes()), Values::F64(vec![-2.5]));
        assert_eq!(read("|u1", &[200]), Values::U8(vec![200]));
        assert_eq!(read("|b1", &[1]), Values::F32(vec![1.0]));
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc100, -2.5),
            (0x0001, 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(read("<f2", &u16::to_le_bytes(bits)), Values::F32(vec![value]));
            assert_eq!(read(">f2", &u16::to_be_bytes(bits)), Values::F32(vec![value]));
        }
        assert_eq!(read("|S3", b"ab\0"), Values::Text(Texts::new(["ab".into()])));
        let letters = [u32::from('값'), 0];
        assert_eq!(
            read("<U2", letters.map(u32::to_le_bytes).as_flattened()),
            Values::Text(Texts::new(["값".into()]))
        );
        assert_eq!(
            read(">U2", letters.map(u32::to_be_bytes).as_flattened()),
            Values::Text(Texts::new(["값".into()]))
        );
        assert_eq!(read("|i1", &[0xff]), Values::I64(vec![-1]));
        assert_eq!(read(">i2", &(-300i16).to_be_bytes()), Values::I64(vec![-300]));
        assert_eq!(read("<u2", &60_000u16.to_le_bytes()), Values::I64(vec![60_000]));
        assert_eq!(read("<i4", &(-5i32).to_le_bytes()), Values::I64(vec![-5]));
        assert_eq!(read(">u4", &4_000_000_000u32.to_be_bytes()), Values::I64(vec![4_000_000_000]));
        assert_eq!(read("<i8", &i64::MIN.to_le_bytes()), Values::I64(vec![i64::MIN]));
        assert_eq!(read("<u8", &u64::MAX.to_le_bytes()), Values::U64(vec![u64::MAX]));
    }

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        // np.asfortranarray(np.arange(24).reshape(2, 3, 4)) in memory.
        let stored: Vec<u8> =
            (0..4).flat_map(|k| (0..3).flat_map(move |j| (0..2).map(move |i| i * 12 + j * 4 + k))).collect();
        let array = parse(&npy(&header("|u1", "True", "(2, 3, 4)"), &stored)).unwrap();
        assert_eq!(array.shape, [2, 3, 4]);
        assert_eq!(array.values, Values::U8((0..24).collect()));
    }

    #[test]
    fn scalars_and_empty_arrays_are_arrays_too() {
        assert_eq!(parse(&npy(&header("|u1", "False", "()"), &[7])).unwrap().shape, [0usize; 0]);
        let empty = parse(&npy(&header("<f4", "True", "(0, 3)"), &[])).unwrap();
        assert_eq!((empty.shape, empty.values), (vec![0, 3], Values::F32(vec![])));
    }

    #[test]
    fn what_is_written_is_read_back_and_aligned() {
        for shape in [vec![], vec![6], vec![2, 3]] {
            let values: Vec<f64> =
                (0..shape.iter().product()).map(|value: usize| value as f64 / 3.0).collect();
            let mut bytes = Vec::new();
            write(&mut bytes, &shape, &values).unwrap();
            assert_eq!((bytes.len() - 8 * values.len()) % 64, 0);
            assert_eq!(parse(&bytes).unwrap(), Array { shape, values: Values::F64(values) });
        }
    }

    #[test]
    fn damage_is_described() {
        let good = npy(&header("<f4", "False", "(2,)"), &[0; 8]);
        assert_eq!(parse(&good[..good.len() - 3]), Err(NpyError::Truncated { promised: 8, found: 5 }));
        assert_eq!(parse(&[&good[..], &[0]].concat()), Err(NpyError::Trailing { promised: 8 }));
        assert_eq!(parse(b"PK"), Err(NpyError::NotNpy));
        assert!(matches!(parse(&good[..20]), Err(NpyError::Header(_))));
        assert_eq!(parse(&npy(&header("|O", "False", "(2,)"), &[])), Err(NpyError::Pickled));
        assert_eq!(
            parse(&npy(&header("<c8", "False", "(2,)"), &[])),
            Err(NpyError::ElementType("<c8".into()))
        );
        let record = "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }";
        assert!(parse(&npy(record, &[])).unwrap_err().to_string().contains("a record of several fields"));
        let huge = header("<f8", "False", "(4294967295, 4294967295)");
        assert!(matches!(parse(&npy(&huge, &[])), Err(NpyError::Header(_))));
        let large = header("<f8", "False", "(99999999999,)");
        assert!(matches!(parse(&npy(&large, &[])), Err(NpyError::Truncated { .. })));
    }
}
