//! The functions of the book and of the source notes on plain slices, for learning and for small computations. Networks use the
//! [`ops`](crate::ops) of the same names.

use crate::GraphError;
use crate::losses::check_labels;
use crate::ops::pointwise::{self, Pointwise};
use crate::ops::{Identity, Relu, Sigmoid, Step, softmax as softmax_op};
use thalweg_lanes::Real;

/// What a row of probabilities should have been.
#[derive(Clone, Copy, Debug)]
pub enum Answers<'a, T> {
    /// A row of the same length for each row: 1 at the class, 0 elsewhere.
    OneHot(&'a [T]),
    /// A class for each row.
    Labels(&'a [u32]),
}

/// Returns 1 where x > 0, else 0.
pub fn step<T: Real>(x: &[T]) -> Vec<T> {
    map(Step, x)
}

/// Returns 1 / (1 + e^-x).
pub fn sigmoid<T: Real>(x: &[T]) -> Vec<T> {
    map(Sigmoid, x)
}

/// Returns max(0, x).
pub fn relu<T: Real>(x: &[T]) -> Vec<T> {
    map(Relu, x)
}

/// Returns x.
pub fn identity<T: Real>(x: &[T]) -> Vec<T> {
    map(Identity, x)
}

fn map<T: Real>(function: impl Pointwise, x: &[T]) -> Vec<T> {
    let mut y = vec![T::ZERO; x.len()];
    pointwise::apply(function, x, &mut y);
    y
}

/// Returns e^(x_k) / Σ e^(x_j) for one row of scores of any size. An empty row gives an empty result.
pub fn softmax<T: Real>(x: &[T]) -> Vec<T> {
    let mut y = vec![T::ZERO; x.len()];
    if !x.is_empty() {
        softmax_op::rows(x, x.len(), &mut y);
    }
    y
}

/// Returns ½ Σ (y - t)² for the outputs of one example, as section 4.2.1 of the book has it.
///
/// # Errors
/// [`GraphError::Length`] if there are no outputs, or not as many targets.
pub fn mean_squared_error<T: Real>(y: &[T], t: &[T]) -> Result<f64, GraphError> {
    Ok(0.5 * sum_of_squares(y, t)?)
}

/// Returns Σ (y - t)² / n for the n outputs of one example, as the notes have it.
///
/// # Errors
/// [`GraphError::Length`] if there are no outputs, or not as many targets.
pub fn mean_of_squared_errors<T: Real>(y: &[T], t: &[T]) -> Result<f64, GraphError> {
    Ok(sum_of_squares(y, t)? / y.len() as f64)
}

fn sum_of_squares<T: Real>(y: &[T], t: &[T]) -> Result<f64, GraphError> {
    check_length("the target", t.len(), y.len().max(1))?;
    Ok(y.iter().zip(t).map(|(y, t)| (y.to_f64() - t.to_f64()).powi(2)).sum())
}

/// Returns -Σ t log(y + 1e-7) of the probabilities y, averaged over the rows of `classes` elements. A single example is one
/// row. The 1e-7 avoids the logarithm of 0.
///
/// # Errors
/// [`GraphError::Length`] if y has no whole rows or the answers do not match them, [`GraphError::Label`].
pub fn cross_entropy_error<T: Real>(
    y: &[T],
    classes: usize,
    answers: Answers<'_, T>,
) -> Result<f64, GraphError> {
    const DELTA: f64 = 1e-7;
    let rows = (y.len() / classes.max(1)).max(1);
    check_length("the slice of probabilities", y.len(), rows * classes.max(1))?;
    let logarithm = |y: T| (y.to_f64() + DELTA).ln();
    let total: f64 = match answers {
        Answers::OneHot(t) => {
            check_length("the slice of one-hot targets", t.len(), y.len())?;
            y.iter().zip(t).map(|(&y, t)| t.to_f64() * logarithm(y)).sum()
        }
        Answers::Labels(labels) => {
            check_length("the slice of labels", labels.len(), rows)?;
            check_labels("labels", labels, classes, None)?;
            labels.iter().zip(y.chunks_exact(classes)).map(|(&label, y)| logarithm(y[label as usize])).sum()
        }
    };
    Ok(-total / rows as f64)
}

fn check_length(what: &str, found: usize, expected: usize) -> Result<(), GraphError> {
    if found == expected { Ok(()) } else { Err(GraphError::Length { what: what.into(), found, expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(actual: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(actual.len(), expected.len());
        for (actual, expected) in actual.iter().zip(expected) {
            assert!((actual - expected).abs() <= tolerance * expected.abs(), "{actual} {expected}");
        }
    }

    #[test]
    fn softmax_of_the_notes_and_of_scores_that_overflow() {
        assert_near(&softmax(&[0.3, 2.9, 4.0]), &[0.01821127, 0.24519181, 0.73659691], 3e-7);
        let large = [9.99954600e-01, 4.53978686e-05, 2.06106005e-09];
        assert_near(&softmax(&[1010.0, 1000.0, 990.0]), &large, 3e-9);
        assert!(softmax::<f64>(&[]).is_empty());
    }

    #[test]
    fn activations() {
        assert_eq!(step(&[-1.0, 0.0, 2.0]), [0.0, 0.0, 1.0]);
        assert_eq!(relu(&[-1.0, 0.0, 2.0]), [0.0, 0.0, 2.0]);
        assert_eq!(identity(&[-1.0, 0.5]), [-1.0, 0.5]);
        assert_near(&sigmoid(&[-1.0, 1.0, 2.0]), &[0.26894142, 0.73105858, 0.88079708], 2e-8);
    }

    #[test]
    fn cross_entropy_of_the_notes_single_examples() {
        let mut t = [0.0; 10];
        t[2] = 1.0;
        let right = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0];
        let wrong = [0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0];
        for (y, expected) in [(right, "0.51"), (wrong, "2.30")] {
            let one_hot = cross_entropy_error(&y, 10, Answers::OneHot(&t)).unwrap();
            let labels = cross_entropy_error(&y, 10, Answers::Labels(&[2])).unwrap();
            assert_eq!(format!("{one_hot:.2}"), expected);
            assert_eq!(one_hot, labels);
        }
        for (y, of_the_book) in [(right, 0.0975), (wrong, 0.5975)] {
            assert_near(&[mean_squared_error(&y, &t).unwrap()], &[of_the_book], 1e-14);
            assert_near(&[mean_of_squared_errors(&y, &t).unwrap()], &[of_the_book / 5.0], 1e-14);
        }
    }

    #[test]
    fn cross_entropy_of_the_notes_batch() {
        let y = [
            [0.0, 0.0, 0.02, 0.03, 0.0, 0.0, 0.0, 0.1, 0.05, 0.8],
            [0.0, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.99, 0.0],
        ];
        let mut t = [[0.0; 10]; 2];
        (t[0][3], t[1][8]) = (1.0, 1.0);
        let one_hot = cross_entropy_error(y.as_flattened(), 10, Answers::OneHot(t.as_flattened())).unwrap();
        let labels = cross_entropy_error(y.as_flattened(), 10, Answers::Labels(&[3, 8])).unwrap();
        assert_eq!(one_hot, 1.7583023994178049);
        assert_eq!(labels, 1.7583023994178049);
    }

    #[test]
    fn misfits_are_errors() {
        assert!(mean_squared_error(&[1.0], &[1.0, 2.0]).is_err());
        assert!(mean_squared_error::<f64>(&[], &[]).is_err());
        assert!(mean_of_squared_errors::<f64>(&[], &[]).is_err());
        assert!(cross_entropy_error::<f64>(&[], 0, Answers::Labels(&[])).is_err());
        assert!(cross_entropy_error(&[0.5, 0.5, 0.5], 2, Answers::Labels(&[0])).is_err());
        let error = cross_entropy_error(&[0.5, 0.5], 2, Answers::Labels(&[2])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`labels`: example 0 has label 2, but there are 2 classes (labels 0 to 1)"
        );
    }
}
