//! RAdam: Adam that waits until its second moment can be trusted.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::catalog::as_rule;
use crate::macros::states;
use crate::{Catalogued, Common, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Adam times a rectification r_t of the variance of √v̂, and plain momentum η m̂ while that variance cannot be told (Liu et
/// al. 2020): ρ_t = ρ_∞ − 2 t β₂ᵗ / (1 − β₂ᵗ) with ρ_∞ = 2 / (1 − β₂) − 1.
///
/// When to use it: Adam without a warm-up. Source: Liu et al. 2020, On the Variance of the Adaptive Learning Rate and
/// Beyond.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `beta1`: how much of the average of gradients a step keeps
/// - `beta2`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `decoupled_weight_decay`: whether weight decay acts on the parameter (times the rate) instead of on the gradient
/// - `maximize`: whether to go uphill
/// - `epsilon_root`: added under the root of the denominator
/// - `threshold`: the least length of the average from which the variance counts as known
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RAdam {
    adam: Adam,
    threshold: f64,
    /// Whether ρ_t = threshold counts as above it, and the threshold can be chosen (optax).
    inclusive: bool,
    /// Whether ε stands beside √v instead of √v̂ (torch).
    unscaled: bool,
}

impl Catalogued for RAdam {
    const INFO: Info = Info {
        name: "radam",
        title: "RAdam",
        formula: "Adam's m̂ and v̂; ρ_t > threshold: w ← w − η r_t m̂ / (√v̂ + ε), else w ← w − η m̂",
        paper: "Liu et al. 2020, On the Variance of the Adaptive Learning Rate and Beyond",
        when: "Adam without a warm-up",
        special: &[Hyperparameter::new(
            "threshold",
            "the least length of the average from which the variance counts as known",
            Domain::NOT_NEGATIVE,
        )],
        differences: &[
            (Dialect::Torch, "ρ_t > 5, √(1 − β₂ᵗ) / (√v + ε): ε is not scaled"),
            (Dialect::Optax, "ρ_t ≥ threshold, √(v̂ + epsilon_root) + ε"),
            (Dialect::Paper, "ρ_t > 4"),
        ],
        rates: (1e-5, 0.1),
    };

    fn corrections(&self, step: u64) -> Vec<(&'static str, f64)> {
        self.adam.corrections(step)
    }

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let adam = Adam::of(dialect);
        Some(match dialect {
            Dialect::Torch => Self { adam, threshold: 5.0, inclusive: false, unscaled: true },
            Dialect::Optax => Self { adam, threshold: 5.0, inclusive: true, unscaled: false },
            Dialect::Paper => Self { adam, threshold: 4.0, inclusive: false, unscaled: false },
            Dialect::Book | Dialect::Keras => return None,
        })
    }

    as_rule!();

    fn common(dialect: Dialect) -> Common {
        Common::with_choice(dialect)
    }
}

impl Rule for RAdam {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.adam.hyperparameters(visit);
        if self.inclusive {
            visit("threshold", &mut self.threshold);
        }
    }

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let (t, (bias1, bias2)) = (now.step as f64, self.adam.bias(now.step));
        let most = 2.0 / (1.0 - self.adam.beta2) - 1.0;
        let length = most - 2.0 * t * self.adam.beta2.powf(t) / bias2;
        // r_t has no value below 4, whatever the threshold.
        let above = length > self.threshold || self.inclusive && length == self.threshold;
        let known = above && length >= 4.0;
        let rate = self.adam.learning_rate / bias1;
        let averages = self.adam.averages::<T>();
        if !known {
            // A denominator of 1.
            let rate = T::from_f64(rate);
            return AdamStep { rate, scale: T::ZERO, root: T::ZERO, epsilon: T::ONE, ..averages };
        }
        let rectified =
            ((length - 4.0) * (length - 2.0) * most / ((most - 4.0) * (most - 2.0) * length)).sqrt();
        let (rate, scale) = match self.unscaled {
            true => (rate * rectified * bias2.sqrt(), 1.0),
            false => (rate * rectified, 1.0 / bias2),
        };
        AdamStep { rate: T::from_f64(rate), scale: T::from_f64(scale), ..averages }.balanced().0
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, state: [T; 2]) -> (T, [T; 2]) {
        k.update(gradient, state)
    }
}
