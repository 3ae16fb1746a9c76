//! Eigenvectors of symmetric matrices, and orthonormal bases.

use faer::{MatRef, Side};

/// Eigenvalues (rising) and eigenvectors (the columns of a row-major `n` x `n` matrix, in the same order) of the symmetric
/// row-major matrix `values`; `None` if a value is not finite. Only the lower triangle is read.
///
/// # Panics
/// If `values` does not hold `n` x `n` elements.
pub fn symmetric_eigen(values: &[f64], n: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    assert_eq!(values.len(), n * n, "a square matrix");
    if !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let found = MatRef::from_row_major_slice(values, n, n).self_adjoint_eigen(Side::Lower).ok()?;
    let eigenvalues = found.S().column_vector().iter().copied().collect();
    let u = found.U();
    let vectors = (0..n * n).map(|at| u[(at / n, at % n)]).collect();
    Some((eigenvalues, vectors))
}

/// An orthonormal basis of what the columns of the row-major `n` x `n` matrix span, in order: the Q of its QR decomposition.
///
/// # Panics
/// If `values` does not hold `n` x `n` elements.
pub fn orthonormal(values: &[f64], n: usize) -> Vec<f64> {
    assert_eq!(values.len(), n * n, "a square matrix");
    let q = MatRef::from_row_major_slice(values, n, n).qr().compute_Q();
    (0..n * n).map(|at| q[(at / n, at % n)]).collect()
}

/// The Q (row-major, `rows` x `columns`) of the QR decomposition of a row-major matrix with at least as many rows as columns,
/// signs chosen so that R has no negative number on its diagonal: of normal random numbers, every Q is as likely as any other
/// (Mezzadri 2007).
///
/// # Panics
/// If `values` does not hold `rows` x `columns` elements, or there are fewer rows than columns.
pub fn orthonormal_columns(values: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    assert_eq!(values.len(), rows * columns, "rows times columns");
    assert!(rows >= columns, "no fewer rows than columns");
    let decomposition = MatRef::from_row_major_slice(values, rows, columns).qr();
    let (q, r) = (decomposition.compute_thin_Q(), decomposition.thin_R());
    (0..rows * columns)
        .map(|at| {
            let (i, j) = (at / columns, at % columns);
            if r[(j, j)] < 0.0 { -q[(i, j)] } else { q[(i, j)] }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_times_values_give_the_matrix_back() {
        let n = 7;
        let a: Vec<f64> =
            (0..n * n).map(|at| ((at / n * at % 13) as f64 + (at % n * (at / n)) as f64).cos()).collect();
        let symmetric: Vec<f64> = (0..n * n).map(|at| a[at] + a[at % n * n + at / n]).collect();
        let (values, vectors) = symmetric_eigen(&symmetric, n).unwrap();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
        for at in 0..n * n {
            let (i, j) = (at / n, at % n);
            let entry: f64 = (0..n).map(|k| vectors[i * n + k] * values[k] * vectors[j * n + k]).sum();
            assert!((entry - symmetric[at]).abs() < 1e-12, "{entry} for {}", symmetric[at]);
        }
        assert!(symmetric_eigen(&[f64::NAN], 1).is_none());
    }

    #[test]
    fn columns_are_orthonormal_and_lean_the_way_they_came() {
        let (rows, columns) = (7, 4);
        let a: Vec<f64> = (0..rows * columns).map(|at| ((at * at) as f64 * 0.7).sin()).collect();
        let q = orthonormal_columns(&a, rows, columns);
        for at in 0..columns * columns {
            let (i, j) = (at / columns, at % columns);
            let dot: f64 = (0..rows).map(|k| q[k * columns + i] * q[k * columns + j]).sum();
            assert!((dot - if i == j { 1.0 } else { 0.0 }).abs() < 1e-13);
            // R = Qᵀ A is upper triangular, and its diagonal positive.
            let r: f64 = (0..rows).map(|k| q[k * columns + i] * a[k * columns + j]).sum();
            assert!(if i == j { r > 0.0 } else { i < j || r.abs() < 1e-13 }, "{i} {j} {r}");
        }
    }

    #[test]
    fn the_basis_is_orthonormal_and_spans_the_first_column_first() {
        let n = 5;
        let a: Vec<f64> = (0..n * n).map(|at| ((at * at) as f64 * 0.7).sin()).collect();
        let q = orthonormal(&a, n);
        let dot = |i: usize, j: usize| (0..n).map(|k| q[k * n + i] * q[k * n + j]).sum::<f64>();
        for at in 0..n * n {
            let expected = if at / n == at % n { 1.0 } else { 0.0 };
            assert!((dot(at / n, at % n) - expected).abs() < 1e-13);
        }
        let ratio = a[n] / q[n];
        assert!((0..n).all(|k| (a[k * n] - ratio * q[k * n]).abs() < 1e-13));
    }
}
