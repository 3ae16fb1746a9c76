//! Weight decay that acts on the parameter and not through the rule's averages.

use crate::macros::{fields, states};
use crate::{Moment, Role, Rule};
use thalweg_lanes::Real;

/// u ← u + η λ w: decay times the learning rate, as torch, keras and optax have it (Loshchilov and Hutter 2019, but with
/// the rate in it). Place it after the rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecoupledWeightDecay {
    /// λ: how strongly parameters are pulled to 0.
    pub weight_decay: f64,
}

/// u ← u + s λ w with the schedule's factor s alone: decay that does not depend on the learning rate, as in the paper
/// (Loshchilov and Hutter 2019, algorithm 2). Place it after the rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FullyDecoupledWeightDecay {
    /// λ: the share of a parameter that each update takes off.
    pub weight_decay: f64,
}

macro_rules! decay {
    ($type:ty, |$decay:ident, $now:ident| $share:expr) => {
        impl Rule for $type {
            type State<T: Real> = ();
            type Step<T: Real> = T;

            states!();
            fields!(weight_decay);

            fn is_idle(&self) -> bool {
                self.weight_decay == 0.0
            }

            fn step<T: Real>(&self, $now: &Moment) -> T {
                let $decay = self.weight_decay;
                T::from_f64($share)
            }

            #[inline(always)]
            fn update<T: Real>(share: &T, update: T, parameter: T, (): ()) -> (T, ()) {
                (update + *share * parameter, ())
            }

            fn role<T: Real>(share: &T) -> Role<T> {
                Role::Decay(*share)
            }
        }
    };
}

decay!(DecoupledWeightDecay, |decay, now| decay * now.learning_rate);
decay!(FullyDecoupledWeightDecay, |decay, now| decay * now.factor);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Optimizer, Passes, Schedule, Shape};

    #[test]
    fn one_goes_with_the_rate_and_the_other_with_the_schedule_alone() {
        let halved = Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 };
        let (sgd, decay) = (Sgd { learning_rate: 0.1 }, 0.2);
        let mut coupled = Passes::<f64>::flat(sgd.then(DecoupledWeightDecay { weight_decay: decay }), 1)
            .with_schedule(halved.clone());
        let mut free = Passes::<f64>::flat(sgd.then(FullyDecoupledWeightDecay { weight_decay: decay }), 1)
            .with_schedule(halved);
        let (mut a, mut b) = ([1.0], [1.0]);
        for _ in 0..2 {
            coupled.step(&mut a, &[0.0]).unwrap();
            free.step(&mut b, &[0.0]).unwrap();
        }
        assert!((a[0] - (1.0 - 0.02) * (1.0 - 0.01)).abs() < 1e-15);
        assert!((b[0] - (1.0 - 0.2) * (1.0 - 0.1)).abs() < 1e-15);
    }
}
