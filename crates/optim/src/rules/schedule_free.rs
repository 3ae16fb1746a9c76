//! Schedule-free SGD and AdamW: averaging in place of a falling rate.

use super::adam::balance;
use super::names::{POINT, SECOND_MOMENT};
use crate::macros::{fields, states};
use crate::rule::MEMORY;
use crate::{Buildable, Catalogued, Common, Composer, Dialect, Info, Moment, Rule};
use thalweg_lanes::Real;

/// z ← z − η (g + λ y), x ← (1 − c) x + c z, y ← β x + (1 − β) z; the gradient is taken at y, which is what the parameters
/// hold, and the model is evaluated at x (Defazio et al. 2024, The Road Less Scheduled).
///
/// c is the share of this update in a weighted mean whose weights are the largest rate so far to the power `rate_power`.
/// Evaluate with [`averaged`](crate::Optimizer::averaged).
///
/// When to use it: to train for as long as one likes without choosing a schedule. Source: Defazio et al. 2024, The Road
/// Less Scheduled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScheduleFreeSgd {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β: how near to the average x gradients are taken.
    pub beta1: f64,
    /// λ: how strongly parameters are pulled to 0.
    pub weight_decay: f64,
    /// The power of the largest rate that weighs an update in the average.
    pub rate_power: f64,
}

/// The same with Adam's denominator: z ← z − η (g / (√v̂ + ε) + λ y).
///
/// When to use it: AdamW without choosing a schedule. Source: Defazio et al. 2024, The Road Less Scheduled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScheduleFreeAdamW {
    /// η: the size of a step.
    pub learning_rate: f64,
    /// β₁: how near to the average x gradients are taken.
    pub beta1: f64,
    /// β₂: how much of the average of squares a step keeps.
    pub beta2: f64,
    /// ε: added to the root.
    pub epsilon: f64,
    /// λ: how strongly parameters are pulled to 0.
    pub weight_decay: f64,
    /// The power of the largest rate that weighs an update in the average; 0 weighs all alike (keras).
    pub rate_power: f64,
    /// Whether decay is applied to the parameters before the rest, and not through z (keras).
    pub decay_first: bool,
}

const PAPER: &str = "Defazio et al. 2024, The Road Less Scheduled";

impl Catalogued for ScheduleFreeSgd {
    const INFO: Info = Info {
        name: "schedule-free-sgd",
        title: "Schedule-free SGD",
        formula: "z ← z − η (g + λ y), x ← (1 − c) x + c z, y ← β x + (1 − β) z; gradients at y, evaluation at x",
        paper: PAPER,
        when: "to train for as long as one likes without choosing a schedule",
        special: &[],
        differences: &[],
        rates: (1e-2, 10.0),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        matches!(dialect, Dialect::Optax | Dialect::Paper).then_some(Self {
            learning_rate: 1.0,
            beta1: 0.9,
            weight_decay: 0.0,
            rate_power: 2.0,
        })
    }

    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

impl Catalogued for ScheduleFreeAdamW {
    const INFO: Info = Info {
        name: "schedule-free-adamw",
        title: "Schedule-free AdamW",
        formula: "v as Adam's, z ← z − η (g / (√v̂ + ε) + λ y), x ← (1 − c) x + c z, y ← β₁ x + (1 − β₁) z",
        paper: PAPER,
        when: "AdamW without choosing a schedule",
        special: &[],
        differences: &[(Dialect::Keras, "c = 1 / t; λ acts on y before the step, not through z")],
        rates: (1e-4, 0.1),
    };

    fn in_dialect(dialect: Dialect) -> Option<Self> {
        if !matches!(dialect, Dialect::Keras | Dialect::Optax | Dialect::Paper) {
            return None;
        }
        let keras = dialect == Dialect::Keras;
        Some(Self {
            learning_rate: 0.0025,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            rate_power: if keras { 0.0 } else { 2.0 },
            decay_first: keras,
        })
    }

    fn settings(&mut self, dialect: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        let keras = dialect == Dialect::Keras;
        self.hyperparameters(&mut |name, value| {
            if !(keras && name == "rate_power") {
                visit(name, value);
            }
        });
    }

    fn common(dialect: Dialect) -> Common {
        Common::without_decay(dialect)
    }

    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(*self)
    }
}

/// The sum of weights and the largest rate, and this update's share c.
fn share(now: &Moment, rate: f64, power: f64) -> [f64; MEMORY] {
    let first = now.step == 1;
    let largest = if first { rate } else { rate.max(now.memory[1]) };
    let weight = largest.powf(power);
    let sum = if first { weight } else { now.memory[0] + weight };
    let share = if sum > 0.0 { weight / sum } else { 0.0 };
    let mut memory = now.memory;
    (memory[0], memory[1], memory[2]) = (sum, largest, share);
    memory
}

/// The constants of one update that both rules share.
#[derive(Clone, Copy, Debug)]
pub struct AverageStep<T> {
    rate: T,
    decay: T,
    shrink: T,
    share: T,
    near: T,
    far: T,
    first: bool,
}

impl<T: Real> AverageStep<T> {
    fn new(now: &Moment, rate: f64, beta: f64, decay: f64, decay_first: bool) -> Self {
        let (decay, shrink) = if decay_first { (0.0, rate * decay) } else { (rate * decay, 0.0) };
        Self {
            rate: T::from_f64(rate),
            decay: T::from_f64(decay),
            shrink: T::from_f64(shrink),
            share: T::from_f64(now.memory[2]),
            near: T::from_f64(beta),
            far: T::from_f64(1.0 - beta),
            first: now.step == 1,
        }
    }

    /// From the point y and the direction to go: what to subtract from y, and the new z.
    #[inline(always)]
    fn update(&self, direction: T, parameter: T, point: T) -> (T, T) {
        let point = if self.first { parameter } else { point };
        let y = parameter - self.shrink * parameter;
        let average = (y - self.far * point) / self.near;
        let point = point - (self.rate * direction + self.decay * parameter);
        let average = (T::ONE - self.share) * average + self.share * point;
        (parameter - (self.near * average + self.far * point), point)
    }

    #[inline(always)]
    fn evaluated(&self, parameter: T, point: T) -> T {
        (parameter - self.far * point) / self.near
    }
}

impl Rule for ScheduleFreeSgd {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = AverageStep<T>;
    const AVERAGES: bool = true;
    const MEMORIES: usize = 3;

    states!(POINT);
    fields!(learning_rate, beta1, weight_decay, rate_power);

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        share(now, self.learning_rate, self.rate_power)
    }

    fn step<T: Real>(&self, now: &Moment) -> AverageStep<T> {
        AverageStep::new(now, self.learning_rate, self.beta1, self.weight_decay, false)
    }

    #[inline(always)]
    fn update<T: Real>(k: &AverageStep<T>, gradient: T, parameter: T, [point]: [T; 1]) -> (T, [T; 1]) {
        let (update, point) = k.update(gradient, parameter, point);
        (update, [point])
    }

    #[inline(always)]
    fn evaluated<T: Real>(k: &AverageStep<T>, parameter: T, [point]: [T; 1]) -> T {
        k.evaluated(parameter, point)
    }
}

/// The same and the denominator's constants.
#[derive(Clone, Copy, Debug)]
pub struct AdamAverageStep<T> {
    average: AverageStep<T>,
    keep: T,
    take: T,
    scale: T,
    epsilon: T,
}

impl Rule for ScheduleFreeAdamW {
    type State<T: Real> = [T; 2];
    type Step<T: Real> = AdamAverageStep<T>;
    const AVERAGES: bool = true;
    const MEMORIES: usize = 3;

    states!(POINT, SECOND_MOMENT);
    fields!(learning_rate, beta1, beta2, epsilon, weight_decay, rate_power);

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        share(now, self.learning_rate, self.rate_power)
    }

    fn step<T: Real>(&self, now: &Moment) -> AdamAverageStep<T> {
        let scale = 1.0 / (1.0 - self.beta2.powf(now.step as f64));
        let balance = balance(scale);
        let average =
            AverageStep::new(now, self.learning_rate, self.beta1, self.weight_decay, self.decay_first);
        AdamAverageStep {
            // The direction is too large by as much as its denominator is too small.
            average: AverageStep { rate: T::from_f64(balance) * average.rate, ..average },
            keep: T::from_f64(self.beta2),
            take: T::from_f64(1.0 - self.beta2),
            scale: T::from_f64(balance * balance * scale),
            epsilon: T::from_f64(balance * self.epsilon),
        }
    }

    #[inline(always)]
    fn update<T: Real>(
        k: &AdamAverageStep<T>,
        gradient: T,
        parameter: T,
        [point, second]: [T; 2],
    ) -> (T, [T; 2]) {
        let second = k.keep * second + k.take * gradient * gradient;
        let direction = gradient / ((k.scale * second).sqrt() + k.epsilon);
        let (update, point) = k.average.update(direction, parameter, point);
        (update, [point, second])
    }

    #[inline(always)]
    fn evaluated<T: Real>(k: &AdamAverageStep<T>, parameter: T, [point, _]: [T; 2]) -> T {
        k.average.evaluated(parameter, point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Specification;
    use std::sync::Arc;
    use thalweg_arena::Layout;

    #[test]
    fn evaluations_look_at_the_average() {
        let spec = Specification::new("schedule-free-sgd", Dialect::Paper)
            .with("learning_rate", 1.0)
            .with("beta1", 0.5)
            .with("weight_decay", 0.0);
        let mut rule = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
        let mut parameters = [0.0];
        // z = -1, -2; x = -1, the mean -1.5; y half-way between them.
        for (y, x) in [(-1.0, -1.0), (-1.75, -1.5)] {
            rule.step(&mut parameters, &[1.0]).unwrap();
            let mut average = [0.0];
            assert!(rule.averaged(&parameters, &mut average).unwrap());
            assert_eq!((parameters[0], average[0]), (y, x));
        }
    }
    /// The weights of the mean after updates of several rates: z from its steps, x from what evaluations look at.
    fn mean(rule: &str, dialect: Dialect, weights: [f64; 4]) {
        let spec = Specification::new(rule, dialect).with("beta1", 0.9).with("weight_decay", 0.0);
        let mut optimizer = spec.build::<f64>(Arc::new(Layout::flat(1))).unwrap();
        let (mut parameters, mut z, mut sum, mut weighted) = ([0.0], 0.0, 0.0, 0.0);
        for (rate, weight) in [0.1, 0.2, 0.4, 0.1].into_iter().zip(weights) {
            optimizer.set("learning_rate", rate).unwrap();
            optimizer.step(&mut parameters, &[1.0]).unwrap();
            // Of a constant gradient 1, Adam's direction is 1 / (1 + ε) too.
            z -= rate / if rule.contains("adam") { 1.0 + 1e-8 } else { 1.0 };
            (sum, weighted) = (sum + weight, weighted + weight * z);
            let mut average = [0.0];
            assert!(optimizer.averaged(&parameters, &mut average).unwrap());
            let expected: f64 = weighted / sum;
            assert!((average[0] - expected).abs() < 1e-12, "{rule} {dialect}: {} and {expected}", average[0]);
        }
    }

    #[test]
    fn the_mean_weighs_by_the_square_of_the_largest_rate_or_evenly_in_keras() {
        mean("schedule-free-sgd", Dialect::Paper, [0.01, 0.04, 0.16, 0.16]);
        mean("schedule-free-adamw", Dialect::Optax, [0.01, 0.04, 0.16, 0.16]);
        mean("schedule-free-adamw", Dialect::Keras, [1.0; 4]);
    }
}
