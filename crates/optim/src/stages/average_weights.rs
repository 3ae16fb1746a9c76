//! Averages of the weights, to evaluate with.

use crate::macros::{fields, states};
use crate::rules::names::AVERAGE;
use crate::{Moment, Role, Rule};
use thalweg_lanes::Real;

/// The exponential moving average a ← d a + (1 − d) w of the parameters (Polyak and Juditsky 1992; EMA). It starts as the
/// parameters after the first update, changes nothing of the training, and is what
/// [`averaged`](crate::Optimizer::averaged) returns. Place it last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AverageWeights {
    /// d: how much of the average an update keeps.
    pub decay: f64,
}

/// The plain mean of the parameters after every `every`-th update from update `start` on (Izmailov et al. 2018; SWA).
/// Before that the average is the parameters. Place it last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StochasticWeightAverage {
    /// The update from which on to average.
    pub start: f64,
    /// Updates between two that count.
    pub every: f64,
}

/// What is kept of the average and what the new parameters add.
#[derive(Clone, Copy, Debug)]
pub struct AverageStep<T> {
    keep: T,
    take: T,
}

impl<T: Real> AverageStep<T> {
    #[inline(always)]
    fn update(&self, update: T, parameter: T, [average]: [T; 1]) -> (T, [T; 1]) {
        let next = self.keep * average + self.take * (parameter - update);
        // What does not count is not looked at: it may not be finite.
        (update, [if self.take == T::ZERO { average } else { next }])
    }

    fn role(&self) -> Role<T> {
        if self.take == T::ZERO { Role::Rest } else { Role::Average { keep: self.keep, take: self.take } }
    }
}

macro_rules! average {
    ($type:ty, [$($field:ident),*], |$self:ident, $now:ident| $body:expr) => {
        impl Rule for $type {
            type State<T: Real> = [T; 1];
            type Step<T: Real> = AverageStep<T>;
            const AVERAGES: bool = true;

            states!(AVERAGE);
            fields!($($field),*);

            fn step<T: Real>(&self, $now: &Moment) -> AverageStep<T> {
                let $self = self;
                let (keep, take) = $body;
                AverageStep { keep: T::from_f64(keep), take: T::from_f64(take) }
            }

            #[inline(always)]
            fn update<T: Real>(k: &AverageStep<T>, update: T, parameter: T, state: [T; 1]) -> (T, [T; 1]) {
                k.update(update, parameter, state)
            }

            fn role<T: Real>(k: &AverageStep<T>) -> Role<T> {
                k.role()
            }

            #[inline(always)]
            fn evaluated<T: Real>(_: &AverageStep<T>, _: T, [average]: [T; 1]) -> T {
                average
            }
        }
    };
}

average!(AverageWeights, [decay], |this, now| match now.step {
    1 => (0.0, 1.0),
    _ => (this.decay, 1.0 - this.decay),
});
average!(StochasticWeightAverage, [start, every], |this, now| {
    let since = now.step as f64 - this.start.max(1.0);
    if since <= 0.0 {
        (0.0, 1.0)
    } else if since % this.every.max(1.0) == 0.0 {
        let counted = (since / this.every.max(1.0)).floor();
        (counted / (counted + 1.0), 1.0 / (counted + 1.0))
    } else {
        (1.0, 0.0)
    }
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Optimizer, Passes};

    fn averages(rule: impl Rule) -> Vec<f64> {
        let mut passes = Passes::<f64>::flat(Sgd { learning_rate: 1.0 }.then(rule), 1);
        let (mut parameters, mut point) = ([0.0], [f64::NAN]);
        assert!(passes.averaged(&parameters, &mut point).unwrap());
        assert_eq!(point, [0.0], "before the first update there is nothing to average");
        (0..5)
            .map(|_| {
                passes.step(&mut parameters, &[-1.0]).unwrap();
                assert!(passes.averaged(&parameters, &mut point).unwrap());
                point[0]
            })
            .collect()
    }

    #[test]
    fn the_moving_average_starts_at_the_first_parameters() {
        // The parameters are 1, 2, 3, 4, 5.
        assert_eq!(averages(AverageWeights { decay: 0.5 }), [1.0, 1.5, 2.25, 3.125, 4.0625]);
    }

    #[test]
    fn the_plain_mean_counts_every_second_from_the_second_on() {
        assert_eq!(averages(StochasticWeightAverage { start: 2.0, every: 2.0 }), [1.0, 2.0, 2.0, 3.0, 3.0]);
        // From the first on, every one.
        assert_eq!(averages(StochasticWeightAverage { start: 1.0, every: 1.0 }), [1.0, 1.5, 2.0, 2.5, 3.0]);
    }
    #[test]
    fn what_does_not_count_leaves_no_trace() {
        let rule = StochasticWeightAverage { start: 1.0, every: 2.0 };
        let mut passes = Passes::<f64>::flat(Sgd { learning_rate: 1.0 }.then(rule), 1);
        passes.set_policy(crate::NonFinite::Allow);
        let (mut parameters, mut point) = ([0.0], [0.0]);
        for gradient in [-1.0, f64::NAN] {
            passes.step(&mut parameters, &[gradient]).unwrap();
        }
        assert!(passes.averaged(&parameters, &mut point).unwrap());
        assert!(parameters[0].is_nan() && point == [1.0], "{parameters:?} {point:?}");
    }
}
