//! Losses that compare each output with its target: Σ e(y, t) / n, the sum running over all elements, n being the first
//! extent, as in [`MeanSquaredError`](super::MeanSquaredError).

use super::mean_squared_error::{divisor, same_shape};
use crate::op::Input;
use crate::{Backward, Element, Forward, GraphError, Needs, Op, Shape, Target};
use std::fmt::Debug;
use thalweg_lanes::{Kernel, Real, dispatch};

/// The error of one output and its derivatives. Mark all `#[inline(always)]`: they become vector loops.
pub trait Pairwise: Copy + Debug + Send + Sync + 'static {
    /// The name of the op.
    const NAME: &'static str;

    /// Refuses parameters that make no sense, as the second half of a sentence.
    ///
    /// # Errors
    /// The explanation.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// e(y, t).
    fn value<T: Real>(&self, y: T, t: T) -> T;

    /// ∂e/∂y.
    fn by_output<T: Real>(&self, y: T, t: T) -> T;

    /// ∂e/∂t: of a difference y - t, the same with the other sign.
    #[inline(always)]
    fn by_target<T: Real>(&self, y: T, t: T) -> T {
        -self.by_output(y, t)
    }
}

/// The op that compares outputs and targets by a [`Pairwise`] error.
#[derive(Clone, Copy, Debug)]
pub struct Compare<E>(pub E);

impl<T: Element, E: Pairwise> Op<T> for Compare<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn arity(&self) -> usize {
        2
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        self.0.check()?;
        same_shape(inputs)
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, .. } = pass;
        let sum = dispatch(Total { error: self.0, y: inputs.values(0), t: inputs.values(1) });
        output[0] = T::from_f64(sum / divisor(inputs.shape(0)));
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, mut targets, .. } = pass;
        let (y, t) = (inputs.values(0), inputs.values(1));
        let scale = T::from_f64(1.0 / divisor(inputs.shape(0))) * gradient[0];
        for input in [0, 1] {
            if let Some(target) = targets.get(input) {
                dispatch(Gradients { error: self.0, y, t, scale, target, of_target: input == 1 });
            }
        }
    }
}

/// Independent partial sums, which the compiler can vectorise.
const SUMS: usize = 8;

struct Total<'a, E, T> {
    error: E,
    y: &'a [T],
    t: &'a [T],
}

impl<E: Pairwise, T: Real> Kernel for Total<'_, E, T> {
    /// The sum, in `f64` and in a fixed order.
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0f64; SUMS];
        let ((y, y_rest), (t, t_rest)) = (self.y.as_chunks::<SUMS>(), self.t.as_chunks::<SUMS>());
        for (y, t) in y.iter().zip(t) {
            for lane in 0..SUMS {
                sums[lane] += self.error.value(y[lane], t[lane]).to_f64();
            }
        }
        for (lane, (&y, &t)) in y_rest.iter().zip(t_rest).enumerate() {
            sums[lane] += self.error.value(y, t).to_f64();
        }
        sums.iter().sum()
    }
}

struct Gradients<'a, E, T> {
    error: E,
    y: &'a [T],
    t: &'a [T],
    scale: T,
    target: Target<'a, T>,
    of_target: bool,
}

impl<E: Pairwise, T: Real> Kernel for Gradients<'_, E, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.target.values.len();
        let (y, t, out) = (&self.y[..n], &self.t[..n], &mut self.target.values[..n]);
        for i in 0..n {
            let gradient = match self.of_target {
                true => self.error.by_target(y[i], t[i]),
                false => self.error.by_output(y[i], t[i]),
            };
            let old = if self.target.accumulate { out[i] } else { T::ZERO };
            out[i] = old + self.scale * gradient;
        }
    }
}
