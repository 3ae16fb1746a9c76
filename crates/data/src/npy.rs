//! One NumPy array: the `.npy` format, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
//!
//! Read: floats of 4 and 8 bytes, integers of 1 to 8 bytes and booleans, little and big endian, C and Fortran order, format
//! versions 1 to 3. Written: f32 and f64, little endian, C order, version 1.

mod element;
mod header;

use std::io::{self, Read, Write};

use header::Header;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// An array with its shape. The values are in C order whatever order the file had.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Size of each dimension, slowest first; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many values as the shape says.
    pub values: Values,
}

/// The values in (nearly) their own type: integers of 2 and 4 bytes come as `I64`.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Unsigned bytes and booleans.
    U8(Vec<u8>),
    /// Unsigned integers of 8 bytes.
    U64(Vec<u64>),
    /// All other integers.
    I64(Vec<i64>),
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
}

/// Why bytes are not an array that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NpyError {
    /// Something else than an NPY file.
    #[error("this is not a NumPy array: it does not start with \\x93NUMPY")]
    NotNpy,
    /// A version from the future.
    #[error("version {0} of the NPY format is not known; versions 1 to 3 are read")]
    Version(u8),
    /// A header that is not the dictionary it should be.
    #[error("the array's header is damaged: {0}")]
    Header(String),
    /// Python objects.
    #[error(
        "the array holds pickled Python objects, which are not read because unpickling can run any program; in Python, save \
         it as plain numbers: np.save(file, array.astype('f4'))"
    )]
    Pickled,
    /// A type of element that is not read.
    #[error("elements of type `{0}` are not read; convert the array first: array.astype('f4')")]
    ElementType(String),
    /// Fewer bytes than the header promises.
    #[error("the array is cut off: its header promises {promised} bytes of values, {found} are there")]
    Truncated {
        /// Bytes the shape and type multiply to.
        promised: u64,
        /// Bytes found.
        found: u64,
    },
    /// More bytes than the header promises.
    #[error("more bytes follow than the {promised} the array's header promises")]
    Trailing {
        /// Bytes the shape and type multiply to.
        promised: u64,
    },
    /// The stream broke.
    #[error("the array cannot be read: {0}")]
    Stream(String),
}

impl Array {
    /// Number of values.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::U8(values) => values.len(),
            Values::U64(values) => values.len(),
            Values::I64(values) => values.len(),
            Values::F32(values) => values.len(),
            Values::F64(values) => values.len(),
        }
    }

    /// True when there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values as f32, rounded where they do not fit exactly.
    pub fn to_f32(&self) -> Vec<f32> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f32::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::F32(values) => values.clone(),
            Values::F64(values) => values.iter().map(|value| *value as f32).collect(),
        }
    }

    /// The values as f64, rounded where they do not fit exactly (integers beyond 2^53).
    pub fn to_f64(&self) -> Vec<f64> {
        match &self.values {
            Values::U8(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::U64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
            Values::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
            Values::F64(values) => values.clone(),
        }
    }
}

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
    let mut bytes = Vec::with_capacity(promised as usize);
    // One byte more than promised tells trailing bytes, and makes a ZIP reader check its checksum at the end.
    reader.take(promised + 1).read_to_end(&mut bytes).map_err(|error| NpyError::Stream(error.to_string()))?;
    let found = bytes.len() as u64;
    if found < promised {
        return Err(NpyError::Truncated { promised, found });
    }
    if found > promised {
        return Err(NpyError::Trailing { promised });
    }
    let mut values = header.element.decode(&bytes);
    if header.fortran_order && header.shape.len() > 1 {
        values = values.transposed(&header.shape);
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

impl Values {
    /// From Fortran order (first index fastest) to C order (last index fastest).
    fn transposed(self, shape: &[usize]) -> Values {
        match self {
            Values::U8(values) => Values::U8(to_c_order(&values, shape)),
            Values::U64(values) => Values::U64(to_c_order(&values, shape)),
            Values::I64(values) => Values::I64(to_c_order(&values, shape)),
            Values::F32(values) => Values::F32(to_c_order(&values, shape)),
            Values::F64(values) => Values::F64(to_c_order(&values, shape)),
        }
    }
}

fn to_c_order<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    let strides: Vec<usize> = shape
        .iter()
        .scan(1, |stride, size| {
            let this = *stride;
            *stride *= size;
            Some(this)
        })
        .collect();
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        ordered.push(values[at]);
        for dimension in (0..shape.len()).rev() {
            index[dimension] += 1;
            at += strides[dimension];
            if index[dimension] < shape[dimension] {
                break;
            }
            at -= strides[dimension] * shape[dimension];
            index[dimension] = 0;
        }
    }
    ordered
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
        assert_eq!(read("|b1", &[1]), Values::U8(vec![1]));
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
