//! A rule whose state is in the parameters' own type: the loops that most sweeps run.

use crate::kernels::{Apply, Averaged, Bare, Decayed, Ending, Inputs, Transform};
use crate::rule::MEMORY;
use crate::state::{Dither, Full};
use crate::sweep::{After, Factors, Part, Prepared, Sweep, cut, prepared};
use crate::{Moment, Rule, State};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::{Real, dispatch};

/// A rule with its state in the parameters' own type.
pub(crate) struct Fused<R: Rule, T: Real> {
    prepared: Prepared<R, T>,
    arenas: Vec<Arena<T>>,
}

impl<R: Rule, T: Real> Fused<R, T> {
    pub(crate) fn new(rule: R, layout: &Arc<Layout>) -> Self {
        let arena = |value: f64| {
            let mut arena = Arena::zeros(layout.clone());
            if value != 0.0 {
                arena.values_mut().fill(T::from_f64(value));
            }
            arena
        };
        let arenas = rule.initial_state().into_iter().map(arena).collect();
        Self { prepared: Prepared::new(rule, layout), arenas }
    }

    fn part(&mut self, range: &Range<usize>) -> FusedPart<'_, R, T> {
        let mut slices = self.arenas.iter_mut().map(|arena| &mut arena.values_mut()[range.clone()]);
        FusedPart { step: self.prepared.step, columns: R::State::<T>::columns::<Full>(&mut slices) }
    }
}

impl<R: Rule, T: Real> Part<T> for Fused<R, T> {
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

    fn column(&mut self, range: &Range<usize>) -> Option<&mut [T]> {
        self.arenas.first_mut().map(|arena| &mut arena.values_mut()[range.clone()])
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

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let step = self.prepared.step;
        let mut columns: Vec<Vec<&'a mut [T]>> = cuts.iter().map(|_| Vec::new()).collect();
        for arena in &mut self.arenas {
            for (columns, slice) in columns.iter_mut().zip(cut(arena.values_mut(), cuts)) {
                columns.push(slice);
            }
        }
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
        let (Self { step, columns }, dither) = (self, Dither::default());
        if inputs.are_plain() {
            dispatch(Transform::<R, T, Full, false> { step, parameters, inputs, updates, columns, dither });
        } else {
            dispatch(Transform::<R, T, Full, true> { step, parameters, inputs, updates, columns, dither });
        }
    }

    /// All of it.
    fn apply(self, parameters: &mut [T], inputs: Inputs<'_, T>, after: After<'_, T>) {
        let decayed = Decayed::new(after.decay);
        match after.average {
            Some((averages, [keep, take])) => {
                self.apply_with(parameters, inputs, Averaged { decayed, keep, take }, averages);
            }
            None if after.decay.is_some() || inputs.is_bounded() => {
                self.apply_with(parameters, inputs, decayed, &mut []);
            }
            None => self.apply_with(parameters, inputs, Bare, &mut []),
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

    fn column(&mut self, range: &Range<usize>) -> Option<&mut [T]> {
        R::State::<T>::first::<Full>(self.stretch(range).columns)
    }
}
