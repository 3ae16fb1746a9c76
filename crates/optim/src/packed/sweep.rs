//! A rule whose state is packed: unpack a cache block, do the arithmetic of the rule, pack again.

use super::arena::Lent;
use super::{Format, PackedArena};
use crate::rule::MEMORY;
use crate::segment::BLOCK;
use crate::sweep::{Apply, Factors, Part, Prepared, Sweep, Transform, prepared};
use crate::{Moment, Rule, State, rules};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::{Real, dispatch};

/// A rule with packed state. The loop is that of the rule; only its columns are blocks unpacked on the way.
pub(crate) struct Packed<R: Rule, T: Real> {
    prepared: Prepared<R, T>,
    layout: Arc<Layout>,
    arenas: Vec<PackedArena>,
    /// One block a buffer.
    blocks: Vec<T>,
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
        let blocks = vec![T::ZERO; arenas.len() * BLOCK];
        Self { prepared: Prepared::new(rule, layout), layout: layout.clone(), arenas, blocks, update: 0 }
    }

    /// What to know of the tensor that `range` lies in.
    fn context(&self, range: &Range<usize>) -> Option<Context<R, T>> {
        let tensors = self.layout.tensors();
        let index = tensors.partition_point(|tensor| tensor.range.end <= range.start);
        let tensor = tensors.get(index)?.range.clone();
        Some(Context { step: self.prepared.step, index, tensor, update: self.update })
    }
}

/// What a sweep over one tensor needs beside the packed buffers.
#[derive(Clone)]
struct Context<R: Rule, T: Real> {
    step: R::Step<T>,
    index: usize,
    tensor: Range<usize>,
    update: u64,
}

impl<R: Rule, T: Real> Context<R, T> {
    /// Block by block: state unpacked into `blocks`, `work` done on a block (its place in `range` and the columns), state
    /// packed again.
    fn each_block(
        &self,
        buffers: &mut impl Lend,
        blocks: &mut [T],
        range: &Range<usize>,
        mut work: impl for<'c> FnMut(Range<usize>, <R::State<T> as State<T>>::Columns<'c>),
    ) {
        for start in range.clone().step_by(BLOCK) {
            let block = start..(start + BLOCK).min(range.end);
            let len = block.len();
            for (k, values) in blocks.chunks_mut(BLOCK).enumerate() {
                buffers.lend(k).unpack(self.index, &self.tensor, &block, &mut values[..len]);
            }
            let mut values = blocks.chunks_mut(BLOCK).map(|values| &mut values[..len]);
            work(start - range.start..block.end - range.start, R::State::<T>::columns(&mut values));
            for (k, values) in blocks.chunks(BLOCK).enumerate() {
                let seed = (self.update as u32)
                    .wrapping_mul(0x85EB_CA6B)
                    .wrapping_add(0xC2B2_AE35u32.wrapping_mul(k as u32 + 1));
                buffers.lend(k).pack(self.index, &self.tensor, &block, &values[..len], seed);
            }
        }
    }

    fn transform(
        &self,
        buffers: &mut impl Lend,
        blocks: &mut [T],
        range: &Range<usize>,
        parameters: &[T],
        updates: &mut [T],
    ) {
        let step = self.step;
        self.each_block(buffers, blocks, range, |own, columns| {
            let (parameters, updates) = (&parameters[own.clone()], &mut updates[own]);
            dispatch(Transform::<R, T> { step, parameters, updates, columns });
        });
    }

    fn apply(
        &self,
        buffers: &mut impl Lend,
        blocks: &mut [T],
        range: &Range<usize>,
        parameters: &mut [T],
        gradients: &[T],
    ) {
        let step = self.step;
        self.each_block(buffers, blocks, range, |own, columns| {
            let (parameters, gradients) = (&mut parameters[own.clone()], &gradients[own]);
            dispatch(Apply::<R, T> { step, parameters, gradients, columns });
        });
    }
}

/// Packed buffers, to work on one at a time.
trait Lend {
    fn lend(&mut self, buffer: usize) -> Lent<'_>;
}

impl Lend for Vec<PackedArena> {
    fn lend(&mut self, buffer: usize) -> Lent<'_> {
        self[buffer].lend()
    }
}

impl Lend for Vec<Lent<'_>> {
    fn lend(&mut self, buffer: usize) -> Lent<'_> {
        self[buffer].again()
    }
}

impl<R: Rule, T: Real> Part<T> for Packed<R, T> {
    fn transform(&mut self, range: &Range<usize>, parameters: &[T], updates: &mut [T]) {
        let Some(context) = self.context(range) else { return };
        context.transform(&mut self.arenas, &mut self.blocks, range, parameters, updates);
    }

    fn apply(&mut self, range: &Range<usize>, parameters: &mut [T], gradients: &[T]) {
        let Some(context) = self.context(range) else { return };
        context.apply(&mut self.arenas, &mut self.blocks, range, parameters, gradients);
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
            let blocks = vec![T::ZERO; lent.len() * BLOCK];
            Box::new(PackedPart { context: context.clone(), lent, blocks, start: cut.start })
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
            arena.lend().unpack(context.index, &context.tensor, range, values);
        }
        let columns = R::State::<T>::columns(&mut values.iter_mut().map(Vec::as_mut_slice));
        for (i, point) in point.iter_mut().enumerate() {
            *point = of(*point, R::State::<T>::load(&columns, i));
        }
    }
}

struct PackedPart<'a, R: Rule, T: Real> {
    context: Context<R, T>,
    lent: Vec<Lent<'a>>,
    blocks: Vec<T>,
    start: usize,
}

impl<R: Rule, T: Real> PackedPart<'_, R, T> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

impl<R: Rule, T: Real> Part<T> for PackedPart<'_, R, T> {
    fn transform(&mut self, range: &Range<usize>, parameters: &[T], updates: &mut [T]) {
        let range = self.place(range);
        self.context.transform(&mut self.lent, &mut self.blocks, &range, parameters, updates);
    }

    fn apply(&mut self, range: &Range<usize>, parameters: &mut [T], gradients: &[T]) {
        let range = self.place(range);
        self.context.apply(&mut self.lent, &mut self.blocks, &range, parameters, gradients);
    }
}
