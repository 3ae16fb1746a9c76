//! The self-normalising linear unit (Klambauer et al. 2017): an ELU with the α and the scale λ that keep mean 0 and variance 1;
//! derivative λ where y > 0, else y + λ α.

use super::pointwise::{Map, Pointwise};
use crate::compiled::compiled_here;
use crate::{Element, Graph, GraphError, Needs, Node};
use thalweg_lanes::Real;

/// λ and α of the paper's equation 14.
const SCALE: f64 = 1.050_700_987_355_480_5;
const ALPHA: f64 = 1.673_263_242_354_377_2;

/// y = λ x where x > 0, else λ α (e^x - 1).
#[derive(Clone, Copy, Debug)]
pub struct Selu;

impl Pointwise for Selu {
    const NAME: &'static str = "selu";
    const NEEDS: Needs = Needs::OUTPUT;

    #[inline(always)]
    fn value<T: Real>(&self, x: T) -> T {
        let negative = T::from_f64(SCALE * ALPHA) * x.exp_m1();
        if x > T::ZERO { T::from_f64(SCALE) * x } else { negative }
    }

    #[inline(always)]
    fn derivative<T: Real>(&self, _x: T, y: T) -> T {
        if y > T::ZERO { T::from_f64(SCALE) } else { y + T::from_f64(SCALE * ALPHA) }
    }
}

compiled_here!(Map<Selu>);

impl<T: Element> Graph<T> {
    /// Adds a node that computes λ x where x > 0, else λ α (e^x - 1), for every element.
    ///
    /// # Errors
    /// [`GraphError::Shape`] for labels, [`GraphError::ForeignNode`], a name used twice.
    pub fn selu(&mut self, x: Node) -> Result<Node, GraphError> {
        self.apply_compiled(Map(Selu), &[x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_pointwise_gradients;

    #[test]
    fn gradients() {
        assert_pointwise_gradients(|graph, x| graph.selu(x));
    }

    #[test]
    fn values() {
        assert!((Selu.value(1.0f64) - 1.050_700_987_355_480_5).abs() < 1e-15);
        assert!((Selu.value(-1.0f64) + 1.111_330_737_812_562_3).abs() < 1e-15);
        assert!(Selu.value(f32::NAN).is_nan());
    }
}
