//! Rprop: step sizes that grow while the sign of the gradient stays.

use super::names::PREVIOUS_GRADIENT;
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Domain, Hyperparameter, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Each parameter has a step size s: times `grow` while its gradient keeps its sign, times `shrink` when it flips, within bounds;
/// w ← w − s sign(g) (Riedmiller and Braun 1993). After a flip the paper takes back the step before; torch has the later form
/// without that, in which nothing moves (iRprop−, Igel and Hüsken 2000), and so has this type.
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

/// Rprop as it was published: a flip of the sign takes back the step that led to it.
#[derive(Clone, Copy)]
struct TakingBack(Rprop);

/// The catalogue's row: the paper's form, torch's, or optax' late one.
impl Catalogued for Rprop {
    const INFO: Info = Info {
        name: "rprop",
        title: "Rprop",
        formula: "s ← s grow where g g_before > 0, w ← w − s sign(g); where < 0: w as before the last step, s ← s shrink, g ← 0",
        paper: "Riedmiller and Braun 1993, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm",
        when: "full batches; needs no tuning of the rate",
        special: &[
            Hyperparameter::new("learning_rate", "what each step size starts at", Domain::NOT_NEGATIVE),
            Hyperparameter::new("shrink", "the factor after a change of sign", Domain::UNIT),
            Hyperparameter::new("grow", "the factor while the sign stays", Domain::NOT_NEGATIVE),
            Hyperparameter::new("smallest_step", "the least step size", Domain::NOT_NEGATIVE),
            Hyperparameter::new("largest_step", "the largest step size", Domain::NOT_NEGATIVE),
        ],
        differences: &[
            (
                Dialect::Torch,
                "iRprop⁻ (Igel and Hüsken 2000): where the sign flips nothing moves, and no step is taken back",
            ),
            (
                Dialect::Optax,
                "iRprop⁻, and each update is the one that was due a step before; the first is 0",
            ),
        ],
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
        match dialect {
            Dialect::Optax => composer.rule(Lagging(*self)),
            Dialect::Paper => composer.rule(TakingBack(*self)),
            _ => composer.rule(*self),
        }
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

impl Rule for TakingBack {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = RpropStep<T>;

    states!(PREVIOUS_GRADIENT, "step_size");

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
    fn update<T: Real>(k: &RpropStep<T>, gradient: T, parameter: T, state: [T; 2]) -> (T, [T; 2]) {
        // The step before was that of its gradient's sign and of the size before it shrinks.
        let [before, size] = state;
        let flipped = gradient * before < T::ZERO;
        let (update, state) = Rprop::update(k, gradient, parameter, state);
        (if flipped { T::ZERO - size * before.sign() } else { update }, state)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn after_a_change_of_sign_the_paper_takes_the_step_back_and_torch_stays() {
        // Sizes 0.5, 0.75, then 0.375 for two steps: the gradient after a flip counts as 0.
        for (dialect, path) in
            [(Dialect::Paper, [-0.5, -1.25, -0.5, -0.125]), (Dialect::Torch, [-0.5, -1.25, -1.25, -0.875])]
        {
            let spec = Specification::new("rprop", dialect).with("learning_rate", 0.5).with("grow", 1.5);
            let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
            let mut parameters = [0.0];
            for (gradient, expected) in [1.0, 2.0, -1.0, -3.0].into_iter().zip(path) {
                optimizer.step(&mut parameters, &[gradient]).unwrap();
                assert_eq!(parameters, [expected], "{dialect}");
            }
        }
    }
}
