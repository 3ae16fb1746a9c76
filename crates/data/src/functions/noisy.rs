//! A function whose gradient is only estimated, as mini-batches estimate the gradient of a loss.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{Function, FunctionError};

/// Adds N(0, sigma²) to each component of the gradient. Values stay exact: they are what a descent is judged by.
/// The noise follows from the seed and the number of gradients taken.
#[derive(Debug, Clone)]
pub struct Noisy {
    function: Function,
    sigma: f64,
    generator: ChaCha8Rng,
}

impl Noisy {
    /// Adds noise of standard deviation `sigma` (0 for none) to the gradient of `function`.
    pub fn new(function: Function, sigma: f64, seed: u64) -> Result<Noisy, FunctionError> {
        if !(sigma.is_finite() && sigma >= 0.0) {
            return Err(FunctionError::Noise(sigma));
        }
        Ok(Noisy { function, sigma, generator: ChaCha8Rng::seed_from_u64(seed) })
    }

    /// Returns the function without noise.
    pub fn function(&self) -> &Function {
        &self.function
    }

    /// Returns the exact value.
    pub fn value(&self, point: [f64; 2]) -> f64 {
        self.function.value(point)
    }

    /// Returns the gradient with new noise.
    pub fn gradient(&mut self, point: [f64; 2]) -> [f64; 2] {
        let exact = self.function.gradient(point);
        if self.sigma == 0.0 {
            return exact;
        }
        exact.map(|component| {
            let normal: f64 = StandardNormal.sample(&mut self.generator);
            component + self.sigma * normal
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_reproducible_and_has_its_mean_and_spread() {
        let bowl = || Function::named("bowl").unwrap();
        let mut noisy = Noisy::new(bowl(), 2.0, 1).unwrap();
        let mut again = Noisy::new(bowl(), 2.0, 1).unwrap();
        let point = [-7.0, 2.0];
        let (count, mut sum, mut squares) = (20_000, 0.0, 0.0);
        for _ in 0..count {
            let gradient = noisy.gradient(point);
            assert_eq!(gradient, again.gradient(point));
            let error = gradient[1] - bowl().gradient(point)[1];
            sum += error;
            squares += error * error;
        }
        // Standard errors: 2 / sqrt(20000) = 0.014 of the mean, 2 / sqrt(40000) = 0.01 of the spread.
        assert!((sum / f64::from(count)).abs() < 0.07);
        assert!(((squares / f64::from(count)).sqrt() - 2.0).abs() < 0.05);
        assert_eq!(noisy.value(point), bowl().value(point));
    }

    #[test]
    fn no_noise_is_exact_and_negative_noise_refused() {
        let bowl = Function::named("bowl").unwrap();
        assert_eq!(Noisy::new(bowl.clone(), 0.0, 1).unwrap().gradient([-7.0, 2.0]), [-0.7, 4.0]);
        assert_eq!(Noisy::new(bowl, -1.0, 1).unwrap_err(), FunctionError::Noise(-1.0));
    }
}
