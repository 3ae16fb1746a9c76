//! A rule whose state is packed: unpack a cache block, do the arithmetic of the rule, pack again.

use super::arena::Lent;
use super::{Format, PackedArena};
use crate::rule::MEMORY;
use crate::segment::BLOCK;
use crate::sweep::{Factors, Part, Prepared, Sweep, Transform, prepared};
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

    /// The tensor that an element belongs to.
    fn tensor_at(&self, element: usize) -> usize {
        let tensors = self.layout.tensors();
        tensors.partition_point(|tensor| tensor.range.end <= element).min(tensors.len().saturating_sub(1))
    }
}

/// What a sweep over one tensor needs beside the packed buffers.
struct Context<R: Rule, T: Real> {
    step: R::Step<T>,
    index: usize,
    tensor: Range<usize>,
    update: u64,
}

impl<R: Rule, T: Real> Context<R, T> {
    /// Block by block: `updates` in, updates out.
    fn transform(
        &self,
        lent: &mut [Lent<'_>],
        blocks: &mut [T],
        range: &Range<usize>,
        parameters: &[T],
        updates: &mut [T],
    ) {
        for start in range.clone().step_by(BLOCK) {
            let block = start..(start + BLOCK).min(range.end);
            let own = block.start - range.start..block.end - range.start;
            for (lent, values) in lent.iter_mut().zip(blocks.chunks_mut(BLOCK)) {
                lent.unpack(self.index, &self.tensor, &block, &mut values[..own.len()]);
            }
            let columns =
                R::State::<T>::columns(&mut blocks.chunks_mut(BLOCK).map(|values| &mut values[..own.len()]));
            let (parameters, updates) = (&parameters[own.clone()], &mut updates[own.clone()]);
            dispatch(Transform::<R, T> { step: self.step, parameters, updates, columns });
            for (k, (lent, values)) in lent.iter_mut().zip(blocks.chunks(BLOCK)).enumerate() {
                let seed = (self.update as u32)
                    .wrapping_mul(0x85EB_CA6B)
                    .wrapping_add(0xC2B2_AE35u32.wrapping_mul(k as u32 + 1));
                lent.pack(self.index, &self.tensor, &block, &values[..own.len()], seed);
            }
        }
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

    fn transform(&mut self, range: &Range<usize>, parameters: &[T], updates: &mut [T]) {
        let index = self.tensor_at(range.start);
        let Some(tensor) = self.layout.tensors().get(index) else { return };
        let context = Context::<R, T> {
            step: self.prepared.step,
            index,
            tensor: tensor.range.clone(),
            update: self.update,
        };
        let mut lent: Vec<Lent<'_>> = self.arenas.iter_mut().map(PackedArena::lend).collect();
        context.transform(&mut lent, &mut self.blocks, range, parameters, updates);
    }

    fn apply(&mut self, range: &Range<usize>, parameters: &mut [T], gradients: &[T]) {
        let mut updates = [T::ZERO; BLOCK];
        for start in (0..parameters.len()).step_by(BLOCK) {
            let own = start..(start + BLOCK).min(parameters.len());
            let updates = &mut updates[..own.len()];
            updates.copy_from_slice(&gradients[own.clone()]);
            let place = range.start + own.start..range.start + own.end;
            self.transform(&place, &parameters[own.clone()], updates);
            crate::segment::subtract(&mut parameters[own], updates);
        }
    }

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let index = self.tensor_at(cuts.first().map_or(0, |cut| cut.start));
        let tensor = self.layout.tensors()[index].range.clone();
        let buffers = self.arenas.len();
        let mut lent: Vec<Vec<Lent<'a>>> = cuts.iter().map(|_| Vec::new()).collect();
        for arena in &mut self.arenas {
            for (lent, piece) in lent.iter_mut().zip(arena.lend_parts(index, cuts)) {
                lent.push(piece);
            }
        }
        let (step, update) = (self.prepared.step, self.update);
        let part = |(lent, cut): (Vec<Lent<'a>>, &Range<usize>)| {
            let context = Context::<R, T> { step, index, tensor: tensor.clone(), update };
            let blocks = vec![T::ZERO; buffers * BLOCK];
            Box::new(PackedPart { context, lent, blocks, start: cut.start }) as Box<dyn Part<T> + 'a>
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
        let index = self.tensor_at(range.start);
        let Some(tensor) = self.layout.tensors().get(index) else { return };
        let mut values: Vec<Vec<T>> = self.arenas.iter().map(|_| vec![T::ZERO; range.len()]).collect();
        for (arena, values) in self.arenas.iter_mut().zip(&mut values) {
            arena.lend().unpack(index, &tensor.range, range, values);
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

impl<R: Rule, T: Real> Part<T> for PackedPart<'_, R, T> {
    fn transform(&mut self, range: &Range<usize>, parameters: &[T], updates: &mut [T]) {
        let range = self.start + range.start..self.start + range.end;
        self.context.transform(&mut self.lent, &mut self.blocks, &range, parameters, updates);
    }

    fn apply(&mut self, parameters: &mut [T], gradients: &[T]) {
        let mut updates = [T::ZERO; BLOCK];
        for start in (0..parameters.len()).step_by(BLOCK) {
            let own = start..(start + BLOCK).min(parameters.len());
            let updates = &mut updates[..own.len()];
            updates.copy_from_slice(&gradients[own.clone()]);
            self.transform(&own, &parameters[own.clone()], updates);
            crate::segment::subtract(&mut parameters[own], updates);
        }
    }
}
