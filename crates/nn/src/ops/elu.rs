//! The exponential linear unit (Clevert, Unterthiner and Hochreiter 2016): y = x where x > 0, else α (e^x - 1); derivative 1 where
//! x > 0, else y + α.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = x where x > 0, else `alpha` (e^x - 1).
#[derive(Clone, Copy, Debug)]
pub struct Elu {
    /// α: minus the limit of y for small x.
    pub alpha: f64,
}

impl Default for Elu {
    fn default() -> Self {
        Self { alpha: 1.0 }
    }
}

impl Pointwise for Elu {
    const NAME: &'static str = "elu";
    const NEEDS: Needs = Needs::OUTPUT;

    // The derivative follows from the output only as long as signs stay.
    fn check(&self) -> Result<(), String> {
        match self.alpha {
            alpha if alpha >= 0.0 && alpha.is_finite() => Ok(()),
            alpha => Err(format!("its alpha is {alpha}; it must be 0 or greater")),
        }
    }

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        let negative = T::from_f64(self.alpha) * x.exp_m1();
        if x > T::ZERO { x } else { negative }
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::ONE } else { y + T::from_f64(self.alpha) }
    }
}

compiled_here!(Map<Elu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x where x > 0, else `alpha` (e^x - 1), for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels or a negative `alpha`, [`GraphError::ForeignNode`], a name used twice.
    pub fn elu(&mut self, x: Node, alpha: f64) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Elu { alpha }), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        for alpha in [0.0, 1.0, 1.7] {
            assert_pointwise_gradients(|graph, x| graph.elu(x, alpha));
        }
    }

    #[test]
    fn values() {
        let elu = Elu::default();
        assert!((elu.value(-1.0f64) + 0.632_120_558_828_557_7).abs() < 1e-15);
        // Nothing is lost near 0.
        assert!((elu.value(-1e-6f32) / -9.999_995e-7 - 1.0).abs() < 1e-6);
        assert_eq!([-1e4, 3.5].map(|x: f32| elu.value(x)), [-1.0, 3.5]);
        assert!(elu.value(f32::NAN).is_nan());
    }

    #[test]
    fn a_negative_alpha_is_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[3]).unwrap();
        for alpha in [-0.1, f64::NAN, f64::INFINITY] {
            let error = graph.elu(x, alpha).unwrap_err().to_string();
            assert!(error.contains("it must be 0 or greater"), "{error}");
        }
    }
}
