//! Numbers that are bytes divided by a constant, such as pixels divided by 255, kept as bytes. The rows of a batch lie far
//! apart in memory, and reading a quarter of the memory takes a quarter of the time.

use super::rows::check_size;
use std::ops::Range;
use std::sync::OnceLock;
use thalweg_lanes::{Kernel, dispatch};

#[derive(Debug)]
pub(super) struct Bytes {
    bytes: Vec<u8>,
    /// A byte b represents b · coarse + b · fine. Coarse has 16 bits, so the first product is exact, and the sum is rounded as
    /// the division is.
    coarse: f32,
    fine: f32,
    /// All the numbers, from the first call of [`numbers`](Self::numbers) on.
    numbers: OnceLock<Vec<f32>>,
}

impl Bytes {
    /// Wraps bytes that represent their quotients by `divisor`. Returns the bytes if some quotient would differ from the result
    /// of a division.
    pub(super) fn new(bytes: Vec<u8>, divisor: f32) -> Result<Self, Vec<u8>> {
        let exact = 1.0 / f64::from(divisor);
        let coarse = f32::from_bits((exact as f32).to_bits() & !0xFF);
        let fine = (exact - f64::from(coarse)) as f32;
        let same = |byte: u8| value(byte, coarse, fine).to_bits() == (f32::from(byte) / divisor).to_bits();
        if (0..=u8::MAX).all(same) {
            Ok(Self { bytes, coarse, fine, numbers: OnceLock::new() })
        } else {
            Err(bytes)
        }
    }

    /// Returns the number of bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns all numbers. They take four times the memory of the bytes and are made at the first call.
    pub(super) fn numbers(&self) -> &[f32] {
        self.numbers.get_or_init(|| self.quotients(0..self.len()).collect())
    }

    /// Returns the numbers in this range.
    pub(super) fn quotients(&self, range: Range<usize>) -> impl Iterator<Item = f32> {
        self.bytes[range].iter().map(|&byte| value(byte, self.coarse, self.fine))
    }

    /// Copies the rows at `indices` of those in the range `all`.
    pub(super) fn gather<T: From<f32> + Copy>(
        &self,
        all: Range<usize>,
        width: usize,
        indices: &[u32],
        out: &mut [T],
    ) {
        check_size(width, indices, out.len());
        let rows = &self.bytes[all];
        dispatch(Rows { rows, width, indices, out, coarse: self.coarse, fine: self.fine });
    }
}

#[inline(always)]
fn value(byte: u8, coarse: f32, fine: f32) -> f32 {
    let byte = f32::from(byte);
    byte * coarse + byte * fine
}

struct Rows<'a, T> {
    rows: &'a [u8],
    width: usize,
    indices: &'a [u32],
    out: &'a mut [T],
    coarse: f32,
    fine: f32,
}

impl<T: From<f32> + Copy> Kernel for Rows<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { rows, width, indices, out, coarse, fine } = self;
        let row = |index: u32| &rows[index as usize * width..][..width];
        // A look at both ends of each row lets the processor fetch their pages side by side.
        let glance = indices.iter().fold(0, |seen, &index| seen ^ row(index)[0] ^ row(index)[width - 1]);
        std::hint::black_box(glance);
        for (out, &index) in out.chunks_exact_mut(width).zip(indices) {
            let row = row(index);
            for i in 0..width {
                out[i] = T::from(value(row[i], coarse, fine));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::examples::Inputs;
    use crate::{Examples, Targets};

    #[test]
    fn bytes_give_the_numbers_that_division_gives() {
        let bytes: Vec<u8> = (0..=255).collect();
        for divisor in [255.0f32, 1.0, 16.0, 254.0, 3.0, 100.0] {
            let targets = || Targets::Labels((0..64).collect());
            let examples = Examples::from_bytes(bytes.clone(), divisor, 4, targets()).unwrap();
            assert!(matches!(examples.inputs, Inputs::Bytes(_)), "{divisor}");
            let examples = examples.slice(8..60);
            let (mut narrow, mut wide) = ([0.0f32; 8], [0.0f64; 8]);
            examples.gather_inputs(&[51, 3], &mut narrow);
            examples.gather_inputs(&[51, 3], &mut wide);
            let expected: Vec<f32> =
                [236, 237, 238, 239, 44, 45, 46, 47].map(|byte| byte as f32 / divisor).to_vec();
            assert_eq!(narrow, expected[..], "{divisor}");
            assert_eq!(wide.map(|x| x as f32), expected[..], "{divisor}");
            assert_eq!(*examples.input(51), narrow[..4]);
            assert_eq!(&examples.inputs()[51 * 4..], &narrow[..4]);
        }
    }
}
