//! Sharpness-aware minimisation: the gradient is taken where the loss nearby is worst.

use super::hand_on;
use crate::work::check_length;
use crate::{NonFinite, OptimError, Optimizer, Slot, StepReport};
use serde::{Deserialize, Serialize};
use thalweg_arena::Arena;
use thalweg_lanes::{Real, reduce};

/// How far to look for a worse loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharpness {
    /// ρ: the radius of the neighbourhood.
    pub radius: f64,
    /// Whether the neighbourhood is scaled by the parameters (ASAM).
    #[serde(default)]
    pub adaptive: bool,
}

impl Sharpness {
    /// SAM with ρ 0.05 (Foret et al. 2021, Sharpness-Aware Minimization for Efficiently Improving Generalization).
    pub const SAM: Sharpness = Sharpness { radius: 0.05, adaptive: false };
    /// ASAM with ρ 0.5 (Kwon et al. 2021).
    pub const ASAM: Sharpness = Sharpness { radius: 0.5, adaptive: true };

    fn check(self) -> Result<(), OptimError> {
        if self.radius > 0.0 && self.radius.is_finite() {
            return Ok(());
        }
        let domain = "a number above 0".into();
        Err(OptimError::OutOfRange { name: "radius".into(), value: self.radius, domain })
    }
}

/// Any optimizer on gradients taken at w + e: e = ρ g / ‖g‖ (SAM, equation 2), or e = ρ T² g / ‖T g‖ with T = |w| + 0.01
/// (ASAM: Kwon et al. 2021, Adaptive Sharpness-Aware Minimization, equation 10 and appendix).
///
/// Each step needs two gradients: [`second_point`](Optimizer::second_point) says where the second one is wanted.
pub struct SharpnessAware<T: Real> {
    pub(crate) inner: Box<dyn Optimizer<T>>,
    sharpness: Sharpness,
}

/// What ASAM adds to each parameter's magnitude, so that a parameter of 0 can move.
const LEAST: f64 = 0.01;

impl<T: Real> SharpnessAware<T> {
    /// `inner`, on gradients taken nearby.
    ///
    /// # Errors
    /// [`OptimError::OutOfRange`] for a radius that is no number above 0, [`OptimError::Contradiction`] for an inner optimizer that looks
    /// ahead itself.
    pub fn new(inner: Box<dyn Optimizer<T>>, sharpness: Sharpness) -> Result<Self, OptimError> {
        sharpness.check()?;
        if inner.looks_ahead() {
            let both = "a rule that looks ahead cannot be made sharpness-aware: both say where the gradient is wanted";
            return Err(OptimError::Contradiction(both.into()));
        }
        Ok(Self { inner, sharpness })
    }
}

impl<T: Real> Optimizer<T> for SharpnessAware<T> {
    hand_on!();

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError> {
        self.inner.step(parameters, gradients)
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), OptimError> {
        self.inner.step_tensors(tensors)
    }

    fn looks_ahead(&self) -> bool {
        true
    }

    fn second_point(
        &mut self,
        parameters: &[T],
        gradients: &[T],
        point: &mut [T],
    ) -> Result<bool, OptimError> {
        let expected = self.layout().len();
        check_length("the slice of parameters", parameters.len(), expected)?;
        check_length("the slice of gradients", gradients.len(), expected)?;
        check_length("the slice for the point", point.len(), expected)?;
        let least = T::from_f64(LEAST);
        // T g, which `point` holds for a moment.
        for ((point, &parameter), &gradient) in point.iter_mut().zip(parameters).zip(gradients) {
            *point = if self.sharpness.adaptive { (parameter.abs() + least) * gradient } else { gradient };
        }
        let norm = reduce::norm(point);
        let scale =
            if norm > 0.0 && norm.is_finite() { T::from_f64(self.sharpness.radius / norm) } else { T::ZERO };
        for (point, &parameter) in point.iter_mut().zip(parameters) {
            let ascent = if self.sharpness.adaptive { (parameter.abs() + least) * *point } else { *point };
            *point = parameter + scale * ascent;
        }
        Ok(true)
    }

    fn settable(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        match name {
            "radius" => Sharpness { radius: value, ..self.sharpness }.check(),
            _ => self.inner.settable(name, value),
        }
    }

    fn set(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.settable(name, value)?;
        match name {
            "radius" => self.sharpness.radius = value,
            _ => self.inner.set(name, value)?,
        }
        Ok(())
    }

    fn state(&self) -> Vec<(&'static str, &Arena<T>)> {
        self.inner.state()
    }

    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        self.inner.state_mut()
    }

    fn numbers(&self) -> Vec<(String, f64)> {
        self.inner.numbers()
    }

    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)> {
        self.inner.numbers_mut()
    }

    fn report(&self) -> &StepReport {
        self.inner.report()
    }

    fn set_policy(&mut self, policy: NonFinite) {
        self.inner.set_policy(policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Passes, rules::Sgd};

    #[test]
    fn the_second_gradient_is_wanted_a_radius_uphill() {
        let inner = || Box::new(Passes::<f64>::flat(Sgd { learning_rate: 1.0 }, 2));
        let mut sam = SharpnessAware::new(inner(), Sharpness { radius: 0.5, adaptive: false }).unwrap();
        let (parameters, mut point) = ([1.0, -2.0], [0.0; 2]);
        assert!(sam.second_point(&parameters, &[3.0, 4.0], &mut point).unwrap());
        assert!((point[0] - 1.3).abs() < 1e-15 && (point[1] + 1.6).abs() < 1e-15, "{point:?}");
        // The radius is the same however short the gradient.
        assert!(sam.second_point(&parameters, &[0.003, 0.004], &mut point).unwrap());
        assert!((point[0] - 1.3).abs() < 1e-15 && (point[1] + 1.6).abs() < 1e-15, "{point:?}");
        let mut asam = SharpnessAware::new(inner(), Sharpness { radius: 1.0, adaptive: true }).unwrap();
        assert!(asam.second_point(&parameters, &[3.0, 4.0], &mut point).unwrap());
        let (a, b) = (1.01 * 3.0, 2.01 * 4.0f64);
        let norm = (a * a + b * b).sqrt();
        assert!((point[0] - (1.0 + 1.01 * a / norm)).abs() < 1e-15, "{point:?}");
        assert!((point[1] - (-2.0 + 2.01 * b / norm)).abs() < 1e-15, "{point:?}");
        // A gradient of 0 leaves the point where it is.
        assert!(sam.second_point(&parameters, &[0.0, 0.0], &mut point).unwrap());
        assert_eq!(point, parameters);
        assert!(SharpnessAware::new(inner(), Sharpness { radius: 0.0, adaptive: false }).is_err());
        sam.set("radius", 1.0).unwrap();
        assert!(sam.second_point(&parameters, &[3.0, 4.0], &mut point).unwrap());
        assert!((point[0] - 1.6).abs() < 1e-15 && (point[1] + 1.2).abs() < 1e-15, "{point:?}");
        let error = sam.set("radius", -1.0).unwrap_err().to_string();
        assert!(error.contains("radius = -1 is out of range; it must be a number above 0"), "{error}");
    }
}
