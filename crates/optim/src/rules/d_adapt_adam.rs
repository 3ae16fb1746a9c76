//! D-Adaptation for Adam: the distance to the solution, and with it the rate, is estimated on the way.

use super::names::{FIRST_MOMENT, GRADIENT_SUM, SECOND_MOMENT};
use crate::macros::fields;
use crate::{Barrier, Buildable, Catalogued, Common, Composer, Dialect, Info, Items, Subject, Survey};
use thalweg_arena::Arena;
use thalweg_lanes::Real;
use thalweg_lanes::reduce;

/// Adam with rate λ = d η, where d is the largest estimate so far of the distance from the start to the solution:
/// m ← β₁ m + (1 − β₁) λ g, v ← β₂ v + (1 − β₂) g², s ← √β₂ s + (1 − √β₂) λ g,
/// r ← √β₂ r + (1 − √β₂) λ ⟨g, s_before / (√v + ε)⟩, d ← max(d, r / ((1 − √β₂) ‖s‖₁)) (Defazio and Mishchenko 2023,
/// algorithm 5). Optax corrects the rate, λ = d η √(1 − β₂ᵗ) / (1 − β₁ᵗ), and takes the v from before in r.
///
/// Leave the rate at 1; d is one number for all parameters.
///
/// When to use it: to have no rate to choose; leave it at 1. Source: Defazio and Mishchenko 2023, Learning-Rate-Free
/// Learning by D-Adaptation.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `d0`: the first guess of the distance to the solution; too small is safe
/// - `weight_decay`: how strongly parameters are pulled to 0
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DAdaptAdam {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    d0: f64,
    weight_decay: f64,
    corrected: bool,
}

impl Catalogued for DAdaptAdam {
    const INFO: Info = Info {
        name: "dadapt-adam",
        title: "D-Adapt Adam",
        formula: "Adam at rate d η, d ← max(d, r / ((1 − √β₂) ‖s‖₁)) with s the weighted sum of gradients and r its progress",
        paper: "Defazio and Mishchenko 2023, Learning-Rate-Free Learning by D-Adaptation",
        when: "to have no rate to choose; leave it at 1",
        special: &[],
        differences: &[(
            Dialect::Optax,
            "the rate times √(1 − β₂ᵗ) / (1 − β₁ᵗ); r takes the v from before this update",
        )],
        rates: (0.1, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 1.0,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            d0: 1e-6,
            weight_decay: 0.0,
            corrected: dialect == Dialect::Optax,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta1", &mut self.beta1);
        visit("beta2", &mut self.beta2);
        visit("epsilon", &mut self.epsilon);
        visit("d0", &mut self.d0);
        visit("weight_decay", &mut self.weight_decay);
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let Self { learning_rate, beta1, beta2, epsilon, d0, weight_decay, corrected } = *self;
        let zeros = || Arena::zeros(composer.layout().clone());
        let arenas = [zeros(), zeros(), zeros()];
        composer.barrier(Distance::<T> {
            learning_rate,
            beta1,
            beta2,
            epsilon,
            weight_decay,
            corrected,
            distance: d0,
            numerator: 0.0,
            arenas,
        })
    }
}

struct Distance<T: Real> {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
    /// Optax' form: the rate is corrected for the start of the averages, and the progress measured by the v from before.
    corrected: bool,
    distance: f64,
    numerator: f64,
    /// First moments, second moments, weighted sums of gradients.
    arenas: [Arena<T>; 3],
}

const NAMES: [&str; 3] = [FIRST_MOMENT, SECOND_MOMENT, GRADIENT_SUM];

impl<T: Real> Barrier<T> for Distance<T> {
    fields!(learning_rate, beta1, beta2, epsilon, weight_decay);

    fn rewrites(&self) -> bool {
        true
    }

    fn squares(&self) -> bool {
        true
    }

    fn survey(&mut self, items: &mut Items<'_, '_, T>) -> Option<Survey> {
        let root = self.beta2.sqrt();
        let (epsilon, c) = (T::from_f64(self.epsilon), T::from_f64);
        let (mut progress, mut norm, mut rate) = (0.0, 0.0, 0.0);
        let [first, second, sum] = &mut self.arenas;
        items.for_each(|mut item| {
            let t = item.now.step as f64;
            rate = self.distance * self.learning_rate;
            if self.corrected {
                rate = rate * (1.0 - self.beta2.powf(t)).sqrt() / (1.0 - self.beta1.powf(t));
            }
            let range = item.tensor.range.clone();
            let (first, second, sum) = (
                &mut first.values_mut()[range.clone()],
                &mut second.values_mut()[range.clone()],
                &mut sum.values_mut()[range],
            );
            let (keep1, take1) = (c(self.beta1), c((1.0 - self.beta1) * rate));
            let (keep2, take2) = (c(self.beta2), c(1.0 - self.beta2));
            let (keep, take) = (c(root), c((1.0 - root) * rate));
            let updates = item.updates.get_mut();
            for i in 0..updates.len() {
                let gradient = updates[i];
                let before = second[i];
                first[i] = keep1 * first[i] + take1 * gradient;
                second[i] = keep2 * second[i] + take2 * gradient * gradient;
                let denominator = second[i].sqrt() + epsilon;
                let measure = if self.corrected { before.sqrt() + epsilon } else { denominator };
                progress += gradient.to_f64() * (sum[i] / measure).to_f64();
                sum[i] = keep * sum[i] + take * gradient;
                updates[i] = first[i] / denominator;
            }
            norm += reduce::sum_of_magnitudes(sum);
            let decay = c(self.weight_decay * rate);
            for (update, &parameter) in updates.iter_mut().zip(item.parameters) {
                *update += decay * parameter;
            }
        });
        Some(Survey { subject: Subject::Distance, sums: [(1.0 - root) * rate * progress, norm] })
    }

    fn settle(&mut self, items: &mut Items<'_, '_, T>) {
        let (root, [progress, norm]) = (self.beta2.sqrt(), items.whole());
        self.numerator = root * self.numerator + progress;
        let estimate = self.numerator / ((1.0 - root) * norm);
        if estimate > self.distance && estimate.is_finite() {
            self.distance = estimate;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn the_distance_grows_as_algorithm_5_says_and_in_optax_with_a_corrected_rate() {
        follows(Dialect::Paper);
        follows(Dialect::Optax);
    }

    fn follows(dialect: Dialect) {
        let (beta1, beta2, epsilon, d0) = (0.5f64, 0.75f64, 0.125, 0.5);
        let spec = Specification::new("dadapt-adam", dialect)
            .with("learning_rate", 1.0)
            .with("beta1", beta1)
            .with("beta2", beta2)
            .with("epsilon", epsilon)
            .with("d0", d0)
            .with("weight_decay", 0.0);
        let mut rule = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
        let mut parameters = [0.0];
        // Algorithm 5 of Defazio and Mishchenko 2023, in one dimension.
        let (mut m, mut v, mut s, mut r, mut d, mut x) = (0.0, 0.0, 0.0, 0.0, d0, 0.0);
        let mut grown = 0;
        for (step, gradient) in [1.0, 2.0, 0.5, 1.5, -0.25, 3.0].into_iter().enumerate() {
            let t = step as i32 + 1;
            let corrected = dialect == Dialect::Optax;
            let correction =
                if corrected { (1.0 - beta2.powi(t)).sqrt() / (1.0 - beta1.powi(t)) } else { 1.0 };
            let (rate, before) = (d * correction, v);
            let root = beta2.sqrt();
            m = beta1 * m + (1.0 - beta1) * rate * gradient;
            v = beta2 * v + (1.0 - beta2) * gradient * gradient;
            let measure: f64 = if corrected { before } else { v };
            r = root * r + (1.0 - root) * rate * gradient * s / (measure.sqrt() + epsilon);
            s = root * s + (1.0 - root) * rate * gradient;
            x -= m / (v.sqrt() + epsilon);
            let estimate: f64 = r / ((1.0 - root) * f64::abs(s));
            if estimate > d {
                (d, grown) = (estimate, grown + 1);
            }
            rule.step(&mut parameters, &[gradient]).unwrap();
            assert!((parameters[0] - x).abs() < 1e-13 * x.abs(), "step {t}: {} for {x}", parameters[0]);
        }
        assert!(grown >= 2, "the estimate was used {grown} times");
    }
}
