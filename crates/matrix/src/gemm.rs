//! Matrix products: the one file that knows the library computing them.
//!
//! `faer` is at or near the front on the shapes of small networks from one thread, and allocates nothing after the first
//! product of a thread. Threads inside a product this small cost more than they gain, so there is one.

use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use thalweg_lanes::Real;

/// A number that networks are made of: `f32` or `f64`.
pub trait Element: Real {
    /// c = a b, or c += a b if `accumulate`; see [`gemm`].
    #[doc(hidden)]
    fn gemm(a: Matrix<'_, Self>, b: Matrix<'_, Self>, c: MatrixMut<'_, Self>, accumulate: bool);
}

impl Element for f32 {
    fn gemm(a: Matrix<'_, Self>, b: Matrix<'_, Self>, c: MatrixMut<'_, Self>, accumulate: bool) {
        product(a, b, c, accumulate);
    }
}

impl Element for f64 {
    fn gemm(a: Matrix<'_, Self>, b: Matrix<'_, Self>, c: MatrixMut<'_, Self>, accumulate: bool) {
        product(a, b, c, accumulate);
    }
}

/// A matrix in a slice, row-major, or the transpose of one.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    transposed: bool,
}

impl<'a, T> Matrix<'a, T> {
    /// The matrix whose rows follow one another in `values`, which holds `rows` x `columns` elements.
    pub fn new(values: &'a [T], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, transposed: false }
    }

    /// The transpose, without moving an element.
    pub fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }
}

/// A matrix in a slice, row-major, to be written.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    values: &'a mut [T],
    rows: usize,
    columns: usize,
}

impl<'a, T> MatrixMut<'a, T> {
    /// The matrix whose rows follow one another in `values`, which holds `rows` x `columns` elements.
    pub fn new(values: &'a mut [T], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns }
    }
}

/// c = a b, or c += a b if `accumulate`.
///
/// # Panics
/// If the extents do not fit each other or their slices.
pub fn gemm<T: Element>(a: Matrix<'_, T>, b: Matrix<'_, T>, c: MatrixMut<'_, T>, accumulate: bool) {
    T::gemm(a, b, c, accumulate);
}

fn product<T: Real + ComplexField>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    let c = MatMut::from_row_major_slice_mut(c.values, c.rows, c.columns);
    let accumulate = if accumulate { Accum::Add } else { Accum::Replace };
    matmul(c, accumulate, view(a), view(b), T::ONE, Par::Seq);
}

fn view<T>(matrix: Matrix<'_, T>) -> MatRef<'_, T> {
    let view = MatRef::from_row_major_slice(matrix.values, matrix.rows, matrix.columns);
    if matrix.transposed { view.transpose() } else { view }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small integers: every product below is exact in `f32`.
    fn integers<T: Element>(len: usize, seed: usize) -> Vec<T> {
        (0..len).map(|i| T::from_f64(((i * 7 + seed * 13) % 11) as f64 - 5.0)).collect()
    }

    fn check<T: Element>(m: usize, k: usize, n: usize) {
        let (a, b) = (integers::<T>(m * k, 1), integers::<T>(k * n, 2));
        let mut a_transposed = a.clone();
        let mut b_transposed = b.clone();
        (0..m).for_each(|i| (0..k).for_each(|j| a_transposed[j * m + i] = a[i * k + j]));
        (0..k).for_each(|i| (0..n).for_each(|j| b_transposed[j * k + i] = b[i * n + j]));
        let entry = |i: usize, j: usize| (0..k).map(|l| a[i * k + l] * b[l * n + j]).sum::<T>();
        let expected: Vec<T> = (0..m * n).map(|at| entry(at / n, at % n)).collect();
        let twice: Vec<T> = expected.iter().map(|&x| x + x).collect();

        let plain = (Matrix::new(&a, m, k), Matrix::new(&b, k, n));
        let turned =
            (Matrix::new(&a_transposed, k, m).transposed(), Matrix::new(&b_transposed, n, k).transposed());
        for (a, b) in [plain, turned, (plain.0, turned.1), (turned.0, plain.1)] {
            let mut c = vec![T::from_f64(f64::NAN); m * n];
            gemm(a, b, MatrixMut::new(&mut c, m, n), false);
            assert_eq!(c, expected, "{m}x{k}x{n} {}", T::NAME);
            gemm(a, b, MatrixMut::new(&mut c, m, n), true);
            assert_eq!(c, twice, "{m}x{k}x{n} {}", T::NAME);
        }
    }

    #[test]
    fn products_and_their_transposes_are_those_of_the_definition() {
        for (m, k, n) in [(1, 1, 1), (2, 3, 4), (1, 17, 5), (33, 8, 1), (20, 30, 40), (128, 100, 10)] {
            check::<f32>(m, k, n);
            check::<f64>(m, k, n);
        }
    }
}
