//! A rule whose state is packed: with the rule's own loop where one was compiled for that, else block by block, unpacked and
//! packed around the loop over full state.

use super::arena::Lent;
use super::eight_bit::{Codes, SCALED};
use super::{Format, PackedArena};
use crate::kernels::Inputs;
use crate::rule::MEMORY;
use crate::state::Dither;
use crate::sweep::{After, Factors, Part, Sweep};
use crate::{Moment, Role, rules};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;

/// A rule with packed state.
pub(crate) struct Packed<T: Real> {
    /// The rule. Its own buffers hold the blocks at work, one a thread.
    sweep: Box<dyn Sweep<T>>,
    /// Blocks that they have room for.
    blocks: usize,
    layout: Arc<Layout>,
    arenas: Vec<PackedArena>,
    format: Format,
    /// For 8 bits, room for a block of each buffer.
    fresh: Vec<T>,
    /// The number of the update, which the random bits follow from.
    update: u64,
}

/// The packed buffers of a stretch of elements, as a loop that was compiled for them takes them.
pub(crate) enum PackedColumns<'i, 'a, T> {
    /// Words of 16 bits.
    Bf16(&'i mut dyn Iterator<Item = &'a mut [u16]>),
    /// Codes of 8 bits.
    EightBit(&'i mut dyn Iterator<Item = Codes<'a, T>>),
}

impl<T: Real> Packed<T> {
    /// `sweep` has room for one block, and its state starts at `initial`.
    pub(crate) fn new(
        sweep: Box<dyn Sweep<T>>,
        initial: &[f64],
        layout: &Arc<Layout>,
        format: Format,
    ) -> Self {
        let arenas: Vec<PackedArena> = sweep
            .state_names()
            .into_iter()
            .zip(initial)
            .map(|(name, &value)| {
                let signed = !rules::names::NEVER_NEGATIVE.contains(&name);
                PackedArena::filled(layout.clone(), format, signed, value)
            })
            .collect();
        let fresh = vec![T::ZERO; arenas.len() * SCALED];
        Self { sweep, blocks: 1, layout: layout.clone(), arenas, format, fresh, update: 0 }
    }

    /// What to know of the tensor that `range` lies in.
    fn context(&self, range: &Range<usize>) -> Option<Context> {
        let tensors = self.layout.tensors();
        let index = tensors.partition_point(|tensor| tensor.range.end <= range.start);
        let tensor = tensors.get(index)?.range.clone();
        Some(Context { format: self.format, index, tensor, update: self.update })
    }

    /// Unpacks `range` block by block and shows the rule each, with the place of its elements in `range` and in the rule's
    /// buffers.
    fn show(
        &mut self,
        range: &Range<usize>,
        mut work: impl FnMut(&mut dyn Sweep<T>, Range<usize>, Range<usize>),
    ) {
        let Some(context) = self.context(range) else { return };
        for block in blocks(range.len()) {
            let (place, room) = (within(range, &block), 0..block.len());
            context.unpack(&mut self.arenas, &mut self.fresh, &place, |visit| {
                self.sweep.columns(&room, &mut |number, values| visit(number, values));
            });
            work(self.sweep.as_mut(), block, room);
        }
    }
}

/// What a sweep over one tensor needs beside the packed buffers.
#[derive(Clone)]
struct Context {
    format: Format,
    index: usize,
    tensor: Range<usize>,
    update: u64,
}

/// The blocks of `len` elements.
fn blocks(len: usize) -> impl Iterator<Item = Range<usize>> {
    (0..len).step_by(SCALED).map(move |start| start..(start + SCALED).min(len))
}

/// Where `part` of `range` lies.
fn within(range: &Range<usize>, part: &Range<usize>) -> Range<usize> {
    range.start + part.start..range.start + part.end
}

impl Context {
    /// Unpacks `range`, at most a block, into the buffers that `columns` shows.
    fn unpack<T: Real>(
        &self,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        columns: impl FnOnce(&mut dyn FnMut(usize, &mut [T])),
    ) {
        columns(&mut |number, values| {
            buffers.lend(number).unpack(self.format, self.index, &self.tensor, range, fresh, values);
        });
    }

    /// Packs what the buffers that `columns` shows hold of `range`, at most a block.
    fn pack<T: Real>(
        &self,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        columns: impl FnOnce(&mut dyn FnMut(usize, &mut [T])),
    ) {
        let dither = Dither::new(self.update, range.start);
        columns(&mut |number, values| {
            let lent = buffers.lend(number);
            lent.pack(self.format, (self.index, &self.tensor, range), fresh, values, (&dither, number));
        });
    }

    /// `work` on each block of `range`, unpacked into the first elements of `rule`'s buffers, and packed again.
    fn each_block<T: Real, P: Part<T> + ?Sized>(
        &self,
        rule: &mut P,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        mut work: impl FnMut(&mut P, &Range<usize>, Range<usize>),
    ) {
        for block in blocks(range.len()) {
            let (place, room) = (within(range, &block), 0..block.len());
            self.unpack(buffers, fresh, &place, |visit| {
                rule.columns(&room, &mut |number, values| visit(number, values));
            });
            work(rule, &room, block);
            self.pack(buffers, fresh, &place, |visit| {
                rule.columns(&room, &mut |number, values| visit(number, values));
            });
        }
    }

    fn apply<T: Real, P: Part<T> + ?Sized>(
        &self,
        rule: &mut P,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
    ) {
        let dither = Dither::new(self.update, range.start);
        let done = if self.format == Format::EightBit {
            let mut columns = buffers
                .lend_all()
                .zip(fresh.chunks_mut(SCALED))
                .map(|(lent, fresh)| lent.codes(self.index, &self.tensor, range, fresh));
            rule.apply_packed(parameters, inputs, PackedColumns::EightBit(&mut columns), dither)
        } else {
            let mut columns = buffers.lend_all().map(|lent| lent.words(range));
            rule.apply_packed(parameters, inputs, PackedColumns::Bf16(&mut columns), dither)
        };
        if !done {
            self.each_block(rule, buffers, fresh, range, |rule, room, block| {
                let mut nothing = After { decay: None, average: None };
                rule.apply(room, &mut parameters[block.clone()], &inputs.part(&block), &mut nothing);
            });
        }
    }

    fn transform<T: Real, P: Part<T> + ?Sized>(
        &self,
        rule: &mut P,
        buffers: &mut impl Lend,
        fresh: &mut [T],
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    ) {
        self.each_block(rule, buffers, fresh, range, |rule, room, block| {
            let (parameters, inputs) = (&parameters[block.clone()], inputs.part(&block));
            rule.transform(room, parameters, &inputs, &mut updates[block]);
        });
    }
}

/// Packed buffers, to work on.
trait Lend {
    fn lend(&mut self, number: usize) -> Lent<'_>;
    fn lend_all(&mut self) -> impl Iterator<Item = Lent<'_>>;
}

impl Lend for Vec<PackedArena> {
    fn lend(&mut self, number: usize) -> Lent<'_> {
        self[number].lend()
    }
    fn lend_all(&mut self) -> impl Iterator<Item = Lent<'_>> {
        self.iter_mut().map(PackedArena::lend)
    }
}

impl Lend for Vec<Lent<'_>> {
    fn lend(&mut self, number: usize) -> Lent<'_> {
        self[number].again()
    }
    fn lend_all(&mut self) -> impl Iterator<Item = Lent<'_>> {
        self.iter_mut().map(Lent::again)
    }
}

impl<T: Real> Part<T> for Packed<T> {
    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let Some(context) = self.context(range) else { return };
        let Self { sweep, arenas, fresh, .. } = self;
        context.transform(sweep.as_mut(), arenas, fresh, range, parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
    ) {
        debug_assert!(after.is_nothing(), "a stage with packed state does its own work alone");
        let Some(context) = self.context(range) else { return };
        let Self { sweep, arenas, fresh, .. } = self;
        context.apply(sweep.as_mut(), arenas, fresh, range, parameters, inputs);
    }

    /// Its buffers hold no numbers that others could work on.
    fn columns<'a>(&'a mut self, _: &Range<usize>, _: &mut dyn FnMut(usize, &'a mut [T])) {}
}

impl<T: Real> Sweep<T> for Packed<T> {
    fn state_names(&self) -> Vec<&'static str> {
        self.sweep.state_names()
    }
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.sweep.hyperparameters(visit);
    }
    fn hide(&mut self, names: &[&'static str]) {
        self.sweep.hide(names);
    }
    fn looks_ahead(&self) -> bool {
        self.sweep.looks_ahead()
    }
    fn averages(&self) -> bool {
        self.sweep.averages()
    }
    fn is_idle(&self) -> bool {
        self.sweep.is_idle()
    }
    fn first_update(&self, _: Option<usize>, input: T) -> (T, bool) {
        self.sweep.first_update(None, input)
    }
    fn role(&self) -> Role<T> {
        self.sweep.role()
    }
    fn agrees(&self) -> bool {
        self.sweep.agrees()
    }
    fn spread(&mut self, tensor: usize) {
        self.sweep.spread(tensor);
    }
    fn memories(&self) -> &[[f64; MEMORY]] {
        self.sweep.memories()
    }
    fn memories_mut(&mut self) -> &mut [[f64; MEMORY]] {
        self.sweep.memories_mut()
    }
    fn memory_count(&self) -> usize {
        self.sweep.memory_count()
    }

    fn prepare(&mut self, tensor: usize, now: &Moment, factors: &Factors<'_>) {
        self.update = now.step;
        self.sweep.prepare(tensor, now, factors);
    }

    fn by_tensor(&self) -> bool {
        true
    }

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let whole = cuts.first().map_or(0, |cut| cut.start)..cuts.last().map_or(0, |cut| cut.end);
        let Some(context) = self.context(&whole) else { return Vec::new() };
        if cuts.len() > self.blocks {
            self.sweep.make_room(cuts.len() * SCALED);
            self.blocks = cuts.len();
        }
        let mut lent: Vec<Vec<Lent<'a>>> = cuts.iter().map(|_| Vec::new()).collect();
        for arena in &mut self.arenas {
            for (lent, piece) in lent.iter_mut().zip(arena.lend_parts(context.index, cuts)) {
                lent.push(piece);
            }
        }
        let rooms: Vec<Range<usize>> = (0..cuts.len()).map(|k| k * SCALED..(k + 1) * SCALED).collect();
        let part = |((rule, lent), cut): ((Box<dyn Part<T> + 'a>, Vec<Lent<'a>>), &Range<usize>)| {
            let fresh = vec![T::ZERO; lent.len() * SCALED];
            Box::new(PackedPart { rule, context: context.clone(), lent, fresh, start: cut.start })
                as Box<dyn Part<T> + 'a>
        };
        self.sweep.parts(&rooms).into_iter().zip(lent).zip(cuts).map(part).collect()
    }

    fn look_ahead(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        self.show(range, |sweep, block, room| sweep.look_ahead(&room, now, factors, &mut point[block]));
    }

    fn average(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        self.show(range, |sweep, block, room| sweep.average(&room, now, factors, &mut point[block]));
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

/// A cut of such a sweep.
struct PackedPart<'a, T: Real> {
    /// The rule, with buffers for one block.
    rule: Box<dyn Part<T> + 'a>,
    context: Context,
    lent: Vec<Lent<'a>>,
    fresh: Vec<T>,
    start: usize,
}

impl<T: Real> PackedPart<'_, T> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

impl<T: Real> Part<T> for PackedPart<'_, T> {
    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let range = self.place(range);
        let Self { rule, context, lent, fresh, .. } = self;
        context.transform(rule.as_mut(), lent, fresh, &range, parameters, inputs, updates);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
    ) {
        debug_assert!(after.is_nothing(), "a stage with packed state does its own work alone");
        let range = self.place(range);
        let Self { rule, context, lent, fresh, .. } = self;
        context.apply(rule.as_mut(), lent, fresh, &range, parameters, inputs);
    }

    fn columns<'a>(&'a mut self, _: &Range<usize>, _: &mut dyn FnMut(usize, &'a mut [T])) {}
}
