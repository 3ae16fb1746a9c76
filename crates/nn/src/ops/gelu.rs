//! The Gaussian error linear unit (Hendrycks and Gimpel 2016): y = x Φ(x), with Φ the normal distribution's function; derivative
//! Φ(x) + x φ(x). By the error function, not by the approximation with tanh.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// y = x Φ(x) = x (1 + erf(x / √2)) / 2.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

impl Pointwise for Gelu {
    const NAME: &'static str = "gelu";
    const NEEDS: Needs = Needs::INPUTS;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        x * normal(x)
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, x: T, _y: T) -> T {
        let density = T::from_f64(0.398_942_280_401_432_7) * (T::from_f64(-0.5) * x * x).exp();
        normal(x) + x * density
    }
}

/// Φ(x).
#[inline(always)]
fn normal<T: Real>(x: T) -> T {
    let half = T::from_f64(0.5);
    half + half * (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf()
}

compiled_here!(Map<Gelu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes x Φ(x) for every element, where Φ is the distribution function of the normal distribution.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn gelu(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Gelu), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.gelu(x));
    }

    #[test]
    fn values() {
        // torch.nn.functional.gelu in f64.
        for (x, y) in [
            (-3.0, -0.004_049_694_1),
            (-1.0, -0.158_655_253_9),
            (0.5, 0.345_731_230_6),
            (2.0, 1.954_499_736_1),
        ] {
            assert!((Gelu.value(x) - y).abs() < 1e-10, "{x}");
            assert!((f64::from(Gelu.value(x as f32)) - y).abs() < 3e-7, "{x}");
        }
        assert_eq!(Gelu.value(0.0f32), 0.0);
    }
}
