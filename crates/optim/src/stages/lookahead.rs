//! Two sets of weights: fast ones that explore, slow ones that follow.

use crate::macros::{fields, states};
use crate::rules::names::SLOW;
use crate::{Moment, Role, Rule};
use thalweg_lanes::Real;

/// Every `every` updates: s ← s + α (w − s), w ← s, with slow weights s that start as the parameters (Zhang et al. 2019,
/// Lookahead Optimizer: k steps forward, 1 step back). Place it after the rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lookahead {
    /// k: updates between two meetings of the fast and the slow weights.
    pub every: f64,
    /// α: how far the slow weights go towards the fast ones.
    pub share: f64,
}

/// The constants of one update.
#[derive(Clone, Copy, Debug)]
pub struct LookaheadStep<T> {
    share: T,
    first: bool,
    meet: bool,
}

impl Rule for Lookahead {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = LookaheadStep<T>;

    states!(SLOW);
    fields!(every, share);

    fn step<T: Real>(&self, now: &Moment) -> LookaheadStep<T> {
        let meet = now.step.is_multiple_of(self.every.max(1.0) as u64);
        LookaheadStep { share: T::from_f64(self.share), first: now.step == 1, meet }
    }

    #[inline(always)]
    fn update<T: Real>(k: &LookaheadStep<T>, update: T, parameter: T, [slow]: [T; 1]) -> (T, [T; 1]) {
        let slow = if k.first { parameter } else { slow };
        let met = slow + k.share * (parameter - update - slow);
        let slow = if k.meet { met } else { slow };
        (if k.meet { parameter - slow } else { update }, [slow])
    }

    fn role<T: Real>(k: &LookaheadStep<T>) -> Role<T> {
        if k.first || k.meet { Role::Other } else { Role::Rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Sgd;
    use crate::{Optimizer, Passes};

    /// The path of a weight that starts at 10 and takes steps of 1.
    fn path<const STEPS: usize>(every: f64) -> [f64; STEPS] {
        let rule = Sgd { learning_rate: 1.0 }.then(Lookahead { every, share: 0.5 });
        let mut passes = Passes::<f64>::flat(rule, 1);
        let mut parameters = [10.0];
        std::array::from_fn(|_| {
            passes.step(&mut parameters, &[1.0]).unwrap();
            parameters[0]
        })
    }

    #[test]
    fn the_weights_meet_half_way_every_second_update() {
        assert_eq!(path(2.0), [9.0, 9.0, 8.0, 8.0]);
    }

    #[test]
    fn or_at_every_update() {
        assert_eq!(path(1.0), [9.5, 9.0]);
        assert_eq!(path::<2>(0.0), path(1.0));
    }
}
