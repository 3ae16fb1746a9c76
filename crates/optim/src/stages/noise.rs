//! Noise that fades.

use crate::macros::fields;
use crate::{Barrier, Items};
use thalweg_lanes::Real;

/// g ← g + N(0, η / (1 + t)^γ), with t updates done (Neelakantan et al. 2015, Adding Gradient Noise Improves Learning for
/// Very Deep Networks, equation 1).
///
/// The noise is a function of the seed, the update, the tensor's name and the element's place: it does not depend on how
/// the run got there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// η: the variance at the first update.
    pub eta: f64,
    /// γ: how fast it falls.
    pub gamma: f64,
    /// What the noise follows from.
    pub seed: f64,
}

impl<T: Real> Barrier<T> for Noise {
    fields!(eta, gamma, seed);

    fn rewrites(&self) -> bool {
        true
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let seed = self.seed.to_bits();
        items.for_each(|mut item| {
            let deviation = (self.eta / (item.now.step as f64).powf(self.gamma)).sqrt();
            let name = item.tensor.name.bytes().fold(seed, |hash, byte| mixed(hash ^ u64::from(byte)));
            let stream = mixed(name ^ mixed(item.now.step));
            for (place, update) in item.updates.get_mut().iter_mut().enumerate() {
                *update += T::from_f64(deviation * normal(stream.wrapping_add(2 * place as u64)));
            }
        });
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): a well-mixed function of a counter.
fn mixed(counter: u64) -> u64 {
    let z = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A standard normal number from two uniform ones (Box and Muller 1958).
fn normal(counter: u64) -> f64 {
    let uniform = |bits: u64| ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    let (first, second) = (uniform(mixed(counter)), uniform(mixed(counter.wrapping_add(1))));
    (-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Composer, Optimizer};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn the_noise_is_normal_fades_and_repeats() {
        let n = 40_000;
        let noise = Noise { eta: 0.25, gamma: 1.0, seed: 3.0 };
        let run = || {
            let layout = Arc::new(Layout::flat(n));
            let mut passes = Composer::new(layout).barrier(noise).rule(Sgd { learning_rate: 1.0 }).build();
            let mut parameters = vec![0.0f64; n];
            passes.step(&mut parameters, &vec![0.0; n]).unwrap();
            let first = parameters.clone();
            passes.step(&mut parameters, &vec![0.0; n]).unwrap();
            let second: Vec<f64> = parameters.iter().zip(&first).map(|(now, before)| now - before).collect();
            (first, second)
        };
        let (first, second) = run();
        assert_eq!((first.clone(), second.clone()), run());
        for (values, variance) in [(first, 0.25), (second, 0.125)] {
            let mean = values.iter().sum::<f64>() / n as f64;
            let found = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            // Four standard errors.
            assert!(mean.abs() < 4.0 * (variance / n as f64).sqrt(), "{mean}");
            assert!((found / variance - 1.0).abs() < 4.0 * (2.0 / n as f64).sqrt(), "{found}");
        }
    }
}
