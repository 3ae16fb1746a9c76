//! Functions of one number applied to every element: what activations are.

use crate::op::Input;
use crate::{Backward, Element, Forward, GraphError, Needs, Op, Shape, Target};
use std::fmt::Debug;
use thalweg_lanes::{Kernel, Real, dispatch};

/// A function of one number and its derivative. Mark both `#[inline(always)]`: they become vector loops.
///
/// Its parameters, if it has any, are fields; the compiler takes what is made of them out of the loops.
pub trait Pointwise: Copy + Debug + Send + Sync + 'static {
    /// The name of the op.
    const NAME: &'static str;
    /// Which of x and y [`derivative`](Self::derivative) reads.
    const NEEDS: Needs;

    /// Refuses parameters that make no sense, as the second half of a sentence.
    ///
    /// # Errors
    /// The explanation.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// y = f(x).
    fn value<T: Real>(&self, x: T) -> T;

    /// f'(x), given x and y = f(x). Whichever [`NEEDS`](Self::NEEDS) leaves out holds no meaningful number.
    fn derivative<T: Real>(&self, x: T, y: T) -> T;
}

/// The op that applies a function to every element.
#[derive(Clone, Copy, Debug)]
pub struct Map<F>(pub F);

impl<T: Element, F: Pointwise> Op<T> for Map<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        self.0.check()?;
        Ok(inputs[0].shape.clone())
    }

    fn needs(&self) -> Needs {
        F::NEEDS
    }

    fn works_in_place(&self) -> bool {
        true
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        if pass.in_place {
            dispatch(ValuesInPlace { values: pass.output, function: self.0 });
        } else {
            apply(self.0, pass.inputs.values(0), pass.output);
        }
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, output, gradient, mut targets, in_place, .. } = pass;
        let Some(target) = targets.get(0) else { return };
        if in_place {
            let gradient = target.values;
            let y = if F::NEEDS.output { output } else { inputs.values(0) };
            let x = if F::NEEDS.inputs { inputs.values(0) } else { y };
            dispatch(DerivativesInPlace { x, y, gradient, function: self.0 });
            return;
        }
        let y = if F::NEEDS.output { output } else { gradient };
        let x = if F::NEEDS.inputs { inputs.values(0) } else { y };
        dispatch(Derivatives { x, y, gradient, target, function: self.0 });
    }
}

/// Computes y = f(x) for every element.
pub(crate) fn apply<F: Pointwise, T: Real>(function: F, x: &[T], y: &mut [T]) {
    dispatch(Values { x, y, function });
}

struct Values<'a, F, T> {
    x: &'a [T],
    y: &'a mut [T],
    function: F,
}

impl<F: Pointwise, T: Real> Kernel for Values<'_, F, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.x.len();
        let y = &mut self.y[..n];
        for i in 0..n {
            y[i] = self.function.value(self.x[i]);
        }
    }
}

struct ValuesInPlace<'a, F, T> {
    values: &'a mut [T],
    function: F,
}

impl<F: Pointwise, T: Real> Kernel for ValuesInPlace<'_, F, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for value in self.values {
            *value = self.function.value(*value);
        }
    }
}

struct Derivatives<'a, F, T> {
    x: &'a [T],
    y: &'a [T],
    gradient: &'a [T],
    target: Target<'a, T>,
    function: F,
}

impl<F: Pointwise, T: Real> Kernel for Derivatives<'_, F, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.gradient.len();
        let (x, y, out) = (&self.x[..n], &self.y[..n], &mut self.target.values[..n]);
        if self.target.accumulate {
            for i in 0..n {
                out[i] += self.gradient[i] * self.function.derivative(x[i], y[i]);
            }
        } else {
            for i in 0..n {
                out[i] = self.gradient[i] * self.function.derivative(x[i], y[i]);
            }
        }
    }
}

struct DerivativesInPlace<'a, F, T> {
    x: &'a [T],
    y: &'a [T],
    gradient: &'a mut [T],
    function: F,
}

impl<F: Pointwise, T: Real> Kernel for DerivativesInPlace<'_, F, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let n = self.gradient.len();
        let (x, y, gradient) = (&self.x[..n], &self.y[..n], self.gradient);
        for i in 0..n {
            gradient[i] *= self.function.derivative(x[i], y[i]);
        }
    }
}
