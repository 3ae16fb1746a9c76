//! A rule whose state is in the parameters' own type: the loops that most sweeps run.

use crate::kernels::{Apply, Averaged, Bare, Bounded, Decayed, Ending, Inputs, Transform};
use crate::loops::dispatch;
use crate::packed::{Bf16, EightBit, PackedColumns};
use crate::rule::MEMORY;
use crate::state::{Dither, Full, Storage};
use crate::sweep::{After, Factors, Part, Prepared, Sweep, cut, prepared};
use crate::{Moment, Rule, State};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;

/// A rule with its state in the parameters' own type.
pub(crate) struct Fused<R: Rule, T: Real> {
    prepared: Prepared<R, T>,
    arenas: Vec<Arena<T>>,
}

impl<R: Rule, T: Real> Fused<R, T> {
    pub(crate) fn new(rule: R, layout: &Arc<Layout>) -> Self {
        let arenas = arenas(layout, &rule.initial_state());
        Self { prepared: Prepared::new(rule, layout), arenas }
    }

    /// With buffers for `elements` only: for state that is kept elsewhere.
    pub(crate) fn with_room(rule: R, layout: &Arc<Layout>, elements: usize) -> Self {
        let arenas = arenas(&Arc::new(Layout::flat(elements)), &vec![0.0; R::State::<T>::BUFFERS]);
        Self { prepared: Prepared::new(rule, layout), arenas }
    }

    fn part(&mut self, range: &Range<usize>) -> FusedPart<'_, R, T> {
        let mut slices = self.arenas.iter_mut().map(|arena| &mut arena.values_mut()[range.clone()]);
        FusedPart { step: self.prepared.step, columns: R::State::<T>::columns::<Full>(&mut slices) }
    }
}

/// For each of `cuts`, that piece of every buffer.
fn cut_all<'a, T: Real>(arenas: &'a mut [Arena<T>], cuts: &[Range<usize>]) -> Vec<Vec<&'a mut [T]>> {
    let mut columns: Vec<Vec<&'a mut [T]>> = cuts.iter().map(|_| Vec::new()).collect();
    for arena in arenas {
        for (columns, slice) in columns.iter_mut().zip(cut(arena.values_mut(), cuts)) {
            columns.push(slice);
        }
    }
    columns
}

/// A buffer of `layout` for each value, filled with it.
fn arenas<T: Real>(layout: &Arc<Layout>, values: &[f64]) -> Vec<Arena<T>> {
    let arena = |&value: &f64| {
        let mut arena = Arena::zeros(layout.clone());
        if value != 0.0 {
            arena.values_mut().fill(T::from_f64(value));
        }
        arena
    };
    values.iter().map(arena).collect()
}

impl<R: Rule, T: Real> Part<T> for Fused<R, T> {
    fn dresses(&self) -> bool {
        has_all_loops::<T>()
    }

    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: Inputs<'_, T>,
        updates: &mut [T],
    ) {
        self.part(range).transform(parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        after: After<'_, T>,
    ) {
        self.part(range).apply(parameters, inputs, after);
    }

    fn apply_packed(
        &mut self,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        columns: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        apply_packed::<R, T>(self.prepared.step, parameters, inputs, columns, dither)
    }

    fn columns<'a>(&'a mut self, range: &Range<usize>, visit: &mut dyn FnMut(usize, &'a mut [T])) {
        for (number, arena) in self.arenas.iter_mut().enumerate() {
            visit(number, &mut arena.values_mut()[range.clone()]);
        }
    }
}

impl<R: Rule, T: Real> Sweep<T> for Fused<R, T> {
    prepared!(R);

    fn is_full(&self) -> bool {
        true
    }

    fn prepare(&mut self, tensor: usize, now: &Moment, factors: &Factors<'_>) {
        self.prepared.prepare(tensor, now, factors);
    }

    fn make_room(&mut self, elements: usize) {
        self.arenas = arenas(&Arc::new(Layout::flat(elements)), &vec![0.0; self.arenas.len()]);
    }

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let step = self.prepared.step;
        let columns = cut_all(&mut self.arenas, cuts);
        let part = |slices: Vec<&'a mut [T]>| {
            let columns = R::State::<T>::columns::<Full>(&mut slices.into_iter());
            Box::new(FusedPart::<'a, R, T> { step, columns }) as Box<dyn Part<T> + 'a>
        };
        columns.into_iter().map(part).collect()
    }

    fn look_ahead(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let step = self.prepared.peek(now, factors);
        let columns = self.part(range).columns;
        for (i, point) in point.iter_mut().enumerate() {
            *point = R::point(&step, *point, R::State::<T>::load::<Full>(&columns, i));
        }
    }

    fn average(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let step = self.prepared.peek(now, factors);
        let columns = self.part(range).columns;
        for (i, point) in point.iter_mut().enumerate() {
            *point = R::evaluated(&step, *point, R::State::<T>::load::<Full>(&columns, i));
        }
    }

    fn arenas(&self) -> &[Arena<T>] {
        &self.arenas
    }

    fn arenas_mut(&mut self) -> &mut [Arena<T>] {
        &mut self.arenas
    }
}

struct FusedPart<'a, R: Rule, T: Real> {
    step: R::Step<T>,
    columns: <R::State<T> as State<T>>::Columns<'a, Full>,
}

impl<R: Rule, T: Real> FusedPart<'_, R, T> {
    /// All of it. Most inputs are taken as they are, and a multiplication by 1 would cost a tenth of the lightest rules.
    fn transform(self, parameters: &[T], inputs: Inputs<'_, T>, updates: &mut [T]) {
        let Self { step, columns } = self;
        if const { has_all_loops::<T>() } && !inputs.are_plain() {
            dispatch(Transform::<R, T, true> { step, parameters, inputs, updates, columns });
        } else {
            debug_assert!(
                inputs.are_plain(),
                "whoever calls a loop that does not dress its inputs does it before"
            );
            dispatch(Transform::<R, T, false> { step, parameters, inputs, updates, columns });
        }
    }

    /// All of it.
    fn apply(self, parameters: &mut [T], inputs: Inputs<'_, T>, after: After<'_, T>) {
        let decayed = Decayed::new(after.decay);
        match after.average {
            Some((averages, [keep, take])) if const { has_all_loops::<T>() } => {
                self.apply_with(parameters, inputs, Averaged { decayed, keep, take }, averages);
            }
            None if const { has_all_loops::<T>() } && after.decay.is_none() && !inputs.is_bounded() => {
                self.apply_with(parameters, inputs, Bare, &mut []);
            }
            _ => self.apply_with(parameters, inputs, decayed, &mut []),
        }
    }

    fn apply_with<E: Ending<T>>(
        self,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        ending: E,
        averages: &mut [T],
    ) {
        let (Self { step, columns }, dither) = (self, Dither::default());
        dispatch(Apply::<R, T, Full, E> { step, parameters, inputs, columns, dither, ending, averages });
    }

    /// A stretch of it.
    fn stretch(&mut self, range: &Range<usize>) -> FusedPart<'_, R, T> {
        let columns = R::State::<T>::window::<Full>(&mut self.columns, range.start, range.len());
        FusedPart { step: self.step, columns }
    }
}

impl<R: Rule, T: Real> Part<T> for FusedPart<'_, R, T> {
    fn dresses(&self) -> bool {
        has_all_loops::<T>()
    }

    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: Inputs<'_, T>,
        updates: &mut [T],
    ) {
        self.stretch(range).transform(parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        after: After<'_, T>,
    ) {
        self.stretch(range).apply(parameters, inputs, after);
    }

    fn apply_packed(
        &mut self,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        columns: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        apply_packed::<R, T>(self.step, parameters, inputs, columns, dither)
    }

    fn columns<'a>(&'a mut self, range: &Range<usize>, visit: &mut dyn FnMut(usize, &'a mut [T])) {
        R::State::<T>::visit::<Full>(self.stretch(range).columns, 0, visit);
    }
}

/// Whether every way to read inputs and every ending has a loop of its own. In 64 bits one loop ends in all ways, with a share of
/// none and an infinite bound; inputs are dressed before it, and nobody keeps an average for others: loops for every rule take long
/// to compile. Unit tests do with that too; the tests from outside (`tests/it`) are of all loops.
pub(crate) const fn has_all_loops<T: Real>() -> bool {
    T::BYTES == 4 && !cfg!(test)
}

/// The loop over packed state, for what is used most: parameters in 32 bits. Others unpack and pack block by block, around the
/// loops over full state.
fn apply_packed<R: Rule, T: Real>(
    step: R::Step<T>,
    parameters: &mut [T],
    inputs: Inputs<'_, T>,
    columns: PackedColumns<'_, '_, T>,
    dither: Dither,
) -> bool {
    // Known when this is compiled: where it is false, no loop is.
    if const { has_all_loops::<T>() && R::State::<T>::BUFFERS > 0 } {
        match columns {
            PackedColumns::Bf16(columns) => {
                apply_stored::<R, T, Bf16>(step, parameters, inputs, columns, dither);
            }
            PackedColumns::EightBit(columns) => {
                apply_stored::<R, T, EightBit>(step, parameters, inputs, columns, dither);
            }
        }
        true
    } else {
        false
    }
}

/// The same for one storage.
fn apply_stored<'a, R: Rule, T: Real, S: Storage<T>>(
    step: R::Step<T>,
    parameters: &mut [T],
    inputs: Inputs<'_, T>,
    mut columns: &mut dyn Iterator<Item = S::Column<'a>>,
    dither: Dither,
) {
    let columns = R::State::<T>::columns::<S>(&mut columns);
    let (ending, averages) = (Bounded, &mut [][..]);
    dispatch(Apply::<R, T, S, _> { step, parameters, inputs, columns, dither, ending, averages });
}
