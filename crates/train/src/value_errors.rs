//! How far a regression is off, in the units of its targets.

use crate::json::null_is_nan;
use serde::{Deserialize, Serialize};

/// The errors of predicted values, by scikit-learn's definitions and under its names. Where an example has several values, each figure
/// is the mean of theirs (`uniform_average`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueErrors {
    /// The root of the mean squared error (`root_mean_squared_error`), in the units of the target.
    #[serde(deserialize_with = "null_is_nan")]
    pub rmse: f64,
    /// The mean absolute error (`mean_absolute_error`), in the units of the target.
    #[serde(deserialize_with = "null_is_nan")]
    pub mae: f64,
    /// The coefficient of determination (`r2_score`): 1 if all is right, 0 if the mean of these targets would do as well. NaN for a
    /// single example.
    #[serde(deserialize_with = "null_is_nan")]
    pub r2: f64,
}

impl ValueErrors {
    /// Compares `outputs` with `targets`, both row-major with `width` values an example.
    pub(crate) fn of(outputs: &[f64], targets: &[f64], width: usize) -> Self {
        let columns: Vec<Self> = (0..width)
            .map(|column| {
                let pairs = outputs.iter().zip(targets).skip(column).step_by(width);
                Self::of_column(&pairs.map(|(output, target)| (*output, *target)).collect::<Vec<_>>())
            })
            .collect();
        let mean = |of: fn(&Self) -> f64| columns.iter().map(of).sum::<f64>() / width as f64;
        Self { rmse: mean(|one| one.rmse), mae: mean(|one| one.mae), r2: mean(|one| one.r2) }
    }

    /// Compares the pairs of output and target of one value.
    fn of_column(pairs: &[(f64, f64)]) -> Self {
        let n = pairs.len() as f64;
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
        let mean = sum(&|(_, target)| *target) / n;
        let squares = sum(&|(output, target)| (output - target).powi(2));
        let about_the_mean = sum(&|(_, target)| (target - mean).powi(2));
        let r2 = match about_the_mean {
            _ if pairs.len() < 2 => f64::NAN,
            // As scikit-learn's `force_finite`.
            0.0 if squares == 0.0 => 1.0,
            0.0 if squares.is_finite() => 0.0,
            total => 1.0 - squares / total,
        };
        let absolute = sum(&|(output, target)| (output - target).abs());
        Self { rmse: (squares / n).sqrt(), mae: absolute / n, r2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: ValueErrors, expected: [f64; 3]) {
        for (found, expected) in [found.rmse, found.mae, found.r2].into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
        }
    }

    /// The values are those of scikit-learn's examples of these functions.
    #[test]
    fn errors_are_those_of_scikit_learn() {
        close(
            ValueErrors::of(&[2.5, 0.0, 2.0, 8.0], &[3.0, -0.5, 2.0, 7.0], 1),
            [0.375f64.sqrt(), 0.5, 0.948_608_137_044_967_9],
        );
        // y_true = [[0.5, 1], [-1, 1], [7, -6]], y_pred = [[0, 2], [-1, 2], [8, -5]]
        close(
            ValueErrors::of(&[0.0, 2.0, -1.0, 2.0, 8.0, -5.0], &[0.5, 1.0, -1.0, 1.0, 7.0, -6.0], 2),
            [0.5 * ((1.25f64 / 3.0).sqrt() + 1.0), 0.75, 0.936_800_526_662_277_8],
        );
    }

    #[test]
    fn a_constant_target_has_a_finite_share_and_a_single_example_none() {
        close(ValueErrors::of(&[2.0, 2.0], &[2.0, 2.0], 1), [0.0, 0.0, 1.0]);
        close(ValueErrors::of(&[1.0, 3.0], &[2.0, 2.0], 1), [1.0, 1.0, 0.0]);
        assert!(ValueErrors::of(&[1.0], &[2.0], 1).r2.is_nan());
        assert!(ValueErrors::of(&[f64::INFINITY, 1.0], &[2.0, 2.0], 1).rmse.is_infinite());
    }
}
