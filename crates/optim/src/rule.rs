//! Scalar mathematics, written once.

use crate::State;
use thalweg_lanes::Real;

/// When an update happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The number of this update, from 1: the `t` of bias corrections.
    pub step: u64,
    /// What the schedule multiplies the learning rate by at this update.
    pub factor: f64,
}

/// An update rule: what to subtract from a parameter, given its gradient and the rule's state.
///
/// Hyper-parameters are fields in `f64`. [`Rule::step`] turns them, once an update, into the constants of the inner loop
/// (bias corrections included, in `f64` before rounding); [`Rule::update`] is that loop's body and must be
/// `#[inline(always)]`. About twenty lines make a rule; see the files of [`crate::rules`].
pub trait Rule: Clone + Send + Sync + 'static {
    /// What is remembered of each parameter: `()`, `[T; N]`, or a pair of states. Starts at 0.
    type State<T: Real>: State<T>;
    /// The constants of one update.
    type Step<T: Real>: Copy + Send + Sync;
    /// Whether the gradient is wanted at another point than the parameters; see [`Rule::point`].
    const LOOKS_AHEAD: bool = false;

    /// The names of the state's buffers, in order.
    fn state_names(&self) -> Vec<&'static str>;

    /// Shows every hyper-parameter, by name, to `visit`, which may change it.
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64));

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

    /// This rule, then `next` on what it returns: still one loop over the parameters.
    fn then<B: Rule>(self, next: B) -> Chain<Self, B> {
        Chain(self, next)
    }
}

/// Two rules, one after the other, fused into one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<A, B>(pub A, pub B);

impl<A: Rule, B: Rule> Rule for Chain<A, B> {
    type State<T: Real> = (A::State<T>, B::State<T>);
    type Step<T: Real> = (A::Step<T>, B::Step<T>);
    const LOOKS_AHEAD: bool = A::LOOKS_AHEAD || B::LOOKS_AHEAD;

    fn state_names(&self) -> Vec<&'static str> {
        let mut names = self.0.state_names();
        names.extend(self.1.state_names());
        names
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.0.hyperparameters(visit);
        self.1.hyperparameters(visit);
    }

    fn step<T: Real>(&self, now: &Moment) -> Self::Step<T> {
        (self.0.step(now), self.1.step(now))
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
}
