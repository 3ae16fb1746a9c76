//! Reductions whose result does not depend on the instruction set or the number of threads.
//!
//! Each adds in a fixed order: sixteen running sums in `f64`, element `i` into sum `i % 16`, the sums then added pairwise.

use crate::{Kernel, Real, dispatch};

const SUMS: usize = 16;

/// The sum of the elements.
pub fn sum<T: Real>(values: &[T]) -> f64 {
    dispatch(Reduce { values, term: |x: T| x.to_f64() })
}

/// The sum of the squared elements.
pub fn sum_of_squares<T: Real>(values: &[T]) -> f64 {
    dispatch(Reduce { values, term: |x: T| x.to_f64() * x.to_f64() })
}

/// The Euclidean norm.
pub fn norm<T: Real>(values: &[T]) -> f64 {
    sum_of_squares(values).sqrt()
}

/// How many elements are infinite or NaN.
pub fn count_non_finite<T: Real>(values: &[T]) -> usize {
    dispatch(Reduce { values, term: |x: T| if x.is_finite() { 0.0 } else { 1.0 } }) as usize
}

struct Reduce<'a, T, F> {
    values: &'a [T],
    term: F,
}

impl<T: Real, F: Fn(T) -> f64> Kernel for Reduce<'_, T, F> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0f64; SUMS];
        let (blocks, rest) = self.values.as_chunks::<SUMS>();
        for block in blocks {
            for lane in 0..SUMS {
                sums[lane] += (self.term)(block[lane]);
            }
        }
        for (lane, &value) in rest.iter().enumerate() {
            sums[lane] += (self.term)(value);
        }
        let mut width = SUMS / 2;
        while width > 0 {
            for lane in 0..width {
                sums[lane] += sums[lane + width];
            }
            width /= 2;
        }
        sums[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Isa, force_isa};

    fn values(n: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 7919 % 1013) as f32 - 506.0) * 1.7e-3).collect()
    }

    #[test]
    fn agree_with_plain_sums() {
        for n in [0, 1, 15, 16, 17, 1000] {
            let v = values(n);
            let exact: f64 = v.iter().map(|&x| f64::from(x)).sum();
            assert!((sum(&v) - exact).abs() <= 1e-12, "{n}");
            let squares: f64 = v.iter().map(|&x| f64::from(x).powi(2)).sum();
            assert!((sum_of_squares(&v) - squares).abs() <= 1e-12 * squares, "{n}");
        }
        assert_eq!(norm(&[3.0f64, 4.0]), 5.0);
    }

    #[test]
    fn have_the_same_bits_on_every_instruction_set() {
        let _forcing = crate::isa::FORCING.lock();
        let v = values(10_007);
        let bits: Vec<u64> = Isa::available()
            .into_iter()
            .map(|isa| {
                force_isa(Some(isa));
                sum_of_squares(&v).to_bits()
            })
            .collect();
        force_isa(None);
        assert!(bits.windows(2).all(|pair| pair[0] == pair[1]), "{bits:?}");
    }

    #[test]
    fn count_what_is_not_finite() {
        assert_eq!(count_non_finite(&[1.0f32, f32::NAN, f32::INFINITY, 0.0, f32::NEG_INFINITY]), 3);
    }
}
