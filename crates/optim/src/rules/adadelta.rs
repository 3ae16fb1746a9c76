//! AdaDelta: RMSProp whose rate is the size of its own updates.

use super::names::{MEAN_SQUARE, MEAN_SQUARE_UPDATE};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Common, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// h ← ρ h + (1 − ρ) g², Δ = √(d + ε) / √(h + ε) g, d ← ρ d + (1 − ρ) Δ², w ← w − η Δ (Zeiler 2012; η = 1 there).
///
/// The update has the units of the parameter, so no rate need be chosen.
///
/// When to use it: to have no rate to choose; slow at first. Source: Zeiler 2012, ADADELTA: An Adaptive Learning Rate
/// Method.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaDelta {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// ρ: how much of both averages a step keeps.
    pub decay_rate: f64,
    /// ε: under both roots; also how the first update gets going.
    pub epsilon: f64,
}

impl Catalogued for AdaDelta {
    const INFO: Info = Info {
        name: "adadelta",
        title: "AdaDelta",
        formula: "h ← ρ h + (1 − ρ) g², Δ = √(d + ε) / √(h + ε) g, d ← ρ d + (1 − ρ) Δ², w ← w − η Δ",
        paper: "Zeiler 2012, ADADELTA: An Adaptive Learning Rate Method",
        when: "to have no rate to choose; slow at first",
        special: &[],
        differences: &[(Dialect::Keras, "the default rate of 0.001 is a thousandth of the paper's")],
        rates: (1e-2, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let (learning_rate, decay_rate, epsilon) = match dialect {
            Dialect::Book => return None,
            Dialect::Torch | Dialect::Optax => (1.0, 0.9, 1e-6),
            Dialect::Keras => (0.001, 0.95, 1e-7),
            Dialect::Paper => (1.0, 0.95, 1e-6),
        };
        Some(Self { learning_rate, decay_rate, epsilon })
    }

    fn common(dialect: Dialect) -> Common {
        match dialect {
            Dialect::Optax => Common { weight_decay: Some((0.0, false)), ..Common::NONE },
            _ => Common::of(dialect),
        }
    }

    as_rule!();
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdaDeltaStep<T> {
    rate: T,
    keep: T,
    take: T,
    epsilon: T,
}

impl Rule for AdaDelta {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdaDeltaStep<T>;

    states!(MEAN_SQUARE, MEAN_SQUARE_UPDATE);
    fields!(learning_rate, decay_rate, epsilon);

    fn step<T: Real>(&self, _: &Moment) -> AdaDeltaStep<T> {
        AdaDeltaStep {
            rate: T::from_f64(self.learning_rate),
            keep: T::from_f64(self.decay_rate),
            take: T::from_f64(1.0 - self.decay_rate),
            epsilon: T::from_f64(self.epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdaDeltaStep<T>, gradient: T, _: T, [mean, updates]: [T; 2]) -> (T, [T; 2]) {
        let mean = k.keep * mean + k.take * gradient * gradient;
        // One root of the quotient for the quotient of two: a root costs more than all the rest.
        let delta = ((updates + k.epsilon) / (mean + k.epsilon)).sqrt() * gradient;
        let updates = k.keep * updates + k.take * delta * delta;
        (k.rate * delta, [mean, updates])
    }
}
