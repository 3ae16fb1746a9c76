//! Rprop: step sizes that grow while the sign of the gradient stays.

use super::names::PREVIOUS_GRADIENT;
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Each parameter has a step size s: times `grow` while its gradient keeps its sign, times `shrink` when it flips (and then
/// no move), within bounds; w ← w − s sign(g) (Riedmiller and Braun 1993; in this form iRprop−, Igel and Hüsken 2000).
///
/// Uses signs only, so it wants full batches. The rate is what every s starts at; changing it later changes nothing.
///
/// When to use it: full batches; needs no tuning of the rate. Source: Riedmiller and Braun 1993, A Direct Adaptive
/// Method for Faster Backpropagation Learning: The RPROP Algorithm.
///
/// Beside its fields, where the dialect has them:
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop {
    /// What each step size starts at.
    pub learning_rate: f64,
    /// η⁻: the factor after a change of sign.
    pub shrink: f64,
    /// η⁺: the factor while the sign stays.
    pub grow: f64,
    /// The least step size.
    pub smallest_step: f64,
    /// The largest step size.
    pub largest_step: f64,
}

/// Rprop as optax has it: every update is the one computed at the update before (google-deepmind/optax#1725).
#[derive(Clone, Copy)]
struct Lagging(Rprop);

/// The catalogue's row: torch's form, or optax' late one.
impl Catalogued for Rprop {
    const INFO: Info = Info {
        name: "rprop",
        title: "Rprop",
        formula: "s ← s grow where g g_before > 0, s shrink (and g ← 0) where < 0; w ← w − s sign(g)",
        paper: "Riedmiller and Braun 1993, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm",
        when: "full batches; needs no tuning of the rate",
        special: &[
            Hyperparameter::new("learning_rate", "what each step size starts at", Domain::NOT_NEGATIVE),
            Hyperparameter::new("shrink", "the factor after a change of sign", Domain::UNIT),
            Hyperparameter::new("grow", "the factor while the sign stays", Domain::NOT_NEGATIVE),
            Hyperparameter::new("smallest_step", "the least step size", Domain::NOT_NEGATIVE),
            Hyperparameter::new("largest_step", "the largest step size", Domain::NOT_NEGATIVE),
        ],
        differences: &[(Dialect::Optax, "each update is the one that was due a step before; the first is 0")],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Torch | Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: if dialect == Dialect::Torch { 0.01 } else { 0.1 },
            shrink: 0.5,
            grow: 1.2,
            smallest_step: 1e-6,
            largest_step: 50.0,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
    }

    fn common(dialect: Dialect) -> Common {
        Common::without_decay(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }

    fn compose_in<T: Buildable>(&self, dialect: Dialect, composer: Composer<T>) -> Composer<T> {
        if dialect == Dialect::Optax { composer.rule(Lagging(*self)) } else { composer.rule(*self) }
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct RpropStep<T> {
    shrink: T,
    grow: T,
    least: T,
    most: T,
}

impl Rule for Rprop {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = RpropStep<T>;

    states!(PREVIOUS_GRADIENT, "step_size");
    fields!(learning_rate, shrink, grow, smallest_step, largest_step);

    fn initial_state(&self) -> Vec<f64> {
        vec![0.0, self.learning_rate]
    }

    fn step<T: Real>(&self, _: &Moment) -> RpropStep<T> {
        RpropStep {
            shrink: T::from_f64(self.shrink),
            grow: T::from_f64(self.grow),
            least: T::from_f64(self.smallest_step),
            most: T::from_f64(self.largest_step),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &RpropStep<T>, gradient: T, _: T, [before, size]: [T; 2]) -> (T, [T; 2]) {
        let agreement = gradient * before;
        let factor = if agreement > T::ZERO { k.grow } else { T::ONE };
        let factor = if agreement < T::ZERO { k.shrink } else { factor };
        let size = (size * factor).maximum(k.least).minimum(k.most);
        let gradient = if agreement < T::ZERO { T::ZERO } else { gradient };
        (size * gradient.sign(), [gradient, size])
    }
}

impl Rule for Lagging {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = RpropStep<T>;

    states!("previous_update", "step_size");

    fn initial_state(&self) -> Vec<f64> {
        self.0.initial_state()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.hyperparameters(visit);
    }

    fn step<T: Real>(&self, now: &Moment) -> RpropStep<T> {
        self.0.step(now)
    }

    #[inline(always)]
    fn update<T: Real>(k: &RpropStep<T>, gradient: T, _: T, [due, size]: [T; 2]) -> (T, [T; 2]) {
        let agreement = gradient * due;
        let factor = if agreement > T::ZERO { k.grow } else { k.shrink };
        let bounded = (size * factor).maximum(k.least).minimum(k.most);
        let size = if agreement == T::ZERO { size } else { bounded };
        let flipped = agreement < T::ZERO;
        let next = if flipped { T::ZERO } else { size * gradient.sign() };
        (if flipped { T::ZERO } else { due }, [next, size])
    }
}
