//! Momentum (the heavy ball).

use super::names::VELOCITY;
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// A ball that rolls: v ← α v − η g, w ← w + v (Polyak 1964).
///
/// Gathers speed along a valley and damps the zigzag across it. The dialects differ in where the rate stands
/// ([`RatePlace`]): the same path for a constant rate, another as soon as a schedule changes it.
///
/// When to use it: narrow valleys and noisy gradients; the usual choice for convolutional networks. Source: Polyak
/// 1964, Some methods of speeding up the convergence of iteration methods.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// α: how much of the velocity a step keeps; friction is 1 − α.
    pub momentum: f64,
    /// τ: how much of a gradient is kept out of the velocity. As in torch, the first gradient enters whole.
    pub dampening: f64,
    /// Where the learning rate stands.
    pub place: RatePlace,
}

/// Where the learning rate stands in a rule with velocity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatePlace {
    /// v ← α v − η g, w ← w + v: the velocity remembers old rates (book, keras, CS231n).
    InsideVelocity,
    /// v ← α v + g, w ← w − η v: a change of rate acts on the whole velocity (torch).
    OutsideVelocity,
}

impl Momentum {
    /// The book's form and defaults: η 0.01 inside the velocity, α 0.9.
    pub fn book() -> Self {
        Self { learning_rate: 0.01, momentum: 0.9, dampening: 0.0, place: RatePlace::InsideVelocity }
    }

    /// `torch.optim.SGD(momentum=0.9)`: η 0.001 outside the velocity, no dampening.
    pub fn torch() -> Self {
        Self { learning_rate: 0.001, momentum: 0.9, dampening: 0.0, place: RatePlace::OutsideVelocity }
    }
}

impl Catalogued for Momentum {
    const INFO: Info = Info {
        name: "momentum",
        title: "Momentum",
        formula: "v ← α v − η g, w ← w + v",
        paper: "Polyak 1964, Some methods of speeding up the convergence of iteration methods",
        when: "narrow valleys and noisy gradients; the usual choice for convolutional networks",
        special: &[],
        differences: &[
            (
                Dialect::Torch,
                "v ← α v + (1 − τ) g, w ← w − η v: the rate outside the velocity; the first gradient undampened",
            ),
            (Dialect::Optax, "v ← α v + g, w ← w − η v: the rate outside the velocity"),
        ],
        rates: (1e-4, 3.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        Some(match dialect {
            Dialect::Book | Dialect::Keras | Dialect::Paper => Self::book(),
            Dialect::Torch => Self::torch(),
            Dialect::Optax => Self { learning_rate: 0.01, ..Self::torch() },
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("momentum", &mut self.momentum);
        if dialect == Dialect::Torch {
            visit("dampening", &mut self.dampening);
        }
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

/// One formula for both places: v ← keep v + take g, update = apply v.
#[derive(Clone, Copy, Debug)]
pub struct MomentumStep<T> {
    keep: T,
    take: T,
    apply: T,
}

impl<T: Real> MomentumStep<T> {
    /// The part of a velocity that the next step keeps.
    #[inline(always)]
    pub(super) fn kept(&self, velocity: T) -> T {
        self.keep * velocity
    }
}

impl Rule for Momentum {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = MomentumStep<T>;

    states!(VELOCITY);

    fields!(learning_rate, momentum, dampening);

    fn step<T: Real>(&self, now: &Moment) -> MomentumStep<T> {
        let rate = self.learning_rate;
        let share = if now.step == 1 { 1.0 } else { 1.0 - self.dampening };
        let (take, apply) = match self.place {
            RatePlace::InsideVelocity => (-rate * share, -1.0),
            RatePlace::OutsideVelocity => (share, rate),
        };
        MomentumStep { keep: T::from_f64(self.momentum), take: T::from_f64(take), apply: T::from_f64(apply) }
    }

    #[inline(always)]
    fn update<T: Real>(k: &MomentumStep<T>, gradient: T, _: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let velocity = k.kept(velocity) + k.take * gradient;
        (k.apply * velocity, [velocity])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes, Schedule, Shape};

    #[test]
    fn dampening_spares_the_first_gradient_wherever_the_rate_stands() {
        for place in [RatePlace::InsideVelocity, RatePlace::OutsideVelocity] {
            let rule = Momentum { learning_rate: 0.1, momentum: 0.5, dampening: 0.75, place };
            let mut pass = Passes::<f64>::flat(rule, 1);
            let mut parameters = [0.0];
            pass.step(&mut parameters, &[1.0]).unwrap();
            assert!((parameters[0] + 0.1).abs() < 1e-16);
            pass.step(&mut parameters, &[2.0]).unwrap();
            // v = 0.5 · 1 + 0.25 · 2.
            assert!((parameters[0] + 0.1 + 0.1).abs() < 1e-16, "{parameters:?}");
        }
    }

    #[test]
    fn the_place_of_the_rate_matters_only_when_the_rate_changes() {
        let run = |rule: Momentum, schedule: Schedule| {
            let mut pass = Passes::<f64>::flat(rule, 1).with_schedule(schedule);
            let mut parameters = [1.0];
            for gradient in [1.0, -0.5, 2.0] {
                pass.step(&mut parameters, &[gradient]).unwrap();
            }
            parameters[0]
        };
        let (book, torch) = (Momentum::book(), Momentum { learning_rate: 0.01, ..Momentum::torch() });
        let constant = Schedule::default();
        assert!((run(book, constant.clone()) - run(torch, constant)).abs() < 1e-15);
        // Halving each step: v = .01, .9*.01-.005*.5 = .0065, .9*.0065+.0025*2 = .01085, all subtracted.
        let halving = Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 };
        assert!((run(book, halving.clone()) - (1.0 - 0.01 - 0.0065 - 0.01085)).abs() < 1e-15);
        // Outside: v = 1, .4, 2.36; rates .01, .005, .0025.
        assert!((run(torch, halving) - (1.0 - 0.01 - 0.002 - 0.0059)).abs() < 1e-15);
    }
}
