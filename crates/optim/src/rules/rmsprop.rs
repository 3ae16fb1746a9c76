//! RMSProp: AdaGrad that forgets.

use super::RatePlace;
use super::names::{MEAN_GRADIENT, MEAN_SQUARE, VELOCITY};
use crate::macros::{fields, states};
use crate::{Buildable, Catalogued, Composer, Dialect, Info, Moment, Rule, State};
use std::marker::PhantomData;
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
    /// ε: added to the root, or under it.
    pub epsilon: f64,
    /// Whether ε stands under the root (keras, optax).
    pub under_root: bool,
}

impl RmsProp {
    /// The book's defaults: η 0.01, ρ 0.99, ε 1e-7.
    pub fn book() -> Self {
        Self { learning_rate: 0.01, decay_rate: 0.99, epsilon: 1e-7, under_root: false }
    }

    /// `torch.optim.RMSprop`'s defaults: η 0.01, ρ 0.99, ε 1e-8.
    pub fn torch() -> Self {
        Self { epsilon: 1e-8, ..Self::book() }
    }

    /// `keras.optimizers.RMSprop`'s: η 0.001, ρ 0.9, ε 1e-7 under the root.
    pub fn keras() -> Self {
        Self { learning_rate: 0.001, decay_rate: 0.9, epsilon: 1e-7, under_root: true }
    }
}

/// RMSProp with everything the libraries add: centring (Graves 2013: the mean gradient's square is taken off h), momentum,
/// and what optax has beside. Buffers exist only for what is on.
///
/// When to use it: noisy, non-stationary gradients; recurrent networks, reinforcement learning. Source: Tieleman and
/// Hinton 2012, Coursera lecture 6.5; centred: Graves 2013.
///
/// Hyper-parameters, where the dialect has them:
/// - `learning_rate`: the size of a step
/// - `decay_rate`: how much of the average of squares a step keeps
/// - `epsilon`: added to the denominator, against division by 0
/// - `centered`: whether to divide by the spread around the mean gradient
/// - `momentum`: how much of the velocity a step keeps
/// - `weight_decay`: how strongly parameters are pulled to 0
/// - `maximize`: whether to go uphill
/// - `nesterov`: whether the velocity looks one step ahead
/// - `initial_accumulator`: what the accumulated squares start at
/// - `bias_correction`: whether averages are corrected for their start at 0
/// - `epsilon_in_root`: whether epsilon stands under the root
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsPropFamily {
    plain: RmsProp,
    centered: f64,
    momentum: f64,
    nesterov: f64,
    initial_accumulator: f64,
    bias_correction: f64,
    epsilon_in_root: f64,
    place: RatePlace,
}

impl Catalogued for RmsPropFamily {
    const INFO: Info = Info {
        name: "rmsprop",
        title: "RMSProp",
        formula: "h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)",
        paper: "Tieleman and Hinton 2012, Coursera lecture 6.5; centred: Graves 2013",
        when: "noisy, non-stationary gradients; recurrent networks, reinforcement learning",
        special: &[],
        differences: &[
            (Dialect::Torch, "momentum: b ← μ b + g / (√h + ε), w ← w − η b: the rate outside b"),
            (Dialect::Keras, "√(h + ε); momentum: b ← μ b + η g / √(h + ε): the rate inside b"),
            (
                Dialect::Optax,
                "√(h + ε) unless epsilon_in_root is off; the rate inside b; nesterov, bias_correction",
            ),
        ],
        rates: (1e-5, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        let plain = match dialect {
            Dialect::Book => RmsProp::book(),
            Dialect::Torch => RmsProp::torch(),
            Dialect::Keras => RmsProp::keras(),
            Dialect::Optax => RmsProp { epsilon: 1e-8, ..RmsProp::keras() },
            Dialect::Paper => {
                RmsProp { learning_rate: 0.001, decay_rate: 0.9, epsilon: 1e-8, under_root: false }
            }
        };
        let place =
            if dialect == Dialect::Torch { RatePlace::OutsideVelocity } else { RatePlace::InsideVelocity };
        Some(Self {
            plain,
            centered: 0.0,
            momentum: 0.0,
            nesterov: 0.0,
            initial_accumulator: 0.0,
            bias_correction: 0.0,
            epsilon_in_root: f64::from(u8::from(plain.under_root)),
            place,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.plain.learning_rate);
        visit("decay_rate", &mut self.plain.decay_rate);
        visit("epsilon", &mut self.plain.epsilon);
        if matches!(dialect, Dialect::Torch | Dialect::Keras | Dialect::Optax) {
            visit("centered", &mut self.centered);
            visit("momentum", &mut self.momentum);
        }
        if dialect == Dialect::Optax {
            visit("nesterov", &mut self.nesterov);
            visit("initial_accumulator", &mut self.initial_accumulator);
            visit("bias_correction", &mut self.bias_correction);
            visit("epsilon_in_root", &mut self.epsilon_in_root);
        }
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        let plain = RmsProp { under_root: self.epsilon_in_root != 0.0, ..self.plain };
        let same = self.bias_correction == 0.0 && self.initial_accumulator == 0.0;
        match (self.centered != 0.0, self.momentum != 0.0) {
            (false, false) if same => composer.rule(plain),
            (false, false) => composer.rule(Full::<Without, Without>(*self, PhantomData)),
            (true, false) => composer.rule(Full::<With, Without>(*self, PhantomData)),
            (false, true) => composer.rule(Full::<Without, With>(*self, PhantomData)),
            (true, true) => composer.rule(Full::<With, With>(*self, PhantomData)),
        }
    }
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct RmsPropStep<T> {
    rate: T,
    keep: T,
    take: T,
    under_root: T,
    epsilon: T,
}

impl Rule for RmsProp {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = RmsPropStep<T>;

    states!(MEAN_SQUARE);
    fields!(learning_rate, decay_rate, epsilon);

    fn step<T: Real>(&self, _: &Moment) -> RmsPropStep<T> {
        let (under_root, epsilon) = if self.under_root { (self.epsilon, 0.0) } else { (0.0, self.epsilon) };
        RmsPropStep {
            rate: T::from_f64(self.learning_rate),
            keep: T::from_f64(self.decay_rate),
            take: T::from_f64(1.0 - self.decay_rate),
            under_root: T::from_f64(under_root),
            epsilon: T::from_f64(epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(k: &RmsPropStep<T>, gradient: T, _: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = k.keep * mean + k.take * gradient * gradient;
        (k.rate * gradient / ((mean + k.under_root).sqrt() + k.epsilon), [mean])
    }
}

/// Whether there is a buffer.
trait Presence: Clone + Send + Sync + 'static {
    const COUNT: usize;
    type Buffer<T: Real>: State<T> + AsMut<[T]>;
}

#[derive(Clone, Copy)]
struct With;
impl Presence for With {
    const COUNT: usize = 1;
    type Buffer<T: Real> = [T; 1];
}

#[derive(Clone, Copy)]
struct Without;
impl Presence for Without {
    const COUNT: usize = 0;
    type Buffer<T: Real> = [T; 0];
}

/// All of it, with or without mean gradients `C` and a velocity `M`.
#[derive(Clone, Copy)]
struct Full<C, M>(RmsPropFamily, PhantomData<(C, M)>);

#[derive(Clone, Copy)]
struct FullStep<T> {
    plain: RmsPropStep<T>,
    correct: T,
    correct_mean: T,
    momentum: T,
    inside: T,
    outside: T,
    nesterov: bool,
}

impl<C: Presence, M: Presence> Rule for Full<C, M> {
    type State<T: Real> = ([T; 1], (C::Buffer<T>, M::Buffer<T>));
    type Step<T: Real> = FullStep<T>;

    fn state_names(&self) -> Vec<&'static str> {
        let mut names = vec![MEAN_SQUARE];
        names.extend(vec![MEAN_GRADIENT; C::COUNT]);
        names.extend(vec![VELOCITY; M::COUNT]);
        names
    }

    fn initial_state(&self) -> Vec<f64> {
        let mut values = vec![0.0; 1 + C::COUNT + M::COUNT];
        values[0] = self.0.initial_accumulator;
        values
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.plain.hyperparameters(visit);
        visit("momentum", &mut self.0.momentum);
    }

    fn step<T: Real>(&self, now: &Moment) -> FullStep<T> {
        let this = &self.0;
        let plain = RmsProp { under_root: this.epsilon_in_root != 0.0, ..this.plain };
        let corrected = 1.0 / (1.0 - plain.decay_rate.powf(now.step as f64));
        let correct = if this.bias_correction != 0.0 { corrected } else { 1.0 };
        let (inside, outside) = match this.place {
            RatePlace::InsideVelocity => (plain.learning_rate, 1.0),
            RatePlace::OutsideVelocity => (1.0, plain.learning_rate),
        };
        FullStep {
            plain: plain.step(now),
            correct: T::from_f64(correct),
            correct_mean: T::from_f64(correct),
            momentum: T::from_f64(this.momentum),
            inside: T::from_f64(inside),
            outside: T::from_f64(outside),
            nesterov: this.nesterov != 0.0,
        }
    }

    #[inline(always)]
    fn update<T: Real>(
        k: &FullStep<T>,
        gradient: T,
        _: T,
        ([mean], (mut means, mut velocities)): Self::State<T>,
    ) -> (T, Self::State<T>) {
        let mean = k.plain.keep * mean + k.plain.take * gradient * gradient;
        let mut spread = mean * k.correct;
        for average in means.as_mut() {
            *average = k.plain.keep * *average + k.plain.take * gradient;
            let corrected = *average * k.correct_mean;
            spread -= corrected * corrected;
        }
        let scaled = k.inside * gradient / ((spread + k.plain.under_root).sqrt() + k.plain.epsilon);
        let mut update = scaled;
        for velocity in velocities.as_mut() {
            *velocity = k.momentum * *velocity + scaled;
            update = if k.nesterov { scaled + k.momentum * *velocity } else { *velocity };
        }
        (k.outside * update, ([mean], (means, velocities)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Named;
    use std::collections::BTreeMap;

    #[test]
    fn optax_corrects_the_bias_or_begins_elsewhere_without_momentum() {
        let layout = std::sync::Arc::new(thalweg_arena::Layout::flat(1));
        let first = |name: &str, value: f64| {
            let rule = crate::Specification::new("rmsprop", Dialect::Optax)
                .with("learning_rate", 1.0)
                .with("decay_rate", 0.75)
                .with("epsilon", 0.0)
                .with(name, value);
            let mut optimizer = rule.build::<f64>(layout.clone()).unwrap();
            let mut parameters = vec![0.0; layout.len()];
            let mut gradients = vec![0.0; layout.len()];
            gradients[0] = 2.0;
            optimizer.step(&mut parameters, &gradients).unwrap();
            -parameters[0]
        };
        // ν = 0.25 · 4 = 1; corrected 1 / 0.25; from 8: 0.75 · 8 + 1.
        assert!((first("bias_correction", 0.0) - 2.0).abs() < 1e-15);
        assert!((first("bias_correction", 1.0) - 1.0).abs() < 1e-15);
        assert!((first("initial_accumulator", 8.0) - 2.0 / 7.0f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn the_notes_step_by_hand() {
        let mut params = BTreeMap::from([("x", 1.0f64), ("y", 2.0)]);
        let mut rmsprop = Named::new(RmsProp { learning_rate: 1.0, decay_rate: 0.75, ..RmsProp::book() });
        rmsprop.update(&mut params, &BTreeMap::from([("x", 2.0), ("y", 1.0)])).unwrap();
        assert_eq!(rmsprop.state("mean_square", "x"), Some(vec![1.0]));
        assert_eq!(rmsprop.state("mean_square", "y"), Some(vec![0.25]));
        // x: 1 − 2 / (1 + 1e-7), y: 2 − 1 / (0.5 + 1e-7).
        assert!((params["x"] - (1.0 - 2.0 / 1.0000001)).abs() < 1e-15, "{params:?}");
        assert!((params["y"] - (2.0 - 1.0 / 0.5000001)).abs() < 1e-15, "{params:?}");
    }
}
