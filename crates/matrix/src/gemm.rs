//! Matrix products: the one file that knows the library computing them.
//!
//! `faer` is at or near the front on the shapes of small networks from one thread, and allocates nothing after the first
//! product of a thread. Threads inside a small product cost more than they gain; a large one is always computed in the same
//! pieces, side by side if there are threads, so that their number changes no bit.

use crate::views::{Matrix, MatrixMut};
use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use thalweg_kit::side_by_side;
use thalweg_lanes::Real;

/// Multiply-adds from which on a product is computed in pieces: about a fifth of a millisecond, ten times what a thread costs.
const LARGE: usize = 12_000_000;

/// How many pieces a large product has at most.
const PIECES: usize = 4;

/// Pieces of columns are so many, or a multiple: whole vectors, and whole blocks of the library.
const COLUMNS: usize = 64;

/// Pieces of rows are at least so many: the right factor is read for each piece.
const ROWS: usize = 48;

/// c = a b, or c += a b if `accumulate`, in the same pieces on any number of threads.
pub(crate) fn product<T: Real + ComplexField>(
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: MatrixMut<'_, T>,
    accumulate: bool,
    threads: usize,
) {
    let (a, b) = (view(a), view(b));
    let c = match c.stride {
        stride if stride == c.columns => MatMut::from_row_major_slice_mut(c.values, c.rows, c.columns),
        // faer 0.24 exchanges the strides of the row-major constructor, so: the transpose of the transpose.
        stride => MatMut::from_column_major_slice_with_stride_mut(c.values, c.columns, c.rows, stride)
            .transpose_mut(),
    };
    let accumulate = if accumulate { Accum::Add } else { Accum::Replace };
    let (rows, columns) = (c.nrows(), c.ncols());
    let by_rows = rows >= columns && rows >= 2 * ROWS;
    let most = if by_rows { rows / ROWS } else { columns.div_ceil(COLUMNS) };
    if rows * a.ncols() * columns < LARGE || most < 2 {
        matmul(c, accumulate, a, b, T::ONE, Par::Seq);
        return;
    }
    let (whole, piece) = match by_rows {
        true => (rows, rows.div_ceil(most.min(PIECES))),
        false => (columns, columns.div_ceil(PIECES).next_multiple_of(COLUMNS)),
    };
    let mut rest = Some(c);
    let pieces = (0..whole).step_by(piece).filter_map(|start| {
        let c = rest.take()?;
        let len = piece.min(whole - start);
        // Rows of the result follow from the same rows of a, columns from those of b.
        let (own, others, a, b) = if by_rows {
            let (own, others) = c.split_at_row_mut(len);
            (own, others, a.subrows(start, len), b)
        } else {
            let (own, others) = c.split_at_col_mut(len);
            (own, others, a, b.subcols(start, len))
        };
        rest = Some(others);
        Some((own, a, b))
    });
    side_by_side(threads, pieces, |(piece, a, b)| matmul(piece, accumulate, a, b, T::ONE, Par::Seq));
}

fn view<T>(matrix: Matrix<'_, T>) -> MatRef<'_, T> {
    let Matrix { values, rows, columns, stride, .. } = matrix;
    let view = match stride {
        stride if stride == columns => MatRef::from_row_major_slice(values, rows, columns),
        stride => MatRef::from_row_major_slice_with_stride(values, rows, columns, stride),
    };
    if matrix.transposed { view.transpose() } else { view }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Element, gemm, gemm_on};

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
    fn parts_of_larger_matrices_are_factors_and_results_and_the_rest_stays() {
        // Columns 1..4 of 5 x 6, times columns 2..4 of 3 x 4, into columns 1..3 of 5 x 4.
        let (a, b) = (integers::<f64>(30, 1), integers::<f64>(12, 2));
        let mut c = [7.0; 20];
        let (left, right) = (Matrix::with_stride(&a[1..28], 5, 3, 6), Matrix::with_stride(&b[2..], 3, 2, 4));
        gemm(left, right, MatrixMut::with_stride(&mut c[1..19], 5, 2, 4), false);
        for i in 0..5 {
            assert_eq!((c[i * 4], c[i * 4 + 3]), (7.0, 7.0));
            for j in 0..2 {
                let expected: f64 = (0..3).map(|k| a[i * 6 + 1 + k] * b[k * 4 + 2 + j]).sum();
                assert_eq!(c[i * 4 + 1 + j], expected);
            }
        }
        // Transposed factors, added to what is there.
        let mut turned = vec![1.0; 10];
        gemm(right.transposed(), left.transposed(), MatrixMut::new(&mut turned, 2, 5), true);
        for (at, found) in turned.iter().enumerate() {
            assert_eq!(*found, 1.0 + c[at % 5 * 4 + 1 + at / 5]);
        }
    }

    #[test]
    fn large_products_are_the_same_on_any_number_of_threads() {
        let (m, k, n) = (100, 500, 300);
        let (a, b) = (integers::<f32>(m * k, 1), integers::<f32>(k * n, 2));
        let scaled: Vec<f32> = b.iter().map(|x| x * 0.1).collect();
        let run = |threads: usize| {
            let mut c = vec![f32::NAN; m * n];
            let (a, b) = (Matrix::new(&a, m, k), Matrix::new(&scaled, k, n));
            gemm_on(threads, a, b, MatrixMut::new(&mut c, m, n), false);
            gemm_on(threads, a, b, MatrixMut::new(&mut c, m, n), true);
            c
        };
        let one = run(1);
        for threads in [2, 3, 7] {
            assert!(run(threads) == one, "{threads} threads");
        }
        for (at, found) in one.iter().enumerate().step_by(977) {
            let entry = |l: usize| f64::from(a[at / n * k + l]) * f64::from(scaled[l * n + at % n]);
            let expected = 2.0 * (0..k).map(entry).sum::<f64>();
            assert!((f64::from(*found) - expected).abs() < 1e-2, "{found} {expected}");
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
