//! A rule whose type is forgotten: the constants of the update under way, and its loops.

use crate::kernels::{Apply, Averaged, Bare, Bounded, Decayed, Ending, Inputs, Transform};
use crate::loops::dispatch_at;
use crate::packed::{Bf16, EightBit, PackedColumns};
use crate::rule::MEMORY;
use crate::state::{Dither, Full, Storage};
use crate::sweep::{After, Factors};
use crate::{Moment, Role, Rule, State};
use std::ops::Range;
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// A rule at work on parameters of type `T`. A call goes through a table once a block or once a sweep, never once an element.
pub(crate) trait AnyRule<T: Real>: Send + Sync {
    fn facts(&self) -> Facts;
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64));
    /// Whether it would change nothing.
    fn is_idle(&self) -> bool;
    /// What the update that was prepared comes to.
    fn role(&self) -> Role<T>;
    /// Computes the constants of the update at `now`, and returns what is to be remembered of the tensor.
    fn prepare(&mut self, now: &Moment, scale: &Scale<'_>) -> [f64; MEMORY];
    /// Writes to `updates` what the rule makes of `inputs`.
    fn transform(
        &self,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
        state: &mut Buffers<'_, '_, T>,
    );
    /// Subtracts what the rule makes of `inputs` from the parameters, and does what comes `after`.
    fn apply(
        &self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
        state: &mut Buffers<'_, '_, T>,
    );
    /// The same with state that is packed, where a loop was compiled for that; else false, and nothing done.
    fn apply_packed(
        &self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        state: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool;
    /// Replaces the parameters in `point` by where the next gradient is wanted.
    fn look_ahead(&self, now: &Moment, scale: &Scale<'_>, point: &mut [T], state: &mut Buffers<'_, '_, T>);
    /// Replaces the parameters in `point` by what to evaluate with.
    fn average(&self, now: &Moment, scale: &Scale<'_>, point: &mut [T], state: &mut Buffers<'_, '_, T>);
}

/// What holds of a rule at any time.
pub(crate) struct Facts {
    pub(crate) state_names: Vec<&'static str>,
    /// What each buffer of state starts at.
    pub(crate) initial_state: Vec<f64>,
    pub(crate) looks_ahead: bool,
    pub(crate) averages: bool,
    /// How many numbers are remembered of a tensor.
    pub(crate) memories: usize,
}

/// What a schedule makes of the hyper-parameters at an update.
pub(crate) struct Scale<'a> {
    pub(crate) factors: &'a Factors<'a>,
    /// Hyper-parameters that are not scheduled.
    pub(crate) hidden: &'a [&'static str],
}

impl Scale<'_> {
    fn apply(&self, name: &'static str, value: &mut f64) {
        if !self.hidden.contains(&name) {
            for (_, factor) in self.factors.iter().filter(|(scheduled, _)| *scheduled == name) {
                *value *= factor;
            }
        }
    }
}

/// A range of each buffer of state: of a whole sweep, or of a thread's cut of it.
pub(crate) enum Buffers<'b, 'a, T: Real> {
    Whole(std::slice::IterMut<'b, Arena<T>>, &'b Range<usize>),
    Cut(std::slice::IterMut<'b, &'a mut [T]>, &'b Range<usize>),
}

impl<'b, T: Real> Iterator for Buffers<'b, '_, T> {
    type Item = &'b mut [T];

    #[inline]
    fn next(&mut self) -> Option<&'b mut [T]> {
        match self {
            Self::Whole(arenas, range) => {
                arenas.next().map(|arena| &mut arena.values_mut()[range.start..range.end])
            }
            Self::Cut(slices, range) => slices.next().map(|slice| &mut slice[range.start..range.end]),
        }
    }
}

/// A rule with the constants of the update under way.
pub(crate) struct Erased<R: Rule, T: Real> {
    rule: R,
    step: R::Step<T>,
}

impl<R: Rule, T: Real> Erased<R, T> {
    pub(crate) fn new(rule: R) -> Self {
        let step = rule.step(&Moment::new(1, 1.0));
        Self { rule, step }
    }
}

/// Passes every call on to [`Compiled`].
impl<R: Rule, T: Real> AnyRule<T> for Erased<R, T> {
    fn facts(&self) -> Facts {
        Compiled::<T>::facts(&self.rule)
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.rule.hyperparameters(visit);
    }

    fn is_idle(&self) -> bool {
        self.rule.is_idle()
    }

    fn role(&self) -> Role<T> {
        R::role(&self.step)
    }

    fn prepare(&mut self, now: &Moment, scale: &Scale<'_>) -> [f64; MEMORY] {
        R::prepare(self, now, scale)
    }

    fn transform(
        &self,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
        state: &mut Buffers<'_, '_, T>,
    ) {
        R::transform(self.step, parameters, inputs, updates, state);
    }

    fn apply(
        &self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
        state: &mut Buffers<'_, '_, T>,
    ) {
        R::apply(self.step, parameters, inputs, after, state);
    }

    fn apply_packed(
        &self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        state: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        R::apply_packed(self.step, parameters, inputs, state, dither)
    }

    fn look_ahead(&self, now: &Moment, scale: &Scale<'_>, point: &mut [T], state: &mut Buffers<'_, '_, T>) {
        R::look_ahead(&self.rule, now, scale, point, state);
    }

    fn average(&self, now: &Moment, scale: &Scale<'_>, point: &mut [T], state: &mut Buffers<'_, '_, T>) {
        R::average(&self.rule, now, scale, point, state);
    }
}

/// What is compiled for each rule and type.
///
/// These are methods that a trait gives to the rule so that the compiler puts their code beside that of the rule's module (see
/// [`thalweg_lanes::dispatch_at`]): a change to one rule then compiles nothing of another again.
trait Compiled<T: Real>: Rule {
    fn facts(&self) -> Facts {
        Facts {
            state_names: self.state_names(),
            initial_state: self.initial_state(),
            looks_ahead: Self::LOOKS_AHEAD,
            averages: Self::AVERAGES,
            memories: Self::MEMORIES,
        }
    }

    /// The rule with its hyper-parameters as scheduled.
    fn scheduled(&self, scale: &Scale<'_>) -> Self {
        let mut rule = self.clone();
        if !scale.factors.is_empty() {
            rule.hyperparameters(&mut |name, value| scale.apply(name, value));
        }
        rule
    }

    fn prepare(erased: &mut Erased<Self, T>, now: &Moment, scale: &Scale<'_>) -> [f64; MEMORY] {
        let rule = Compiled::<T>::scheduled(&erased.rule, scale);
        let mut now = *now;
        if Self::MEMORIES > 0 {
            now.memory = rule.remember(&now);
        }
        erased.step = rule.step(&now);
        now.memory
    }

    /// Most inputs are taken as they are, and a multiplication by 1 would cost a tenth of the lightest rules.
    fn transform(
        step: Self::Step<T>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
        state: &mut Buffers<'_, '_, T>,
    ) {
        let columns = Self::State::<T>::columns::<Full>(state);
        if const { has_all_loops::<T>() } && !inputs.are_plain() {
            let kernel = Transform::<Self, T, true> { step, parameters, inputs, updates, columns };
            dispatch_at::<Self, _>(kernel);
        } else {
            debug_assert!(
                inputs.are_plain(),
                "whoever calls a loop that does not dress its inputs does it before"
            );
            let kernel = Transform::<Self, T, false> { step, parameters, inputs, updates, columns };
            dispatch_at::<Self, _>(kernel);
        }
    }

    fn apply(
        step: Self::Step<T>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
        state: &mut Buffers<'_, '_, T>,
    ) {
        let columns = Self::State::<T>::columns::<Full>(state);
        let (dither, decayed) = (Dither::default(), Decayed::new(after.decay));
        match after.average.take() {
            Some((averages, [keep, take])) if const { has_all_loops::<T>() } => {
                let ending = Averaged { decayed, keep, take };
                Self::end(Apply { step, parameters, inputs, columns, dither, ending, averages });
            }
            None if const { has_all_loops::<T>() } && after.decay.is_none() && !inputs.is_bounded() => {
                let (ending, averages) = (Bare, &mut [][..]);
                Self::end(Apply { step, parameters, inputs, columns, dither, ending, averages });
            }
            _ => {
                let (ending, averages) = (decayed, &mut [][..]);
                Self::end(Apply { step, parameters, inputs, columns, dither, ending, averages });
            }
        }
    }

    /// One of the loops that subtract.
    #[inline]
    fn end<S: Storage<T>, E: Ending<T>>(kernel: Apply<'_, '_, Self, T, S, E>) {
        dispatch_at::<Self, _>(kernel);
    }

    /// The loop over packed state, for what is used most: parameters in 32 bits. Others unpack and pack block by block, around
    /// the loops over full state.
    fn apply_packed(
        step: Self::Step<T>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        state: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        // Known when this is compiled: where it is false, no loop is.
        if const { has_all_loops::<T>() && Self::State::<T>::BUFFERS > 0 } {
            let (ending, averages) = (Bounded, &mut [][..]);
            match state {
                PackedColumns::Bf16(mut columns) => {
                    let columns = Self::State::<T>::columns::<Bf16>(&mut columns);
                    Self::end(Apply { step, parameters, inputs, columns, dither, ending, averages });
                }
                PackedColumns::EightBit(mut columns) => {
                    let columns = Self::State::<T>::columns::<EightBit>(&mut columns);
                    Self::end(Apply { step, parameters, inputs, columns, dither, ending, averages });
                }
            }
            true
        } else {
            false
        }
    }

    fn look_ahead(
        rule: &Self,
        now: &Moment,
        scale: &Scale<'_>,
        point: &mut [T],
        state: &mut Buffers<'_, '_, T>,
    ) {
        if const { Self::LOOKS_AHEAD } {
            let step = Compiled::<T>::scheduled(rule, scale).step(now);
            let columns = Self::State::<T>::columns::<Full>(state);
            for (i, point) in point.iter_mut().enumerate() {
                *point = Self::point(&step, *point, Self::State::<T>::load::<Full>(&columns, i));
            }
        }
    }

    fn average(
        rule: &Self,
        now: &Moment,
        scale: &Scale<'_>,
        point: &mut [T],
        state: &mut Buffers<'_, '_, T>,
    ) {
        if const { Self::AVERAGES } {
            let step = Compiled::<T>::scheduled(rule, scale).step(now);
            let columns = Self::State::<T>::columns::<Full>(state);
            for (i, point) in point.iter_mut().enumerate() {
                *point = Self::evaluated(&step, *point, Self::State::<T>::load::<Full>(&columns, i));
            }
        }
    }
}

impl<R: Rule, T: Real> Compiled<T> for R {}

/// Whether every way to read inputs and every ending has a loop of its own. In 64 bits one loop ends in all ways, with a share of
/// none and an infinite bound; inputs are dressed before it, and nobody keeps an average for others: loops for every rule take long
/// to compile. Unit tests do with that too; the tests from outside (`tests/it`) are of all loops.
pub(crate) const fn has_all_loops<T: Real>() -> bool {
    T::BYTES == 4 && !cfg!(test)
}
