//! IDX files, the format of the MNIST family: <http://yann.lecun.com/exdb/mnist/>.
//!
//! Two zero bytes, the element type, the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
//! Gzipped files are recognised by their first bytes, whatever their name. Only unsigned bytes (type 8) are read: the whole
//! family uses nothing else.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::GzDecoder;
use thalweg_kit::{TooLittleMemory, check_free_memory};

const UNSIGNED_BYTE: u8 = 0x08;
/// The memory that a file takes while it becomes examples, in multiples of its size.
const COPIES: u64 = 2;

pub(crate) const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Deflate compresses at most 1032 to 1 (<https://zlib.net/zlib_tech.html>), so a header that promises more is wrong.
const DEFLATE_LIMIT: u64 = 1032;

/// The contents of an IDX file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx<'a> {
    /// Size of each dimension, slowest first.
    pub dimensions: Vec<usize>,
    /// The values, row-major; as many as the dimensions say.
    pub values: Cow<'a, [u8]>,
}

/// Images of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images<'a> {
    /// Number of images.
    pub count: usize,
    /// Rows of pixels in each.
    pub height: usize,
    /// Columns of pixels in each.
    pub width: usize,
    /// `[count, height, width]`, 0 to 255.
    pub pixels: Cow<'a, [u8]>,
}

/// Why bytes are not the IDX file that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdxError {
    /// A file of no bytes.
    #[error("the file is empty; download it again")]
    Empty,
    /// Something else than an IDX file.
    #[error("this is not an IDX file: it should start with two zero bytes, but starts with {0:02x} {1:02x}")]
    NotIdx(u8, u8),
    /// Elements of another type than bytes.
    #[error("the elements have type {0:#04x}; only unsigned bytes (0x08) are read")]
    ElementType(u8),
    /// The file ends too early.
    #[error(
        "the file is cut off: its header promises {promised} bytes of values, {found} are there; download it again"
    )]
    Truncated {
        /// Bytes the dimensions multiply to.
        promised: u64,
        /// Bytes that follow the header.
        found: u64,
    },
    /// The file ends within its header.
    #[error("the file is cut off within its header; download it again")]
    TruncatedHeader,
    /// More bytes than the header promises.
    #[error(
        "more bytes follow than the {promised} the header promises; the file is damaged, download it again"
    )]
    Trailing {
        /// Bytes the dimensions multiply to.
        promised: u64,
    },
    /// Dimensions whose product no file can hold.
    #[error(
        "the header is damaged: dimensions {0:?} need more bytes than there can be; download the file again"
    )]
    Absurd(Vec<usize>),
    /// More values than fit in memory.
    #[error("the file is too large: {0}")]
    Memory(TooLittleMemory),
    /// The gzip stream is broken.
    #[error("the gzip stream is damaged ({0}); download the file again")]
    Gzip(String),
    /// A file of labels where images are wanted.
    #[error("this file holds labels (1 dimension), but images are expected here; are the two files swapped?")]
    LabelsForImages,
    /// A file of images where labels are wanted.
    #[error(
        "this file holds images (3 dimensions), but labels are expected here; are the two files swapped?"
    )]
    ImagesForLabels,
    /// Neither images nor labels.
    #[error("{found} dimensions, but {wanted} are expected here (images have 3, labels 1)")]
    Dimensions {
        /// Dimensions of the file.
        found: usize,
        /// Dimensions wanted.
        wanted: usize,
    },
    /// Images and labels that do not belong together.
    #[error("there are {images} images but {labels} labels; the two files do not belong together")]
    CountMismatch {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
}

/// Reads an IDX file, gzipped or not. No more memory is reserved than the bytes can turn out to fill.
pub fn parse(bytes: &[u8]) -> Result<Idx<'_>, IdxError> {
    if bytes.is_empty() {
        return Err(IdxError::Empty);
    }
    if bytes.starts_with(&GZIP) { parse_gzip(bytes) } else { parse_plain(bytes) }
}

/// Reads a file of images: three dimensions.
pub fn images(bytes: &[u8]) -> Result<Images<'_>, IdxError> {
    let Idx { dimensions, values } = parse(bytes)?;
    match dimensions[..] {
        [count, height, width] => Ok(Images { count, height, width, pixels: values }),
        [_] => Err(IdxError::LabelsForImages),
        _ => Err(IdxError::Dimensions { found: dimensions.len(), wanted: 3 }),
    }
}

/// Reads a file of labels: one dimension.
pub fn labels(bytes: &[u8]) -> Result<Cow<'_, [u8]>, IdxError> {
    let Idx { dimensions, values } = parse(bytes)?;
    match dimensions[..] {
        [_] => Ok(values),
        [_, _, _] => Err(IdxError::ImagesForLabels),
        _ => Err(IdxError::Dimensions { found: dimensions.len(), wanted: 1 }),
    }
}

fn parse_plain(bytes: &[u8]) -> Result<Idx<'_>, IdxError> {
    let mut rest = bytes;
    let (dimensions, promised) = header(&mut rest)?;
    let found = rest.len() as u64;
    if found < promised {
        return Err(IdxError::Truncated { promised, found });
    }
    if found > promised {
        return Err(IdxError::Trailing { promised });
    }
    Ok(Idx { dimensions, values: Cow::Borrowed(rest) })
}

fn parse_gzip(bytes: &[u8]) -> Result<Idx<'_>, IdxError> {
    let mut decoder = GzDecoder::new(bytes);
    let (dimensions, promised) = header(&mut decoder)?;
    if promised > DEFLATE_LIMIT * bytes.len() as u64 {
        return Err(IdxError::Truncated { promised, found: 0 });
    }
    check_free_memory(promised.saturating_mul(COPIES)).map_err(IdxError::Memory)?;
    let mut values = Vec::new();
    // One byte more than promised tells trailing bytes and makes the decoder check its checksum at the end.
    values
        .try_reserve_exact(promised as usize + 1)
        .map_err(|_| IdxError::Memory(TooLittleMemory { needed: promised, free: None }))?;
    decoder.by_ref().take(promised + 1).read_to_end(&mut values).map_err(gzip_error)?;
    let found = values.len() as u64;
    if found < promised {
        return Err(IdxError::Truncated { promised, found });
    }
    if found > promised || !decoder.into_inner().is_empty() {
        return Err(IdxError::Trailing { promised });
    }
    Ok(Idx { dimensions, values: Cow::Owned(values) })
}

/// The dimensions, and how many bytes of values they promise.
fn header(reader: &mut impl Read) -> Result<(Vec<usize>, u64), IdxError> {
    let [zero, nought, element, rank] = word(reader)?;
    if (zero, nought) != (0, 0) {
        return Err(IdxError::NotIdx(zero, nought));
    }
    if element != UNSIGNED_BYTE {
        return Err(IdxError::ElementType(element));
    }
    let mut dimensions = Vec::with_capacity(usize::from(rank));
    for _ in 0..rank {
        dimensions.push(u32::from_be_bytes(word(reader)?) as usize);
    }
    let promised = dimensions.iter().try_fold(1u64, |product, size| product.checked_mul(*size as u64));
    match promised {
        // A limit of a quarter of the address space keeps the arithmetic below from overflowing.
        Some(promised) if promised < u64::MAX / 4 => Ok((dimensions, promised)),
        _ => Err(IdxError::Absurd(dimensions)),
    }
}

fn word(reader: &mut impl Read) -> Result<[u8; 4], IdxError> {
    let mut bytes = [0; 4];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(IdxError::TruncatedHeader),
        Err(error) => Err(gzip_error(error)),
    }
}

fn gzip_error(error: std::io::Error) -> IdxError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => IdxError::Gzip("it ends too early".into()),
        _ => IdxError::Gzip(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Two images of 1x3.
    const IMAGES: &[u8] = &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
    const LABELS: &[u8] = &[0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

    #[test]
    fn plain_and_gzipped_files_read_the_same() {
        for bytes in [IMAGES.to_vec(), gzip(IMAGES)] {
            let images = images(&bytes).unwrap();
            assert_eq!((images.count, images.height, images.width), (2, 1, 3));
            assert_eq!(images.pixels[..], [10, 20, 30, 40, 50, 60]);
        }
        assert_eq!(labels(&gzip(LABELS)).unwrap()[..], [7, 9]);
    }

    #[test]
    fn swapped_files_are_recognised() {
        assert_eq!(images(LABELS).unwrap_err(), IdxError::LabelsForImages);
        assert_eq!(labels(IMAGES).unwrap_err(), IdxError::ImagesForLabels);
        assert!(labels(IMAGES).unwrap_err().to_string().contains("swapped"));
    }

    #[test]
    fn damaged_files_say_how() {
        assert_eq!(parse(&[]), Err(IdxError::Empty));
        assert_eq!(parse(b"PK\x03\x04"), Err(IdxError::NotIdx(b'P', b'K')));
        assert_eq!(parse(&[0, 0, 0x0d, 1]), Err(IdxError::ElementType(0x0d)));
        assert_eq!(parse(&IMAGES[..10]), Err(IdxError::TruncatedHeader));
        assert_eq!(parse(&IMAGES[..20]), Err(IdxError::Truncated { promised: 6, found: 4 }));
        assert_eq!(parse(&gzip(&IMAGES[..20])), Err(IdxError::Truncated { promised: 6, found: 4 }));
        let longer = [IMAGES, &[1]].concat();
        assert_eq!(parse(&longer), Err(IdxError::Trailing { promised: 6 }));
        assert_eq!(parse(&gzip(&longer)), Err(IdxError::Trailing { promised: 6 }));
        assert_eq!(parse(&[gzip(IMAGES), vec![0]].concat()), Err(IdxError::Trailing { promised: 6 }));
    }

    #[test]
    fn damaged_gzip_streams_are_noticed_even_in_their_checksum() {
        let whole = gzip(IMAGES);
        assert!(matches!(parse(&whole[..whole.len() - 9]), Err(IdxError::Gzip(_))));
        assert!(matches!(parse(&whole[..whole.len() - 3]), Err(IdxError::Gzip(_))));
        let mut wrong_sum = whole.clone();
        let at = whole.len() - 6;
        wrong_sum[at] ^= 1;
        assert!(matches!(parse(&wrong_sum), Err(IdxError::Gzip(_))), "{:?}", parse(&wrong_sum));
    }

    #[test]
    fn absurd_dimensions_reserve_no_memory() {
        let huge = [0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert!(matches!(parse(&huge), Err(IdxError::Absurd(_))));
        let large = [0, 0, 8, 2, 0, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 1];
        assert!(matches!(parse(&large), Err(IdxError::Truncated { found: 1, .. })));
        assert!(matches!(parse(&gzip(&large)), Err(IdxError::Truncated { found: 0, .. })));
    }
}
