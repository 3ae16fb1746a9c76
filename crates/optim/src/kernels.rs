//! The loops of a sweep: a rule's mathematics over the elements, whatever its state is kept in.

use crate::loops::dispatch;
use crate::state::{Dither, Full, Storage};
use crate::{Rule, State};
use std::ops::Range;
use thalweg_lanes::{Kernel, Real};

/// Gradients, or the updates of the stage before, and what is done to them where they are read.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a, T> {
    pub(crate) values: &'a [T],
    /// What a barrier left to multiply by, or 1.
    pub(crate) factor: T,
    /// The largest magnitude that then passes, or infinity.
    pub(crate) largest: T,
}

impl<'a, T: Real> Inputs<'a, T> {
    /// The values as they are.
    pub(crate) fn plain(values: &'a [T]) -> Self {
        Self { values, factor: T::ONE, largest: unbounded() }
    }

    /// Whether a bound is to be kept.
    pub(crate) fn is_bounded(&self) -> bool {
        self.largest != unbounded()
    }

    /// Whether the values are taken as they are.
    pub(crate) fn are_plain(&self) -> bool {
        self.factor == T::ONE && !self.is_bounded()
    }

    /// What the values become: themselves if nothing is done to them, else numbers in `room`.
    pub(crate) fn dressed<'r>(&self, room: &'r mut [T]) -> &'r [T]
    where
        'a: 'r,
    {
        if self.are_plain() {
            return self.values;
        }
        dispatch(Dress { inputs: self, target: room });
        room
    }

    /// The same of some of the values.
    pub(crate) fn part(&self, range: &Range<usize>) -> Self {
        Self { values: &self.values[range.clone()], ..*self }
    }
}

/// The bound that every number passes, NaN too.
pub(crate) fn unbounded<T: Real>() -> T {
    T::from_f64(f64::INFINITY)
}

/// What a value of [`Inputs`] becomes; `BOUNDED` is whether the bound is looked at.
#[inline(always)]
fn read<T: Real, const BOUNDED: bool>(value: T, factor: T, largest: T) -> T {
    let value = factor * value;
    if BOUNDED { value.minimum(largest).maximum(-largest) } else { value }
}

/// Writes what [`Inputs`] become to `target`.
pub(crate) struct Dress<'a, T> {
    pub(crate) inputs: &'a Inputs<'a, T>,
    pub(crate) target: &'a mut [T],
}

impl<T: Real> Kernel for Dress<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Inputs { values, factor, largest } = *self.inputs;
        for (target, &value) in self.target.iter_mut().zip(values) {
            *target = read::<T, true>(value, factor, largest);
        }
    }
}

/// Gradients or updates in, updates out; state in the parameters' own type. `DRESSED` is whether anything is done to the inputs.
pub(crate) struct Transform<'a, 'c, R: Rule, T: Real, const DRESSED: bool> {
    pub(crate) step: R::Step<T>,
    pub(crate) parameters: &'a [T],
    pub(crate) inputs: &'a Inputs<'a, T>,
    pub(crate) updates: &'a mut [T],
    pub(crate) columns: <R::State<T> as State<T>>::Columns<'c, Full>,
}

impl<R: Rule, T: Real, const DRESSED: bool> Kernel for Transform<'_, '_, R, T, DRESSED> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { step, parameters, inputs, updates, mut columns } = self;
        let Inputs { values, factor, largest } = *inputs;
        let (n, dither) = (updates.len(), Dither::default());
        let mut columns = R::State::<T>::window::<Full>(&mut columns, 0, n);
        let (parameters, values) = (&parameters[..n], &values[..n]);
        for i in 0..n {
            let state = R::State::<T>::load::<Full>(&columns, i);
            let input = if DRESSED { read::<T, true>(values[i], factor, largest) } else { values[i] };
            let (update, state) = R::update(&step, input, parameters[i], state);
            state.store::<Full>(&mut columns, i, &dither, 0);
            updates[i] = update;
        }
    }
}

/// Gradients or updates in, parameters out.
pub(crate) struct Apply<'a, 'c, R: Rule, T: Real, S: Storage<T>, E: Ending<T>> {
    pub(crate) step: R::Step<T>,
    pub(crate) parameters: &'a mut [T],
    pub(crate) inputs: &'a Inputs<'a, T>,
    pub(crate) columns: <R::State<T> as State<T>>::Columns<'c, S>,
    pub(crate) dither: Dither,
    pub(crate) ending: E,
    /// Averages of the parameters, if the ending has some; else empty.
    pub(crate) averages: &'a mut [T],
}

impl<R: Rule, T: Real, S: Storage<T>, E: Ending<T>> Kernel for Apply<'_, '_, R, T, S, E> {
    type Output = ();

    // A plain index loop: going through local blocks of states defeats the vectoriser.
    #[inline(always)]
    fn run(self) {
        let Self { step, parameters, inputs, mut columns, dither, ending, averages } = self;
        let Inputs { values, factor, largest } = *inputs;
        for (start, n) in Chunks::of::<S, T>(parameters.len()) {
            let dither = dither.from(start);
            let mut columns = R::State::<T>::window::<S>(&mut columns, start, n);
            let (parameters, values) = (&mut parameters[start..][..n], &values[start..][..n]);
            let averages = if E::AVERAGES { &mut averages[start..][..n] } else { &mut [] };
            for i in 0..n {
                let state = R::State::<T>::load::<S>(&columns, i);
                let input = if E::BOUNDED {
                    read::<T, true>(values[i], factor, largest)
                } else {
                    read::<T, false>(values[i], factor, largest)
                };
                let (update, state) = R::update(&step, input, parameters[i], state);
                state.store::<S>(&mut columns, i, &dither, 0);
                let parameter = parameters[i] - ending.update(update, parameters[i]);
                parameters[i] = parameter;
                if E::AVERAGES {
                    averages[i] = ending.average(averages[i], parameter);
                }
            }
            R::State::<T>::flush::<S>(&mut columns, &dither, 0);
        }
    }
}

/// What the loop that subtracts does for the stages before and behind its own.
pub(crate) trait Ending<T: Real>: Copy {
    /// Whether the bound of the inputs is looked at.
    const BOUNDED: bool;
    /// Whether averages of the parameters are kept.
    const AVERAGES: bool = false;
    /// What to subtract.
    #[inline(always)]
    fn update(&self, update: T, _parameter: T) -> T {
        update
    }
    /// What the new parameter makes of its average.
    #[inline(always)]
    fn average(&self, average: T, _parameter: T) -> T {
        average
    }
}

/// Nothing.
#[derive(Clone, Copy)]
pub(crate) struct Bare;

impl<T: Real> Ending<T> for Bare {
    const BOUNDED: bool = false;
}

/// Inputs are bounded.
#[derive(Clone, Copy)]
pub(crate) struct Bounded;

impl<T: Real> Ending<T> for Bounded {
    const BOUNDED: bool = true;
}

/// Inputs are bounded, and a share of the parameters is added to the updates.
#[derive(Clone, Copy)]
pub(crate) struct Decayed<T> {
    /// The share times −1, and the bits of the product that count: all or none. Taking away the product's negative is adding
    /// it, and taking away +0 leaves every number as it is, which adding 0 does not (−0), nor a share of 0 (infinities): one
    /// loop, with or without a decay.
    negative: T,
    mask: T,
}

impl<T: Real> Decayed<T> {
    pub(crate) fn new(share: Option<T>) -> Self {
        Self {
            negative: -share.unwrap_or(T::ZERO),
            mask: if share.is_some() { T::EVERY_BIT } else { T::ZERO },
        }
    }
}

impl<T: Real> Ending<T> for Decayed<T> {
    const BOUNDED: bool = true;
    #[inline(always)]
    fn update(&self, update: T, parameter: T) -> T {
        update - (self.negative * parameter).and(self.mask)
    }
}

/// Inputs are not bounded, which would be a tenth of the work; a share is added, and the average of the parameters follows.
#[derive(Clone, Copy)]
pub(crate) struct Averaged<T> {
    pub(crate) decayed: Decayed<T>,
    pub(crate) keep: T,
    pub(crate) take: T,
}

impl<T: Real> Ending<T> for Averaged<T> {
    const BOUNDED: bool = false;
    const AVERAGES: bool = true;
    #[inline(always)]
    fn update(&self, update: T, parameter: T) -> T {
        self.decayed.update(update, parameter)
    }
    #[inline(always)]
    fn average(&self, average: T, parameter: T) -> T {
        self.keep * average + self.take * parameter
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
