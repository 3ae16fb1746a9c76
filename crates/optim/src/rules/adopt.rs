//! ADOPT: Adam that divides before it averages.

use super::names::{FIRST_MOMENT, SECOND_MOMENT};
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// c = g / max(√v, ε) with the v of the update before, clipped to ±t^¼; m ← β₁ m + (1 − β₁) c, w ← w − η m,
/// v ← β₂ v + (1 − β₂) g². The first update only sets v = g² (Taniguchi et al. 2024).
///
/// Converges with any β₂, where Adam needs one that suits the problem. t counts the updates done before.
///
/// When to use it: as Adam, where it oscillates. Source: Taniguchi et al. 2024, ADOPT: Modified Adam Can Converge with
/// Any β2 with the Optimal Rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adopt {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how much of the first moment a step keeps.
    pub beta1: f64,
    /// β₂: how much of the second moment a step keeps.
    pub beta2: f64,
    /// ε: the least denominator.
    pub epsilon: f64,
    /// 1 to clip, 0 not to.
    pub clipping: f64,
}

impl Catalogued for Adopt {
    const INFO: Info = Info {
        name: "adopt",
        title: "ADOPT",
        formula: "c = clip(g / max(√v_before, ε), ±t^¼), m ← β₁ m + (1 − β₁) c, w ← w − η m, v ← β₂ v + (1 − β₂) g²",
        paper: "Taniguchi et al. 2024, ADOPT: Modified Adam Can Converge with Any β2 with the Optimal Rate",
        when: "as Adam, where it oscillates",
        special: &[Hyperparameter::new("clipping", "whether to clip the normalised gradient", Domain::FLAG)],
        differences: &[],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 0.001,
            beta1: 0.9,
            beta2: 0.9999,
            epsilon: 1e-6,
            clipping: 1.0,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct AdoptStep<T> {
    rate: T,
    keep1: T,
    take1: T,
    keep2: T,
    take2: T,
    epsilon: T,
    most: T,
    first: bool,
}

impl Rule for Adopt {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdoptStep<T>;

    states!(FIRST_MOMENT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, epsilon, clipping);

    fn step<T: Real>(&self, now: &Moment) -> AdoptStep<T> {
        let most = if self.clipping != 0.0 { ((now.step - 1) as f64).powf(0.25) } else { f64::INFINITY };
        AdoptStep {
            rate: T::from_f64(self.learning_rate),
            keep1: T::from_f64(self.beta1),
            take1: T::from_f64(1.0 - self.beta1),
            keep2: T::from_f64(self.beta2),
            take2: T::from_f64(1.0 - self.beta2),
            epsilon: T::from_f64(self.epsilon),
            most: T::from_f64(most),
            first: now.step == 1,
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &AdoptStep<T>, gradient: T, _: T, [first, second]: [T; 2]) -> (T, [T; 2]) {
        let normalised = (gradient / second.sqrt().maximum(k.epsilon)).minimum(k.most).maximum(-k.most);
        let moved = k.keep1 * first + k.take1 * normalised;
        let square = gradient * gradient;
        let first = if k.first { first } else { moved };
        let second = if k.first { square } else { k.keep2 * second + k.take2 * square };
        (if k.first { T::ZERO } else { k.rate * first }, [first, second])
    }
}
