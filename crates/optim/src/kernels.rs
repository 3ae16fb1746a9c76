//! The loops of a sweep: a rule's mathematics over the elements, whatever its state is kept in.

use crate::state::{Dither, Storage};
use crate::{Rule, State};
use thalweg_lanes::{Kernel, Real};

/// Gradients, or the updates of the stage before, and what to multiply them by: what a barrier left, or 1.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) factor: T,
}

impl<'a, T: Real> Inputs<'a, T> {
    /// The values as they are.
    pub(crate) fn plain(values: &'a [T]) -> Self {
        Self { values, factor: T::ONE }
    }
}

/// Gradients or updates in, updates out. `SCALED` is whether the factor is looked at.
pub(crate) struct Transform<'a, 'c, R: Rule, T: Real, S: Storage<T>, const SCALED: bool> {
    pub(crate) step: R::Step<T>,
    pub(crate) parameters: &'a [T],
    pub(crate) inputs: Inputs<'a, T>,
    pub(crate) updates: &'a mut [T],
    pub(crate) columns: <R::State<T> as State<T>>::Columns<'c, S>,
    pub(crate) dither: Dither,
}

impl<R: Rule, T: Real, S: Storage<T>, const SCALED: bool> Kernel for Transform<'_, '_, R, T, S, SCALED> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { step, parameters, inputs, updates, mut columns, dither } = self;
        for (start, n) in Chunks::of::<S, T>(updates.len()) {
            let dither = dither.from(start);
            let mut columns = R::State::<T>::window::<S>(&mut columns, start, n);
            let parameters = &parameters[start..][..n];
            let (values, updates) = (&inputs.values[start..][..n], &mut updates[start..][..n]);
            for i in 0..n {
                let state = R::State::<T>::load::<S>(&columns, i);
                let input = if SCALED { inputs.factor * values[i] } else { values[i] };
                let (update, state) = R::update(&step, input, parameters[i], state);
                state.store::<S>(&mut columns, i, &dither, 0);
                updates[i] = update;
            }
            R::State::<T>::flush::<S>(&mut columns, &dither, 0);
        }
    }
}

/// Gradients or updates in, parameters out. `DECAYED` is whether the share of the parameters is added to the updates.
pub(crate) struct Apply<'a, 'c, R: Rule, T: Real, S: Storage<T>, const DECAYED: bool> {
    pub(crate) step: R::Step<T>,
    pub(crate) parameters: &'a mut [T],
    pub(crate) inputs: Inputs<'a, T>,
    pub(crate) decay: T,
    pub(crate) columns: <R::State<T> as State<T>>::Columns<'c, S>,
    pub(crate) dither: Dither,
}

impl<R: Rule, T: Real, S: Storage<T>, const DECAYED: bool> Kernel for Apply<'_, '_, R, T, S, DECAYED> {
    type Output = ();

    // A plain index loop: going through local blocks of states defeats the vectoriser.
    #[inline(always)]
    fn run(self) {
        let Self { step, parameters, inputs, decay, mut columns, dither } = self;
        for (start, n) in Chunks::of::<S, T>(parameters.len()) {
            let dither = dither.from(start);
            let mut columns = R::State::<T>::window::<S>(&mut columns, start, n);
            let (parameters, values) = (&mut parameters[start..][..n], &inputs.values[start..][..n]);
            for i in 0..n {
                let state = R::State::<T>::load::<S>(&columns, i);
                let (update, state) = R::update(&step, inputs.factor * values[i], parameters[i], state);
                state.store::<S>(&mut columns, i, &dither, 0);
                let update = if DECAYED { update + decay * parameters[i] } else { update };
                parameters[i] -= update;
            }
            R::State::<T>::flush::<S>(&mut columns, &dither, 0);
        }
    }
}

/// The chunks of some elements, start and length: one with all of them, unless the storage works by chunks.
pub(crate) struct Chunks {
    len: usize,
    chunk: usize,
    done: usize,
}

impl Chunks {
    #[inline(always)]
    pub(crate) fn of<S: Storage<T>, T: Real>(len: usize) -> Self {
        Self { len, chunk: S::CHUNK, done: 0 }
    }
}

impl Iterator for Chunks {
    type Item = (usize, usize);
    #[inline(always)]
    fn next(&mut self) -> Option<(usize, usize)> {
        let (start, n) = (self.done, self.chunk.min(self.len - self.done));
        self.done += n;
        (n > 0).then_some((start, n))
    }
}
