//! RMSProp: AdaGrad that forgets.

use super::names::MEAN_SQUARE;
use crate::{Catalogued, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε) (Tieleman and Hinton 2012).
///
/// An exponential average in place of AdaGrad's sum, so steps do not die out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// ρ: how much of the average a step keeps.
    pub decay_rate: f64,
    /// ε: added to the root.
    pub epsilon: f64,
}

impl RmsProp {
    /// The book's defaults: η 0.01, ρ 0.99, ε 1e-7.
    pub fn book() -> Self {
        Self { learning_rate: 0.01, decay_rate: 0.99, epsilon: 1e-7 }
    }

    /// `torch.optim.RMSprop`'s defaults: η 0.01, ρ 0.99, ε 1e-8.
    pub fn torch() -> Self {
        Self { epsilon: 1e-8, ..Self::book() }
    }
}

impl Catalogued for RmsProp {
    const INFO: Info = Info {
        name: "rmsprop",
        title: "RMSProp",
        formula: "h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)",
        paper: "Tieleman and Hinton 2012, Coursera lecture 6.5",
        when: "noisy, non-stationary gradients; recurrent networks, reinforcement learning",
        hyperparameters: &[
            Hyperparameter::LEARNING_RATE,
            Hyperparameter::new(
                "decay_rate",
                "how much of the average of squares a step keeps",
                Domain::UNIT,
            ),
            Hyperparameter::EPSILON,
        ],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book => Self::book(),
            Dialect::Torch => Self::torch(),
        })
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct RmsPropStep<T> {
    rate: T,
    keep: T,
    take: T,
    epsilon: T,
}

impl Rule for RmsProp {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = RmsPropStep<T>;

    fn state_names(&self) -> Vec<&'static str> {
        vec![MEAN_SQUARE]
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("decay_rate", &mut self.decay_rate);
        visit("epsilon", &mut self.epsilon);
    }

    fn step<T: Real>(&self, now: &Moment) -> RmsPropStep<T> {
        RmsPropStep {
            rate: T::from_f64(self.learning_rate * now.factor),
            keep: T::from_f64(self.decay_rate),
            take: T::from_f64(1.0 - self.decay_rate),
            epsilon: T::from_f64(self.epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &RmsPropStep<T>, gradient: T, _: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = k.keep * mean + k.take * gradient * gradient;
        (k.rate * gradient / (mean.sqrt() + k.epsilon), [mean])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Named;
    use std::collections::BTreeMap;

    #[test]
    fn the_notes_step_by_hand() {
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let mut rmsprop = Named::new(RmsProp { learning_rate: 1.0, decay_rate: 0.75, ..RmsProp::book() });
        rmsprop.update(&mut params, &BTreeMap::from([("x", 2.0), ("y", 1.0)])).unwrap();
        assert_eq!(rmsprop.state("mean_square", "x"), Some(&[1.0][..]));
        assert_eq!(rmsprop.state("mean_square", "y"), Some(&[0.25][..]));
        // x: 1 − 2 / (1 + 1e-7), y: 2 − 1 / (0.5 + 1e-7).
        assert!((params["x"] - (1.0 - 2.0 / 1.0000001)).abs() < 1e-15, "{params:?}");
        assert!((params["y"] - (2.0 - 1.0 / 0.5000001)).abs() < 1e-15, "{params:?}");
    }
}
