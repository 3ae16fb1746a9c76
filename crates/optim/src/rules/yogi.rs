//! Yogi: Adam whose second moment moves by steps of its own size.

use super::Adam;
use super::adam::AdamStep;
use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// m ← β₁ m + (1 − β₁) g, v ← v − (1 − β₂) sign(v − g²) g², w ← w − η m / (√v + ε) (Zaheer et al. 2018).
///
/// The effective rate rises no faster than g² allows, where Adam's can jump when gradients become small.
///
/// When to use it: as Adam, where its rate jumps. Source: Zaheer et al. 2018, Adaptive Methods for Nonconvex
/// Optimization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Yogi {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the first moment a step keeps.
    pub beta1: f64,
    /// β₂: 1 − β₂ is the share of g² that v moves by.
    pub beta2: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// What v starts at, and in optax m too.
    pub initial_accumulator: f64,
    /// Whether m starts there too and both moments are corrected for their start (optax).
    pub corrected: bool,
}

impl Catalogued for Yogi {
    const INFO: Info = Info {
        name: "yogi",
        title: "Yogi",
        formula: "m ← β₁ m + (1 − β₁) g, v ← v − (1 − β₂) sign(v − g²) g², w ← w − η m / (√v + ε)",
        paper: "Zaheer et al. 2018, Adaptive Methods for Nonconvex Optimization",
        when: "as Adam, where its rate jumps",
        special: &[],
        differences: &[(
            Dialect::Optax,
            "m̂ and v̂ in place of m and v, and m starts at initial_accumulator too",
        )],
        rates: (1e-4, 1.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        if !matches!(dialect, Dialect::Optax | Dialect::Paper) {
            return None;
        }
        Some(Self {
            learning_rate: 0.01,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-3,
            initial_accumulator: 1e-6,
            corrected: dialect == Dialect::Optax,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
        let _ = dialect;
        visit("initial_accumulator", &mut self.initial_accumulator);
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

impl Rule for Yogi {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, epsilon);

    fn initial_state(&self) -> Vec<f64> {
        vec![if self.corrected { self.initial_accumulator } else { 0.0 }, self.initial_accumulator]
    }

    fn step<T: Real>(&self, now: &Moment) -> AdamStep<T> {
        let Self { learning_rate, beta1, beta2, epsilon, .. } = *self;
        let adam = Adam { learning_rate, beta1, beta2, epsilon, ..Adam::torch() };
        if self.corrected { adam.step(now) } else { adam.averages() }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdamStep<T>, gradient: T, _: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let first = k.keep1 * first + k.take1 * gradient;
        let square = gradient * gradient;
        let second = second - k.take2 * (second - square).sign() * square;
        (k.step(first, second, gradient), [first, second])
    }
}
