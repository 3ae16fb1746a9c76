//! Numerical differentiation of plain functions, and the gradient descent of the source notes that is built on it.

/// Which two points a difference quotient compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// (f(x + h) - f(x)) / h, in error by a multiple of h.
    Forward,
    /// (f(x + h) - f(x - h)) / 2h, in error by a multiple of h².
    Central,
}

/// The step of the source notes' quotients: small enough for the formula's error, large enough for rounding's.
pub const STEP: f64 = 1e-4;

/// Returns the gradient of `f` at `x` from difference quotients of step `h`, one coordinate after the other.
pub fn numerical_gradient(
    mut f: impl FnMut(&[f64]) -> f64,
    x: &[f64],
    difference: Difference,
    h: f64,
) -> Vec<f64> {
    let mut x = x.to_vec();
    let here = if difference == Difference::Forward { f(&x) } else { 0.0 };
    let mut gradient = vec![0.0; x.len()];
    for i in 0..x.len() {
        let original = x[i];
        x[i] = original + h;
        let above = f(&x);
        gradient[i] = match difference {
            Difference::Forward => (above - here) / h,
            Difference::Central => {
                x[i] = original - h;
                (above - f(&x)) / (2.0 * h)
            }
        };
        x[i] = original;
    }
    gradient
}

/// Applies x ← x - `rate` ∇f(x) `steps` times from `start`, with central differences of step [`STEP`], as the source notes do.
pub fn gradient_descent(
    mut f: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    rate: f64,
    steps: usize,
) -> Vec<f64> {
    let mut x = start.to_vec();
    for _ in 0..steps {
        let gradient = numerical_gradient(&mut f, &x, Difference::Central, STEP);
        x.iter_mut().zip(gradient).for_each(|(x, gradient)| *x -= rate * gradient);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(x: &[f64]) -> f64 {
        x[0] * x[0] + x[1] * x[1]
    }

    #[test]
    fn the_notes_three_gradients() {
        for (x, expected) in [([3.0, 4.0], [6.0, 8.0]), ([0.0, 2.0], [0.0, 4.0]), ([3.0, 0.0], [6.0, 0.0])] {
            let central = numerical_gradient(squares, &x, Difference::Central, STEP);
            let forward = numerical_gradient(squares, &x, Difference::Forward, STEP);
            for i in 0..2 {
                assert!((central[i] - expected[i]).abs() < 1e-10, "{central:?}");
                // The forward quotient of x² is 2x + h.
                assert!((forward[i] - expected[i] - STEP).abs() < 1e-10, "{forward:?}");
            }
        }
    }

    /// To the nine digits that are printed in the book.
    fn assert_printed(x: &[f64], expected: [&str; 2], digits: usize) {
        let printed: Vec<_> = x.iter().map(|x| format!("{x:.digits$e}")).collect();
        assert_eq!(printed, expected);
    }

    #[test]
    fn descent_ends_where_the_books_does() {
        assert_printed(&gradient_descent(squares, &[-3.0, 4.0], 0.1, 100), ["-6.1111e-10", "8.1481e-10"], 4);
    }

    #[test]
    fn descent_with_too_large_a_rate_diverges_as_in_the_book() {
        // The cancellation in the quotient decides these digits: they come only from the book's order of operations.
        let end = gradient_descent(squares, &[-3.0, 4.0], 10.0, 100);
        assert_printed(&end, ["-2.58983747e13", "-1.29524862e12"], 8);
    }

    #[test]
    fn descent_with_too_small_a_rate_stands_still() {
        assert_printed(
            &gradient_descent(squares, &[-3.0, 4.0], 1e-10, 100),
            ["-2.99999994e0", "3.99999992e0"],
            8,
        );
    }
}
