//! The leaky rectified linear unit (Maas, Hannun and Ng 2013): y = x where x > 0, else a x; derivative 1 where x > 0, else a.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = x where x > 0, else `slope` x.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu {
    /// a: the slope below 0; torch's default is 0.01.
    pub slope: f64,
}

impl Default for LeakyRelu {
    fn default() -> Self {
        Self { slope: 0.01 }
    }
}

impl Pointwise for LeakyRelu {
    const NAME: &'static str = "leaky-relu";
    const NEEDS: Needs = Needs::OUTPUT;

    // The derivative follows from the output only as long as signs stay.
    fn check(&self) -> Result<(), String> {
        match self.slope {
            slope if slope >= 0.0 && slope.is_finite() => Ok(()),
            slope => Err(format!("its slope is {slope}; it must be 0 or greater")),
        }
    }

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        if x > T::ZERO { x } else { T::from_f64(self.slope) * x }
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::ONE } else { T::from_f64(self.slope) }
    }
}

compiled_here!(Map<LeakyRelu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x where x > 0, else `slope` x, for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels or a negative `slope`, [`GraphError::ForeignNode`], a name used twice.
    pub fn leaky_relu(&mut self, x: Node, slope: f64) -> Result<Node, GraphError> {
        self.apply_compiled(Map(LeakyRelu { slope }), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        for slope in [0.0, 0.01, 1.7] {
            assert_pointwise_gradients(|graph, x| graph.leaky_relu(x, slope));
        }
    }

    #[test]
    fn values() {
        let leaky = LeakyRelu::default();
        assert_eq!([-2.0, 0.0, 3.5].map(|x: f64| leaky.value(x)), [-0.02, 0.0, 3.5]);
        assert_eq!([-0.02, 0.0, 3.5].map(|y: f64| leaky.derivative(f64::NAN, y)), [0.01, 0.01, 1.0]);
        assert!(leaky.value(f32::NAN).is_nan());
    }

    #[test]
    fn a_negative_slope_is_refused() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input("x", &[3]).unwrap();
        for slope in [-0.1, f64::NAN, f64::INFINITY] {
            let error = graph.leaky_relu(x, slope).unwrap_err().to_string();
            assert!(error.contains("it must be 0 or greater"), "{error}");
        }
    }
}
