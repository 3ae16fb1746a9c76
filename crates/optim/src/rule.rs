//! Scalar mathematics, written once.

use crate::State;
use thalweg_lanes::Real;

/// Numbers that a rule may remember of a whole tensor; see [`Rule::remember`].
pub const MEMORY: usize = 4;

/// When an update happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The number of this update, from 1: the `t` of bias corrections.
    pub step: u64,
    /// The learning rate of this update, schedule included; 1 where no stage has a rate.
    pub learning_rate: f64,
    /// What the schedule multiplies the learning rate by at this update.
    pub factor: f64,
    /// What the rule remembers of the whole tensor; see [`Rule::remember`].
    pub memory: [f64; MEMORY],
}

impl Moment {
    /// Update number `step` with a rate of `learning_rate`, nothing remembered.
    pub fn new(step: u64, learning_rate: f64) -> Self {
        Self { step, learning_rate, factor: 1.0, memory: [0.0; MEMORY] }
    }

    /// The same without the first `count` numbers of the memory, which belong to the rule before.
    fn after(&self, count: usize) -> Self {
        let mut memory = self.memory;
        memory.rotate_left(count);
        Self { memory, ..*self }
    }
}

/// An update rule: what to subtract from a parameter, given its gradient and the rule's state.
///
/// Hyper-parameters are fields in `f64`; a schedule has already been applied to those that [`Rule::step`] sees. `step`
/// turns them, once an update, into the constants of the inner loop (bias corrections included, in `f64` before
/// rounding); [`Rule::update`] is that loop's body and must be `#[inline(always)]`. About twenty lines make a rule; see
/// the files of [`crate::rules`].
pub trait Rule: Clone + Send + Sync + 'static {
    /// What is remembered of each parameter: `()`, `[T; N]` with N up to 6, or a pair of states. Starts at 0.
    type State<T: Real>: State<T>;
    /// The constants of one update.
    type Step<T: Real>: Copy + Send + Sync;
    /// Whether the gradient is wanted at another point than the parameters; see [`Rule::point`].
    const LOOKS_AHEAD: bool = false;
    /// Whether the parameters to evaluate with are others than those that are trained; see [`Rule::evaluated`].
    const AVERAGES: bool = false;
    /// How many numbers the rule remembers of a whole tensor; see [`Rule::remember`].
    const MEMORIES: usize = 0;

    /// The names of the state's buffers, in order.
    fn state_names(&self) -> Vec<&'static str>;

    /// What each buffer of state starts at.
    fn initial_state(&self) -> Vec<f64> {
        vec![0.0; self.state_names().len()]
    }

    /// Shows every hyper-parameter, by name, to `visit`, which may change it.
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64));

    /// Whether the rule changes nothing with its present hyper-parameters (a weight decay of 0), so that a sweep can leave it
    /// out.
    fn is_idle(&self) -> bool {
        false
    }

    /// What is remembered of a whole tensor from this update on, for the few constants that are no function of the step
    /// alone (a product of momenta, a sum of rates). Starts at 0; called before [`Rule::step`].
    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        now.memory
    }

    /// The constants of the update at `now`.
    fn step<T: Real>(&self, now: &Moment) -> Self::Step<T>;

    /// What to subtract from `parameter`, and its new state. In a chain, `gradient` is what the rule before returned.
    fn update<T: Real>(
        step: &Self::Step<T>,
        gradient: T,
        parameter: T,
        state: Self::State<T>,
    ) -> (T, Self::State<T>);

    /// Where the gradient is wanted, for rules that look ahead.
    fn point<T: Real>(step: &Self::Step<T>, parameter: T, state: Self::State<T>) -> T {
        let _ = (step, state);
        parameter
    }

    /// What to evaluate the model with, for rules that average. `step` holds the constants of the last update.
    fn evaluated<T: Real>(step: &Self::Step<T>, parameter: T, state: Self::State<T>) -> T {
        let _ = (step, state);
        parameter
    }

    /// What this update comes to, where it is so little that a sweep can do it in the loop of the stage before or after, with
    /// the same bits.
    fn role<T: Real>(step: &Self::Step<T>) -> Role<T> {
        let _ = step;
        Role::Other
    }

    /// This rule, then `next` on what it returns: still one loop over the parameters.
    fn then<B: Rule>(self, next: B) -> Chain<Self, B> {
        Chain(self, next)
    }
}

/// What an update of a stage comes to; see [`Rule::role`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role<T> {
    /// To be done by its own loop.
    Other,
    /// Updates pass as they are and the state stays.
    Rest,
    /// Inputs u become min(max(u, −c), c), with this c.
    Bound(T),
    /// The share s of the parameters w is added, s w.
    Decay(T),
    /// Updates pass as they are; the state, one number a, becomes `keep` a + `take` w with the new parameters w.
    Average {
        /// What remains of the average.
        keep: T,
        /// What the parameters add.
        take: T,
    },
}

/// Two rules, one after the other, fused into one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<A, B>(pub A, pub B);

impl<A: Rule, B: Rule> Rule for Chain<A, B> {
    type State<T: Real> = (A::State<T>, B::State<T>);
    type Step<T: Real> = (A::Step<T>, B::Step<T>);
    const LOOKS_AHEAD: bool = A::LOOKS_AHEAD || B::LOOKS_AHEAD;
    const AVERAGES: bool = A::AVERAGES || B::AVERAGES;
    const MEMORIES: usize = A::MEMORIES + B::MEMORIES;

    fn state_names(&self) -> Vec<&'static str> {
        let mut names = self.0.state_names();
        names.extend(self.1.state_names());
        names
    }

    fn initial_state(&self) -> Vec<f64> {
        let mut values = self.0.initial_state();
        values.extend(self.1.initial_state());
        values
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.hyperparameters(visit);
        self.1.hyperparameters(visit);
    }

    fn is_idle(&self) -> bool {
        self.0.is_idle() && self.1.is_idle()
    }

    fn remember(&self, now: &Moment) -> [f64; MEMORY] {
        let (first, second) = (self.0.remember(now), self.1.remember(&now.after(A::MEMORIES)));
        std::array::from_fn(|i| if i < A::MEMORIES { first[i] } else { second[i - A::MEMORIES] })
    }

    fn step<T: Real>(&self, now: &Moment) -> Self::Step<T> {
        (self.0.step(now), self.1.step(&now.after(A::MEMORIES)))
    }

    #[inline(always)]
    fn update<T: Real>(
        k: &Self::Step<T>,
        gradient: T,
        parameter: T,
        (a, b): Self::State<T>,
    ) -> (T, Self::State<T>) {
        let (update, a) = A::update(&k.0, gradient, parameter, a);
        let (update, b) = B::update(&k.1, update, parameter, b);
        (update, (a, b))
    }

    #[inline(always)]
    fn point<T: Real>(k: &Self::Step<T>, parameter: T, (a, b): Self::State<T>) -> T {
        B::point(&k.1, A::point(&k.0, parameter, a), b)
    }

    #[inline(always)]
    fn evaluated<T: Real>(k: &Self::Step<T>, parameter: T, (a, b): Self::State<T>) -> T {
        B::evaluated(&k.1, A::evaluated(&k.0, parameter, a), b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Optimizer, Passes};

    /// Adds its `share` to what it remembers and moves by that.
    #[derive(Clone)]
    struct Sum {
        share: f64,
    }

    impl Rule for Sum {
        type State<T: Real> = ();
        type Step<T: Real> = T;
        const MEMORIES: usize = 1;

        fn state_names(&self) -> Vec<&'static str> {
            Vec::new()
        }

        fn hyperparameters(&mut self, _: &mut dyn FnMut(&'static str, &mut f64)) {}

        fn remember(&self, now: &Moment) -> [f64; MEMORY] {
            let mut memory = now.memory;
            memory[0] += self.share;
            memory
        }

        fn step<T: Real>(&self, now: &Moment) -> T {
            T::from_f64(now.memory[0])
        }

        fn update<T: Real>(sum: &T, update: T, _: T, (): ()) -> (T, ()) {
            (update + *sum, ())
        }
    }

    #[test]
    fn a_new_moment_knows_nothing() {
        let moment = Moment::new(3, 0.5);
        assert_eq!(
            (moment.step, moment.learning_rate, moment.factor, moment.memory),
            (3, 0.5, 1.0, [0.0; MEMORY])
        );
    }

    #[test]
    fn every_rule_of_a_chain_has_a_memory_of_its_own() {
        let chain = Sum { share: 1.0 }.then(Sum { share: 10.0 }).then(Sum { share: 100.0 });
        let mut passes = Passes::<f64>::flat(chain, 1);
        let mut parameters = [0.0];
        for expected in [-111.0, -333.0, -666.0] {
            passes.step(&mut parameters, &[0.0]).unwrap();
            assert_eq!(parameters, [expected]);
        }
    }
}
