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

/// The sum of the magnitudes.
pub fn sum_of_magnitudes<T: Real>(values: &[T]) -> f64 {
    dispatch(Reduce { values, term: |x: T| x.abs().to_f64() })
}

/// The scalar product, added up in `f64`.
///
/// # Panics
/// If the lengths differ.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> f64 {
    assert_eq!(a.len(), b.len(), "a scalar product is of vectors of one length");
    dispatch(Dot { a, b })
}

/// Whether no element is infinite or NaN. Faster than counting.
pub fn all_finite<T: Real>(values: &[T]) -> bool {
    dispatch(AllFinite(values))
}

/// Whether the squares of all elements are finite too: in 32 bits, whether no magnitude is 2^64 or above. As fast as
/// [`all_finite`].
pub fn all_square<T: Real>(values: &[T]) -> bool {
    dispatch(AllSquare(values, T::from_f64(2.0f64.powi(if T::BYTES == 4 { 64 } else { 512 }))))
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
        finish(sums, rest.iter().map(|&value| (self.term)(value)))
    }
}

/// The terms that are left and the running sums added up, in a tree.
///
/// Never inlined: the compiler would arrange the running sums to suit the tree, and the loop with them, which is two and a half
/// times slower then.
#[inline(never)]
fn finish(mut sums: [f64; SUMS], rest: impl Iterator<Item = f64>) -> f64 {
    sums.iter_mut().zip(rest).for_each(|(sum, term)| *sum += term);
    let mut width = SUMS / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

struct Dot<'a, T> {
    a: &'a [T],
    b: &'a [T],
}

impl<T: Real> Kernel for Dot<'_, T> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0f64; SUMS];
        let ((a_blocks, a_rest), (b_blocks, b_rest)) =
            (self.a.as_chunks::<SUMS>(), self.b.as_chunks::<SUMS>());
        for (a, b) in a_blocks.iter().zip(b_blocks) {
            for lane in 0..SUMS {
                sums[lane] += a[lane].to_f64() * b[lane].to_f64();
            }
        }
        finish(sums, a_rest.iter().zip(b_rest).map(|(a, b)| a.to_f64() * b.to_f64()))
    }
}

struct AllFinite<'a, T>(&'a [T]);

impl<T: Real> Kernel for AllFinite<'_, T> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        // 0 x is 0 for a finite x and NaN for the others, and NaN stays in a sum.
        let mut sums = [T::ZERO; 4 * SUMS];
        let (blocks, rest) = self.0.as_chunks::<{ 4 * SUMS }>();
        for block in blocks {
            for lane in 0..4 * SUMS {
                sums[lane] += T::ZERO * block[lane];
            }
        }
        rest.iter().all(|x| x.is_finite()) && sums.iter().all(|&sum| sum == T::ZERO)
    }
}

/// The values, and the magnitude from which on a square overflows.
struct AllSquare<'a, T>(&'a [T], T);

impl<T: Real> Kernel for AllSquare<'_, T> {
    type Output = bool;
    #[inline(always)]
    fn run(self) -> bool {
        let Self(values, limit) = self;
        // A value times the limit overflows where its square does. 0 times that is 0, or NaN, which stays in a sum.
        let mut sums = [T::ZERO; 4 * SUMS];
        let (blocks, rest) = values.as_chunks::<{ 4 * SUMS }>();
        for block in blocks {
            for lane in 0..4 * SUMS {
                sums[lane] += T::ZERO * (limit * block[lane]);
            }
        }
        rest.iter().all(|x| (limit * *x).is_finite()) && sums.iter().all(|&sum| sum == T::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Isa, force_isa};

    #[test]
    fn a_square_that_overflows_is_found_wherever_it_is() {
        for at in [0, 63, 64, 199] {
            for (value, fine) in
                [(1.8e19f32, true), (-1.9e19, false), (f32::INFINITY, false), (f32::NAN, false)]
            {
                let mut all = values(200);
                all[at] = value;
                assert_eq!(all_square(&all), fine, "{value} at {at}");
                assert_eq!(all_square(&[1.3e154f64, f64::from(value)]), fine || value == -1.9e19);
            }
        }
        assert!(!all_square(&[1.4e154f64]));
    }

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
        let v = values(133);
        assert!((dot(&v, &v) - sum_of_squares(&v)).abs() <= 1e-15);
        assert!((sum_of_magnitudes(&v) - v.iter().map(|x| f64::from(x.abs())).sum::<f64>()).abs() <= 1e-13);
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
        for n in [1usize, 15, 64, 65, 200] {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut v = values(n);
                assert!(all_finite(&v));
                v[n - 1] = bad;
                assert!(!all_finite(&v), "{n} {bad}");
                v[n - 1] = f32::MAX;
                v[0] = bad;
                assert!(!all_finite(&v), "{n} {bad}");
            }
        }
        assert_eq!(count_non_finite(&[1.0f32, f32::NAN, f32::INFINITY, 0.0, f32::NEG_INFINITY]), 3);
    }
}
