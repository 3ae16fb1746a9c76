//! Adan: Nesterov momentum from differences of gradients.

use super::adam::balance;
use super::names::{FIRST_MOMENT, PREVIOUS_GRADIENT, SECOND_MOMENT};
use crate::macros::{fields, states};
use crate::stages::DecoupledWeightDecay;
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// m averages g (β₁), v the difference d = g − g_before (β₂), n the square of g + (1 − …) d; w moves by
/// η (m̂ + β₂ v̂) / (√n̂ + ε) (Xie et al. 2022).
///
/// Here β is how much an average keeps (0.98, 0.92, 0.99); the paper's β is 1 minus that, so its (1 − β₂) is our β₂.
///
/// When to use it: large batches and large rates. Source: Xie et al. 2022, Adan: Adaptive Nesterov Momentum Algorithm
/// for Faster Optimizing Deep Models.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adan {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the average of gradients a step keeps.
    pub beta1: f64,
    /// β₂: how much of the average of differences a step keeps.
    pub beta2: f64,
    /// β₃: how much of the average of squares a step keeps.
    pub beta3: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// Added under the root; only optax has it.
    pub epsilon_root: Option<f64>,
    /// λ: how strongly parameters are pulled to 0.
    pub weight_decay: f64,
    /// Whether decay is proximal, w ← (w − η u) / (1 + η λ) (paper), instead of added to the update (optax).
    pub proximal: bool,
    /// What the difference counts in update and square: β₂ (paper), or 1 − β₂ (optax).
    pub swapped: bool,
}

impl Catalogued for Adan {
    const INFO: Info = Info {
        name: "adan",
        title: "Adan",
        formula: "d = g − g_before, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) d, n ← β₃ n + (1 − β₃) (g + β₂ d)², \
                  w ← (w − η (m̂ + β₂ v̂) / (√n̂ + ε)) / (1 + η λ)",
        paper: "Xie et al. 2022, Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models",
        when: "large batches and large rates",
        special: &[],
        differences: &[(
            Dialect::Optax,
            "1 − β₂ where the paper's code has β₂, √(n̂ + epsilon_root) + ε, decay added to the update",
        )],
        rates: (1e-4, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let optax = match dialect {
            Dialect::Optax => true,
            Dialect::Paper => false,
            _ => return None,
        };
        Some(Self {
            learning_rate: 0.001,
            beta1: 0.98,
            beta2: 0.92,
            beta3: 0.99,
            epsilon: 1e-8,
            epsilon_root: optax.then_some(1e-8),
            weight_decay: 0.0,
            proximal: !optax,
            swapped: optax,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
    }

    fn common(_: Dialect) -> Common {
        Common::NONE
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let composer = composer.rule(*self);
        if self.proximal {
            return composer;
        }
        composer.rule(DecoupledWeightDecay { weight_decay: self.weight_decay })
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdanStep<T> {
    keep: [T; 3],
    take: [T; 3],
    first: bool,
    difference: T,
    rate: T,
    ahead: T,
    scale: T,
    root: T,
    epsilon: T,
    shrink: T,
}

impl Rule for Adan {
    type State<T: Real> = [T; 4];
    type Step<T: Real> = AdanStep<T>;

    states!(FIRST_MOMENT, "difference_moment", SECOND_MOMENT, PREVIOUS_GRADIENT);
    fields!(learning_rate, beta1, beta2, beta3, epsilon, weight_decay; epsilon_root: epsilon_root);

    fn step<T: Real>(&self, now: &Moment) -> AdanStep<T> {
        let betas = [self.beta1, self.beta2, self.beta3];
        let bias = betas.map(|beta| 1.0 - beta.powf(now.step as f64));
        let difference = if self.swapped { 1.0 - self.beta2 } else { self.beta2 };
        let shrink = if self.proximal { 1.0 + self.learning_rate * self.weight_decay } else { 1.0 };
        let scale = 1.0 / bias[2];
        let balance = balance(scale);
        let square = balance * balance;
        AdanStep {
            keep: betas.map(T::from_f64),
            take: betas.map(|beta| T::from_f64(1.0 - beta)),
            first: now.step == 1,
            difference: T::from_f64(difference),
            rate: T::from_f64(balance * self.learning_rate / bias[0]),
            ahead: T::from_f64(balance * self.learning_rate * difference / bias[1]),
            scale: T::from_f64(square * scale),
            root: T::from_f64(square * self.epsilon_root.unwrap_or(0.0)),
            epsilon: T::from_f64(balance * self.epsilon),
            shrink: T::from_f64(shrink),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdanStep<T>, gradient: T, parameter: T, [m, v, n, before]: [T; 4]) -> (T, [T; 4]) {
        let difference = if k.first { T::ZERO } else { gradient - before };
        let m = k.keep[0] * m + k.take[0] * gradient;
        let v = k.keep[1] * v + k.take[1] * difference;
        let extrapolated = gradient + k.difference * difference;
        let n = k.keep[2] * n + k.take[2] * extrapolated * extrapolated;
        let update = (k.rate * m + k.ahead * v) / ((k.scale * n + k.root).sqrt() + k.epsilon);
        // With shrink 1 this is the update itself, up to rounding of the parameter's size, so select it.
        let shrunk = parameter - (parameter - update) / k.shrink;
        (if k.shrink == T::ONE { update } else { shrunk }, [m, v, n, gradient])
    }
}
