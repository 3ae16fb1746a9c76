//! Elementwise loops that write or add, shared by several ops.
//!
//! `function` must be small (an addition, a multiplication): it is inlined into the copy for each instruction set.

use crate::Target;
use thalweg_lanes::{Kernel, Real, dispatch};

/// Writes or adds function(a) to the target, for each element.
pub(crate) fn map<T: Real>(target: Target<'_, T>, a: &[T], function: impl Fn(T) -> T) {
    dispatch(MapKernel { target, a, function });
}

/// Writes or adds function(a, b) to the target, for each pair of elements.
pub(crate) fn zip<T: Real>(target: Target<'_, T>, a: &[T], b: &[T], function: impl Fn(T, T) -> T) {
    dispatch(ZipKernel { target, a, b, function });
}

/// Returns the sum of the products of the elements, in `f64` and in a fixed order.
pub(crate) fn dot<T: Real>(a: &[T], b: &[T]) -> f64 {
    dispatch(DotKernel { a, b })
}

struct MapKernel<'a, T, F> {
    target: Target<'a, T>,
    a: &'a [T],
    function: F,
}

impl<T: Real, F: Fn(T) -> T> Kernel for MapKernel<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.a.len();
        let out = &mut self.target.values[..n];
        if self.target.accumulate {
            for i in 0..n {
                out[i] += (self.function)(self.a[i]);
            }
        } else {
            for i in 0..n {
                out[i] = (self.function)(self.a[i]);
            }
        }
    }
}

struct ZipKernel<'a, T, F> {
    target: Target<'a, T>,
    a: &'a [T],
    b: &'a [T],
    function: F,
}

impl<T: Real, F: Fn(T, T) -> T> Kernel for ZipKernel<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.a.len();
        let (b, out) = (&self.b[..n], &mut self.target.values[..n]);
        if self.target.accumulate {
            for i in 0..n {
                out[i] += (self.function)(self.a[i], b[i]);
            }
        } else {
            for i in 0..n {
                out[i] = (self.function)(self.a[i], b[i]);
            }
        }
    }
}

struct DotKernel<'a, T> {
    a: &'a [T],
    b: &'a [T],
}

/// Independent partial sums, which the compiler can vectorise.
const SUMS: usize = 8;

impl<T: Real> Kernel for DotKernel<'_, T> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0f64; SUMS];
        let (a, a_rest) = self.a.as_chunks::<SUMS>();
        let (b, b_rest) = self.b.as_chunks::<SUMS>();
        for (a, b) in a.iter().zip(b) {
            for lane in 0..SUMS {
                sums[lane] += a[lane].to_f64() * b[lane].to_f64();
            }
        }
        for (lane, (a, b)) in a_rest.iter().zip(b_rest).enumerate() {
            sums[lane] += a.to_f64() * b.to_f64();
        }
        sums.iter().sum()
    }
}

/// Independent partial sums of a row.
const WIDE: usize = 16;

/// Returns Σ f(i) over a row, several elements at a time; `f` is inlined.
#[inline(always)]
pub(crate) fn row_sum<T: Real>(n: usize, f: impl Fn(usize) -> T) -> T {
    let mut sums = [T::ZERO; WIDE];
    let whole = n - n % WIDE;
    let mut start = 0;
    while start < whole {
        for lane in 0..WIDE {
            sums[lane] += f(start + lane);
        }
        start += WIDE;
    }
    for i in whole..n {
        sums[i - whole] += f(i);
    }
    sums.into_iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_or_add_and_sum() {
        let a: Vec<f32> = (0..37).map(|i| i as f32).collect();
        let mut out = vec![1.0; 37];
        map(Target { values: &mut out, accumulate: true }, &a, |x| 2.0 * x);
        assert_eq!(out[36], 73.0);
        zip(Target { values: &mut out, accumulate: false }, &a, &a, |x, y| x * y);
        assert_eq!(out[36], 1296.0);
        assert_eq!(dot(&a, &a), (0..37).map(|i| f64::from(i * i)).sum::<f64>());
    }
}
