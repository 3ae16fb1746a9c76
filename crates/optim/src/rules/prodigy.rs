//! Prodigy: D-Adaptation that grows its estimate faster.

use super::names::{FIRST_MOMENT, GRADIENT_SUM, SECOND_MOMENT, START};
use crate::{
    Barrier, Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Items, Subject,
    Survey,
};
use thalweg_arena::Arena;
use thalweg_lanes::Real;
use thalweg_lanes::reduce;

/// Adam on d g, at rate λ = d η √(1 − β₂ᵗ) / (1 − β₁ᵗ), with d the largest estimate so far of the distance to the solution:
/// m ← β₁ m + (1 − β₁) d g, v ← β₂ v + (1 − β₂) d² g², s ← β₃ s + λ d / d₀ g, r ← β₃ r + λ d / d₀ ⟨g, w₀ − w⟩,
/// d' = max(d, c r / ‖s‖₁), w ← w − λ (m / (√v + d' ε) + w_decay w) (Mishchenko and Defazio 2023).
///
/// Leave the rate at 1; d is one number for all parameters.
///
/// When to use it: to have no rate to choose; leave it at 1. Source: Mishchenko and Defazio 2023, Prodigy: An
/// Expeditiously Adaptive Parameter-Free Learner.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `beta3`: how much of the sums a step keeps; 0 for √β₂
/// - `epsilon`: added to the denominator, against division by 0
/// - `d0`: the first guess of the distance to the solution; too small is safe
/// - `d_coefficient`: what the estimate is multiplied by
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `safeguard_warmup`: whether the rate stays out of the sum of gradients
/// - `bias_correction`: whether averages are corrected for their start at 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prodigy {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    beta3: f64,
    epsilon: f64,
    d0: f64,
    d_coefficient: f64,
    weight_decay: f64,
    safeguard_warmup: f64,
    bias_correction: f64,
}

impl Catalogued for Prodigy {
    const INFO: Info = Info {
        name: "prodigy",
        title: "Prodigy",
        formula: "Adam on d g at rate d η; s, r: weighted sums of g and of ⟨g, w₀ − w⟩; d ← max(d, c r / ‖s‖₁)",
        paper: "Mishchenko and Defazio 2023, Prodigy: An Expeditiously Adaptive Parameter-Free Learner",
        when: "to have no rate to choose; leave it at 1",
        special: &[
            Hyperparameter::new("beta3", "how much of the sums a step keeps; 0 for √β₂", Domain::BELOW_ONE),
            Hyperparameter::new("d_coefficient", "what the estimate is multiplied by", Domain::NOT_NEGATIVE),
            Hyperparameter::new(
                "safeguard_warmup",
                "whether the rate stays out of the sum of gradients",
                Domain::FLAG,
            ),
        ],
        differences: &[(Dialect::Paper, "no bias correction by default, as in the authors' code")],
        rates: (0.1, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 1.0,
            beta1: 0.9,
            beta2: 0.999,
            beta3: 0.0,
            epsilon: 1e-8,
            d0: 1e-6,
            d_coefficient: 1.0,
            weight_decay: 0.0,
            safeguard_warmup: 0.0,
            bias_correction: f64::from(u8::from(dialect == Dialect::Optax)),
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta1", &mut self.beta1);
        visit("beta2", &mut self.beta2);
        visit("beta3", &mut self.beta3);
        visit("epsilon", &mut self.epsilon);
        visit("d0", &mut self.d0);
        visit("d_coefficient", &mut self.d_coefficient);
        visit("weight_decay", &mut self.weight_decay);
        visit("safeguard_warmup", &mut self.safeguard_warmup);
        if dialect == Dialect::Paper {
            visit("bias_correction", &mut self.bias_correction);
        }
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let zeros = || Arena::zeros(composer.layout().clone());
        let arenas = [zeros(), zeros(), zeros(), zeros()];
        composer.barrier(Distance::<T> { settings: *self, distance: self.d0, numerator: 0.0, arenas })
    }
}

struct Distance<T: Real> {
    settings: Prodigy,
    distance: f64,
    numerator: f64,
    /// First moments, second moments, weighted sums of gradients, the parameters at the start.
    arenas: [Arena<T>; 4],
}

impl<T: Real> Distance<T> {
    /// The rate of an update: the estimate times the learning rate, corrected for averages that start at 0.
    fn rate(&self, step: u64) -> f64 {
        let Prodigy { learning_rate, beta1, beta2, bias_correction, .. } = self.settings;
        let t = step as f64;
        let correction = match bias_correction != 0.0 {
            true => (1.0 - beta2.powf(t)).sqrt() / (1.0 - beta1.powf(t)),
            false => 1.0,
        };
        self.distance * learning_rate * correction
    }
}

impl Prodigy {
    /// How much of the sums a step keeps.
    fn kept(&self) -> f64 {
        if self.beta3 == 0.0 { self.beta2.sqrt() } else { self.beta3 }
    }
}

const NAMES: [&str; 4] = [FIRST_MOMENT, SECOND_MOMENT, GRADIENT_SUM, START];

impl<T: Real> Barrier<T> for Distance<T> {
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.settings.settings(Dialect::Paper, visit);
    }

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        let Prodigy { beta1, beta2, d0, .. } = self.settings;
        let beta3 = self.settings.kept();
        let (d, c) = (self.distance, T::from_f64);
        let (mut progress, mut norm, mut rate) = (0.0, 0.0, 0.0);
        items.for_each(|item| {
            rate = self.rate(item.now.step);
            let [first, second, sum, start] = &mut self.arenas;
            let weight = if self.settings.safeguard_warmup != 0.0 { d } else { rate };
            let (take1, take2) = (c((1.0 - beta1) * d), c((1.0 - beta2) * d * d));
            let (keep1, keep2, keep3, take3) = (c(beta1), c(beta2), c(beta3), c(weight * d / d0));
            let range = item.tensor.range.clone();
            let start = &mut start.values_mut()[range.clone()];
            if item.now.step == 1 {
                start.copy_from_slice(item.parameters);
            }
            let (first, second, sum) = (
                &mut first.values_mut()[range.clone()],
                &mut second.values_mut()[range.clone()],
                &mut sum.values_mut()[range],
            );
            for (i, &gradient) in item.updates.get().iter().enumerate() {
                progress += gradient.to_f64() * (start[i] - item.parameters[i]).to_f64();
                first[i] = keep1 * first[i] + take1 * gradient;
                second[i] = keep2 * second[i] + take2 * gradient * gradient;
                sum[i] = keep3 * sum[i] + take3 * gradient;
            }
            norm += reduce::sum_of_magnitudes(sum);
        });
        Some(Survey { subject: Subject::Distance, sums: [d / d0 * rate * progress, norm] })
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let Prodigy { epsilon, d_coefficient, weight_decay, .. } = self.settings;
        let (c, [progress, norm]) = (T::from_f64, items.whole());
        let mut rate = 0.0;
        items.for_each(|item| rate = self.rate(item.now.step));
        self.numerator = self.settings.kept() * self.numerator + progress;
        let estimate = d_coefficient * self.numerator / norm;
        if estimate > self.distance && estimate.is_finite() {
            self.distance = estimate;
        }
        let (epsilon, decay, rate) = (c(self.distance * epsilon), c(weight_decay * rate), c(rate));
        let [first, second, ..] = &self.arenas;
        items.for_each(|mut item| {
            let range = item.tensor.range.clone();
            let (first, second) = (&first.values()[range.clone()], &second.values()[range]);
            for (i, update) in item.updates.get_mut().iter_mut().enumerate() {
                *update = rate * first[i] / (second[i].sqrt() + epsilon) + decay * item.parameters[i];
            }
        });
    }

    fn arenas(&self) -> Vec<(&'static str, &Arena<T>)> {
        NAMES.into_iter().zip(&self.arenas).collect()
    }

    fn arenas_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        NAMES.into_iter().zip(&mut self.arenas).collect()
    }

    fn numbers(&self) -> Vec<(&'static str, f64)> {
        vec![("distance", self.distance), ("numerator", self.numerator)]
    }

    fn numbers_mut(&mut self) -> Vec<(&'static str, &mut f64)> {
        vec![("distance", &mut self.distance), ("numerator", &mut self.numerator)]
    }
}
