//! Nesterov's accelerated gradient, in three forms.

use super::names::VELOCITY;
use super::{Momentum, RatePlace};
use crate::catalog::as_rule;
use crate::macros::{fields, states};
use crate::{Catalogued, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// Momentum that corrects itself: w ← w + α² v − (1 + α) η g, then v ← α v − η g (Nesterov 1983; in this form, for
/// gradients known only at the parameters, Bengio et al. 2012).
///
/// The parameters kept are the looked-ahead ones. With the new velocity the same reads w ← w + α v − η g. The dialects
/// differ as those of [`Momentum`].
///
/// When to use it: as momentum, with less overshoot; often allows a slightly larger rate. Source: Nesterov 1983;
/// Bengio, Boulanger-Lewandowski and Pascanu 2012, section 3.5.
///
/// Beside its fields, where the dialect has them:
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nesterov {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// α: how much of the velocity a step keeps.
    pub momentum: f64,
    /// Where the learning rate stands.
    pub place: RatePlace,
}

impl Nesterov {
    /// The notes' form, correctly ordered: η 0.01 inside the velocity, α 0.9.
    pub fn book() -> Self {
        Self { learning_rate: 0.01, momentum: 0.9, place: RatePlace::InsideVelocity }
    }

    /// `torch.optim.SGD(momentum=0.9, nesterov=True)`: η 0.001 outside the velocity.
    pub fn torch() -> Self {
        Self { learning_rate: 0.001, momentum: 0.9, place: RatePlace::OutsideVelocity }
    }
}

impl Catalogued for Nesterov {
    const INFO: Info = Info {
        name: "nesterov",
        title: "Nesterov",
        formula: "v ← α v − η g, w ← w + α v − η g, with the new v (with the old one: w ← w + α² v − (1 + α) η g)",
        paper: "Nesterov 1983; Bengio, Boulanger-Lewandowski and Pascanu 2012, section 3.5",
        when: "as momentum, with less overshoot; often allows a slightly larger rate",
        special: &[],
        differences: &[
            (Dialect::Torch, "v ← α v + g, w ← w − η (g + α v): the rate outside the velocity"),
            (Dialect::Optax, "v ← α v + g, w ← w − η (g + α v): the rate outside the velocity"),
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

    as_rule!();
}

/// One formula for all forms: v ← keep v + take g, update = apply v + direct g, with the new v.
#[derive(Clone, Copy, Debug)]
pub struct NesterovStep<T> {
    keep: T,
    take: T,
    apply: T,
    direct: T,
}

impl<T: Real> NesterovStep<T> {
    #[inline(always)]
    fn update(&self, gradient: T, [velocity]: [T; 1]) -> (T, [T; 1]) {
        let velocity = self.keep * velocity + self.take * gradient;
        (self.apply * velocity + self.direct * gradient, [velocity])
    }
}

impl Rule for Nesterov {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = NesterovStep<T>;

    states!(VELOCITY);

    fields!(learning_rate, momentum);

    fn step<T: Real>(&self, _: &Moment) -> NesterovStep<T> {
        let (rate, keep) = (self.learning_rate, self.momentum);
        let (take, apply) = match self.place {
            RatePlace::InsideVelocity => (-rate, -keep),
            RatePlace::OutsideVelocity => (1.0, rate * keep),
        };
        NesterovStep {
            keep: T::from_f64(keep),
            take: T::from_f64(take),
            apply: T::from_f64(apply),
            direct: T::from_f64(rate),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &NesterovStep<T>, gradient: T, _: T, state: [T; 1]) -> (T, [T; 1]) {
        k.update(gradient, state)
    }
}

/// The listing that circulates with the book's code: v ← α v − η g, then w ← w + α² v − (1 + α) η g with the *new* v.
///
/// A slip of statement order: the look-ahead is counted twice. Kept under a name of its own so that published results can
/// be reproduced; use [`Nesterov`].
///
/// When to use it: only to reproduce results made with that listing. Source: the published listing of "Deep Learning
/// from Scratch", common/optimizer.py.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NesterovAsPrinted {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// α: how much of the velocity a step keeps.
    pub momentum: f64,
}

impl Catalogued for NesterovAsPrinted {
    const INFO: Info = Info {
        name: "nesterov-as-printed",
        title: "Nesterov as printed",
        formula: "v ← α v − η g, w ← w + α² v − (1 + α) η g, with the new v (a slip: it should be the old)",
        paper: "the published listing of \"Deep Learning from Scratch\", common/optimizer.py",
        when: "only to reproduce results made with that listing",
        special: &[],
        differences: &[],
        rates: (1e-4, 3.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Book).then_some(Self { learning_rate: 0.01, momentum: 0.9 })
    }

    as_rule!();
}

impl Rule for NesterovAsPrinted {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = NesterovStep<T>;

    states!(VELOCITY);

    fields!(learning_rate, momentum);

    fn step<T: Real>(&self, _: &Moment) -> NesterovStep<T> {
        let (rate, keep) = (self.learning_rate, self.momentum);
        NesterovStep {
            keep: T::from_f64(keep),
            take: T::from_f64(-rate),
            apply: T::from_f64(-keep * keep),
            direct: T::from_f64((1.0 + keep) * rate),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &NesterovStep<T>, gradient: T, _: T, state: [T; 1]) -> (T, [T; 1]) {
        k.update(gradient, state)
    }
}

/// The exact form: the gradient is taken where the velocity leads, v ← α v − η g(w + α v), w ← w + v (Nesterov 1983;
/// Sutskever et al. 2013).
///
/// The update is [`Momentum`]'s; what differs is the point of evaluation, so it works wherever the gradient can be
/// evaluated anywhere. [`Nesterov`] follows the same path, seen from the looked-ahead point.
///
/// When to use it: to see the original form at work, where the gradient can be evaluated anywhere. Source: Nesterov
/// 1983; Sutskever, Martens, Dahl and Hinton 2013.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `momentum`: how much of the velocity a step keeps
/// - `dampening`: how much of a gradient is kept out of the velocity (not of the first one)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NesterovLookahead {
    momentum: Momentum,
}

impl NesterovLookahead {
    /// With rate η and momentum α.
    pub fn new(learning_rate: f64, momentum: f64) -> Self {
        Self { momentum: Momentum { learning_rate, momentum, ..Momentum::book() } }
    }
}

impl Catalogued for NesterovLookahead {
    const INFO: Info = Info {
        name: "nesterov-lookahead",
        title: "Nesterov, exact look-ahead",
        formula: "v ← α v − η g(w + α v), w ← w + v",
        paper: "Nesterov 1983; Sutskever, Martens, Dahl and Hinton 2013",
        when: "to see the original form at work, where the gradient can be evaluated anywhere",
        special: &[],
        differences: &[],
        rates: (1e-4, 3.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Book).then(|| Self::new(0.01, 0.9))
    }

    fn looks_ahead() -> bool {
        true
    }

    as_rule!();
}

impl Rule for NesterovLookahead {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = <Momentum as Rule>::Step<T>;
    const LOOKS_AHEAD: bool = true;

    fn state_names(&self) -> Vec<&'static str> {
        self.momentum.state_names()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.momentum.hyperparameters(visit);
    }

    fn step<T: Real>(&self, now: &Moment) -> Self::Step<T> {
        self.momentum.step(now)
    }

    #[inline(always)]
    fn update<T: Real>(k: &Self::Step<T>, gradient: T, parameter: T, state: [T; 1]) -> (T, [T; 1]) {
        Momentum::update(k, gradient, parameter, state)
    }

    #[inline(always)]
    fn point<T: Real>(k: &Self::Step<T>, parameter: T, [velocity]: [T; 1]) -> T {
        parameter + k.kept(velocity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes};

    fn replay(rule: impl Rule) -> Vec<f64> {
        let mut pass = Passes::<f64>::flat(rule, 1);
        let mut parameters = [0.0];
        (0..3)
            .map(|_| {
                pass.step(&mut parameters, &[1.0]).unwrap();
                parameters[0]
            })
            .collect()
    }

    fn assert_close(actual: &[f64], expected: &[f64]) {
        for (a, e) in actual.iter().zip(expected) {
            assert!((a - e).abs() <= 1e-15, "{actual:?} for {expected:?}");
        }
    }

    #[test]
    fn bengio_and_torch_are_one_algorithm_for_a_constant_rate() {
        // By hand with g = 1, η .01, α .9: Δw = α² v − .019; v = 0, −.01, −.019.
        let expected = [-0.019, -0.019 - 0.0271, -0.019 - 0.0271 - 0.03439];
        assert_close(&replay(Nesterov::book()), &expected);
        assert_close(&replay(Nesterov { learning_rate: 0.01, ..Nesterov::torch() }), &expected);
    }

    #[test]
    fn the_printed_listing_differs_from_the_first_step() {
        let first = replay(NesterovAsPrinted { learning_rate: 0.01, momentum: 0.9 })[0];
        assert_close(&[first], &[-0.0271]);
    }

    #[test]
    fn the_exact_form_is_the_same_path_seen_from_the_point_ahead() {
        let gradient = |w: f64| w / 10.0 + w.powi(3);
        let mut bengio = Passes::<f64>::flat(Nesterov { learning_rate: 0.05, ..Nesterov::book() }, 1);
        let mut exact = Passes::<f64>::flat(NesterovLookahead::new(0.05, 0.9), 1);
        let (mut ahead, mut w, mut point) = ([1.3], [1.3], [0.0]);
        for _ in 0..20 {
            assert!(exact.evaluation_point(&w, &mut point).unwrap());
            assert!((point[0] - ahead[0]).abs() < 1e-13, "{point:?} {ahead:?}");
            exact.step(&mut w, &[gradient(point[0])]).unwrap();
            let slope = gradient(ahead[0]);
            bengio.step(&mut ahead, &[slope]).unwrap();
        }
    }
}
