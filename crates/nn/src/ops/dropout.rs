//! Dropout: while a network learns, each element is set to 0 with probability `rate` (Srivastava, Hinton, Krizhevsky, Sutskever
//! and Salakhutdinov 2014, section 4).
//!
//! The mean of the output is kept in one of two ways. *Inverted* dropout, as frameworks do it, divides what is left by 1 - rate
//! and does nothing when the network is used. The *book* (and the paper) do not scale it while training, and multiply by 1 -
//! rate when the network is used. Gradient: the same elements, the same factor.
//!
//! Which elements are dropped follows from the seed, the step, the node and the element's place
//! ([`Session::set_step`](crate::Session::set_step)); nothing is kept for the backward pass, which draws them again.

use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Element, Forward, Graph, GraphError, Mode, Needs, Node, Noise, Op, Shape, Target};
use thalweg_lanes::{Kernel, Real, dispatch};

/// How dropout keeps the mean of what it lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DropoutForm {
    /// Divides by 1 - rate while the network learns, as torch and keras do.
    #[default]
    Inverted,
    /// Multiplies by 1 - rate when the network is used, as the book does.
    Book,
}

/// Sets elements to 0 at random while a network learns.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// The probability that an element is dropped: from 0 to less than 1.
    pub rate: f64,
    /// How the mean is kept.
    pub form: DropoutForm,
}

impl Dropout {
    /// What kept elements are multiplied with.
    fn factor(&self, mode: Mode) -> f64 {
        match (self.form, mode) {
            (DropoutForm::Inverted, Mode::Training) => 1.0 / (1.0 - self.rate),
            (DropoutForm::Book, Mode::Evaluation) => 1.0 - self.rate,
            _ => 1.0,
        }
    }

    /// Random bits below this drop an element.
    fn threshold(&self) -> u32 {
        (self.rate * 2f64.powi(32)).round() as u32
    }
}

impl<T: Element> Op<T> for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn arity(&self) -> usize {
        1
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        if !(0.0..1.0).contains(&self.rate) {
            return Err(format!("the rate is {}; it must be from 0 to less than 1", self.rate));
        }
        Ok(inputs[0].shape.clone())
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn works_in_place(&self) -> bool {
        true
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        if !pass.in_place {
            pass.output.copy_from_slice(pass.inputs.values(0));
        }
        let threshold = if pass.mode == Mode::Training { self.threshold() } else { 0 };
        let factor = T::from_f64(self.factor(pass.mode));
        dispatch(Masked { values: pass.output, noise: pass.noise, threshold, factor });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { gradient, noise, mut targets, in_place, .. } = pass;
        let Some(target) = targets.get(0) else { return };
        let (threshold, factor) = (self.threshold(), T::from_f64(self.factor(Mode::Training)));
        if in_place {
            dispatch(Masked { values: target.values, noise, threshold, factor });
        } else {
            dispatch(Handed { target, gradient, noise, threshold, factor });
        }
    }
}

/// values ← values · factor, or 0 where dropped.
struct Masked<'a, T> {
    values: &'a mut [T],
    noise: Noise,
    threshold: u32,
    factor: T,
}

impl<T: Real> Kernel for Masked<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let values = self.values;
        for i in 0..values.len() {
            let kept = values[i] * self.factor;
            values[i] = if self.noise.bits(i) < self.threshold { T::ZERO } else { kept };
        }
    }
}

/// The same of a gradient, into a target.
struct Handed<'a, T> {
    target: Target<'a, T>,
    gradient: &'a [T],
    noise: Noise,
    threshold: u32,
    factor: T,
}

impl<T: Real> Kernel for Handed<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Target { values, accumulate } = self.target;
        let n = values.len();
        let gradient = &self.gradient[..n];
        for i in 0..n {
            let old = if accumulate { values[i] } else { T::ZERO };
            let kept = old + gradient[i] * self.factor;
            values[i] = if self.noise.bits(i) < self.threshold { old } else { kept };
        }
    }
}

compiled_here!(Dropout);

impl<T: Element> Graph<T> {
    /// Sets elements of `x` to 0 with probability `rate` while the network learns, and divides the others by 1 - rate.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for a rate outside 0 to 1 and for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn dropout(&mut self, x: Node, rate: f64) -> Result<Node, GraphError> {
        self.dropout_as(x, rate, DropoutForm::Inverted)
    }

    /// Adds a node that computes [`dropout`](Self::dropout) in this form.
    ///
    /// # Errors
    /// As [`dropout`](Self::dropout).
    pub fn dropout_as(&mut self, x: Node, rate: f64, form: DropoutForm) -> Result<Node, GraphError> {
        self.apply_compiled(Dropout { rate, form }, &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_gradients, assert_pointwise_gradients};
    use crate::{BATCH, Session};
    use std::sync::Arc;

    #[test]
    fn gradients() {
        for form in [DropoutForm::Inverted, DropoutForm::Book] {
            assert_pointwise_gradients(|graph, x| graph.dropout_as(x, 0.4, form));
        }
        assert_gradients(5, |graph| {
            let x = graph.input("x", &[BATCH, 7])?;
            graph.want_gradient(x)?;
            let y = graph.tanh(x)?;
            let once = graph.dropout(y, 0.3)?;
            let bent = graph.sigmoid(once)?;
            graph.dropout(bent, 0.5)
        });
    }

    /// A training and an evaluation session of dropout on a parameter of ones.
    fn sessions(rate: f64, form: DropoutForm) -> (Session<f32>, Session<f32>, Node) {
        let mut graph = Graph::<f32>::new();
        let x = graph.parameter("x", &[20_000]).unwrap();
        let y = graph.dropout_as(x, rate, form).unwrap();
        let loss = graph.mean_squared_error(y, x).unwrap();
        let graph = Arc::new(graph);
        let training = Session::training(&graph, 1, loss, &[y]).unwrap();
        (training, Session::evaluation(&graph, 1, &[y]).unwrap(), y)
    }

    #[test]
    fn the_share_and_the_mean_are_right_in_both_forms_and_steps_differ() {
        let ones = vec![1.0f32; 20_000];
        for (form, trained, used) in [(DropoutForm::Inverted, 1.0 / 0.7, 1.0), (DropoutForm::Book, 1.0, 0.7)]
        {
            let (mut training, mut evaluation, y) = sessions(0.3, form);
            training.forward(&ones).unwrap();
            let first = training.value(y).unwrap().to_vec();
            let dropped = first.iter().filter(|&&value| value == 0.0).count() as f64;
            // Four standard errors of 20,000 draws.
            assert!((dropped - 6_000.0).abs() < 4.0 * (20_000.0f64 * 0.21).sqrt(), "{dropped}");
            assert!(first.iter().all(|&value| value == 0.0 || value == trained as f32));
            training.forward(&ones).unwrap();
            assert_eq!(training.value(y).unwrap(), first, "the same step draws the same");
            training.set_step(0, 1);
            training.forward(&ones).unwrap();
            assert_ne!(training.value(y).unwrap(), first);
            evaluation.forward(&ones).unwrap();
            assert!(evaluation.value(y).unwrap().iter().all(|&value| value == used as f32));
        }
    }

    #[test]
    fn a_rate_of_zero_changes_nothing_and_others_are_refused() {
        let (mut training, _, y) = sessions(0.0, DropoutForm::Inverted);
        training.forward(&vec![0.5; 20_000]).unwrap();
        assert!(training.value(y).unwrap().iter().all(|&value| value == 0.5));
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[BATCH, 2]).unwrap();
        for rate in [1.0, -0.1, f64::NAN] {
            let error = graph.dropout(x, rate).unwrap_err().to_string();
            assert!(error.contains("it must be from 0 to less than 1"), "{error}");
        }
    }
}
