//! A rule whose state is packed: the loop is that of the rule, only its columns convert on the way.

use super::arena::Lent;
use super::bf16::Bf16;
use super::eight_bit::{EightBit, SCALED};
use super::{Format, PackedArena};
use crate::kernels::{Apply, Bounded, Inputs, Transform};
use crate::rule::MEMORY;
use crate::state::{Dither, Full};
use crate::sweep::{After, Factors, Part, Prepared, Sweep, prepared};
use crate::{Moment, Rule, State, rules};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::{Real, dispatch};

/// A rule with packed state.
pub(crate) struct Packed<R: Rule, T: Real> {
    prepared: Prepared<R, T>,
    layout: Arc<Layout>,
    arenas: Vec<PackedArena>,
    format: Format,
    /// For 8 bits, room for a block of each buffer.
    fresh: Vec<T>,
    /// The number of the update, which the random bits follow from.
    update: u64,
}

impl<R: Rule, T: Real> Packed<R, T> {
    pub(crate) fn new(rule: R, layout: &Arc<Layout>, format: Format) -> Self {
        let arenas: Vec<PackedArena> = rule
            .state_names()
            .into_iter()
            .zip(rule.initial_state())
            .map(|(name, value)| {
                let signed = !rules::names::NEVER_NEGATIVE.contains(&name);
                PackedArena::filled(layout.clone(), format, signed, value)
            })
            .collect();
        let fresh = vec![T::ZERO; arenas.len() * SCALED];
        let prepared = Prepared::new(rule, layout);
        Self { prepared, layout: layout.clone(), arenas, format, fresh, update: 0 }
    }

    /// What to know of the tensor that `range` lies in.
    fn context(&self, range: &Range<usize>) -> Option<Context<R, T>> {
        let tensors = self.layout.tensors();
        let index = tensors.partition_point(|tensor| tensor.range.end <= range.start);
        let tensor = tensors.get(index)?.range.clone();
        Some(Context { step: self.prepared.step, format: self.format, index, tensor, update: self.update })
    }
}

/// What a sweep over one tensor needs beside the packed buffers.
#[derive(Clone)]
struct Context<R: Rule, T: Real> {
    step: R::Step<T>,
    format: Format,
    index: usize,
    tensor: Range<usize>,
    update: u64,
}

impl<R: Rule, T: Real> Context<R, T> {
    fn dither(&self, range: &Range<usize>) -> Dither {
        Dither::new(self.update, range.start)
    }

    fn words<'a>(
        &self,
        buffers: &'a mut impl Lend,
        range: &Range<usize>,
    ) -> <R::State<T> as State<T>>::Columns<'a, Bf16> {
        R::State::<T>::columns::<Bf16>(&mut buffers.lend().map(|lent| lent.words(range)))
    }

    fn codes<'a>(
        &self,
        buffers: &'a mut impl Lend,
        fresh: &'a mut [T],
        range: &Range<usize>,
    ) -> <R::State<T> as State<T>>::Columns<'a, EightBit> {
        let mut columns = buffers
            .lend()
            .zip(fresh.chunks_mut(SCALED))
            .map(|(lent, fresh)| lent.codes(self.index, &self.tensor, range, fresh));
        R::State::<T>::columns::<EightBit>(&mut columns)
    }

    fn transform(
        &self,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        parameters: &[T],
        inputs: Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let (step, dither) = (self.step, self.dither(range));
        if self.format == Format::EightBit {
            let columns = self.codes(buffers, fresh, range);
            dispatch(Transform::<R, T, EightBit, true> {
                step,
                parameters,
                inputs,
                updates,
                columns,
                dither,
            });
        } else {
            let columns = self.words(buffers, range);
            dispatch(Transform::<R, T, Bf16, true> { step, parameters, inputs, updates, columns, dither });
        }
    }

    fn apply(
        &self,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
    ) {
        let (step, dither) = (self.step, self.dither(range));
        let (ending, averages) = (Bounded, &mut [][..]);
        if self.format == Format::EightBit {
            let columns = self.codes(buffers, fresh, range);
            dispatch(Apply::<R, T, EightBit, _> {
                step,
                parameters,
                inputs,
                columns,
                dither,
                ending,
                averages,
            });
        } else {
            let columns = self.words(buffers, range);
            dispatch(Apply::<R, T, Bf16, _> { step, parameters, inputs, columns, dither, ending, averages });
        }
    }
}

/// Packed buffers, to work on.
trait Lend {
    fn lend(&mut self) -> impl Iterator<Item = Lent<'_>>;
}

impl Lend for Vec<PackedArena> {
    fn lend(&mut self) -> impl Iterator<Item = Lent<'_>> {
        self.iter_mut().map(PackedArena::lend)
    }
}

impl Lend for Vec<Lent<'_>> {
    fn lend(&mut self) -> impl Iterator<Item = Lent<'_>> {
        self.iter_mut().map(Lent::again)
    }
}

impl<R: Rule, T: Real> Part<T> for Packed<R, T> {
    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let Some(context) = self.context(range) else { return };
        context.transform(&mut self.arenas, &mut self.fresh, range, parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        after: After<'_, T>,
    ) {
        debug_assert!(after.is_nothing(), "a stage with packed state does its own work alone");
        let Some(context) = self.context(range) else { return };
        context.apply(&mut self.arenas, &mut self.fresh, range, parameters, inputs);
    }

    fn column(&mut self, _: &Range<usize>) -> Option<&mut [T]> {
        None
    }
}

impl<R: Rule, T: Real> Sweep<T> for Packed<R, T> {
    prepared!(R);

    fn prepare(&mut self, tensor: usize, now: &Moment, factors: &Factors<'_>) {
        self.update = now.step;
        self.prepared.prepare(tensor, now, factors);
    }

    fn by_tensor(&self) -> bool {
        true
    }

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let whole = cuts.first().map_or(0, |cut| cut.start)..cuts.last().map_or(0, |cut| cut.end);
        let Some(context) = self.context(&whole) else { return Vec::new() };
        let mut lent: Vec<Vec<Lent<'a>>> = cuts.iter().map(|_| Vec::new()).collect();
        for arena in &mut self.arenas {
            for (lent, piece) in lent.iter_mut().zip(arena.lend_parts(context.index, cuts)) {
                lent.push(piece);
            }
        }
        let part = |(lent, cut): (Vec<Lent<'a>>, &Range<usize>)| {
            let fresh = vec![T::ZERO; lent.len() * SCALED];
            Box::new(PackedPart { context: context.clone(), lent, fresh, start: cut.start })
                as Box<dyn Part<T> + 'a>
        };
        lent.into_iter().zip(cuts).map(part).collect()
    }

    fn look_ahead(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let step = self.prepared.peek(now, factors);
        self.visit(range, point, |point, state| R::point(&step, point, state));
    }

    fn average(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let step = self.prepared.peek(now, factors);
        self.visit(range, point, |point, state| R::evaluated(&step, point, state));
    }

    fn arenas(&self) -> &[Arena<T>] {
        &[]
    }

    fn arenas_mut(&mut self) -> &mut [Arena<T>] {
        &mut []
    }

    fn packed(&self) -> &[PackedArena] {
        &self.arenas
    }

    fn packed_mut(&mut self) -> &mut [PackedArena] {
        &mut self.arenas
    }
}

impl<R: Rule, T: Real> Packed<R, T> {
    fn visit(&mut self, range: &Range<usize>, point: &mut [T], of: impl Fn(T, R::State<T>) -> T) {
        let Some(context) = self.context(range) else { return };
        let mut values: Vec<Vec<T>> = self.arenas.iter().map(|_| vec![T::ZERO; range.len()]).collect();
        for (arena, values) in self.arenas.iter_mut().zip(&mut values) {
            arena.unpack(context.index, range, values);
        }
        let columns = R::State::<T>::columns::<Full>(&mut values.iter_mut().map(Vec::as_mut_slice));
        for (i, point) in point.iter_mut().enumerate() {
            *point = of(*point, R::State::<T>::load::<Full>(&columns, i));
        }
    }
}

struct PackedPart<'a, R: Rule, T: Real> {
    context: Context<R, T>,
    lent: Vec<Lent<'a>>,
    fresh: Vec<T>,
    start: usize,
}

impl<R: Rule, T: Real> PackedPart<'_, R, T> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

impl<R: Rule, T: Real> Part<T> for PackedPart<'_, R, T> {
    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let range = self.place(range);
        self.context.transform(&mut self.lent, &mut self.fresh, &range, parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: Inputs<'_, T>,
        after: After<'_, T>,
    ) {
        debug_assert!(after.is_nothing(), "a stage with packed state does its own work alone");
        let range = self.place(range);
        self.context.apply(&mut self.lent, &mut self.fresh, &range, parameters, inputs);
    }

    fn column(&mut self, _: &Range<usize>) -> Option<&mut [T]> {
        None
    }
}
