//! Eigenvectors of symmetric matrices.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_times_values_give_the_matrix_back() {
        let n = 7;
        let a: Vec<f64> = (0..n * n).map(|at| ((at / n * at % 13) as f64 + (at % n * (at / n)) as f64).cos()).collect();
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
}
