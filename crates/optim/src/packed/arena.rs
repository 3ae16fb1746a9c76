//! One state buffer in fewer bits.

use super::Format;
use super::bf16::Bf16;
use super::eight_bit::{Code, Codes, EightBit, SCALED};
use crate::kernels::Chunks;
use crate::loops::dispatch;
use crate::state::{Dither, Storage};
use crate::sweep::cut;
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::{Kernel, Real};

/// A buffer of a layout, packed: zero when created.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedArena {
    layout: Arc<Layout>,
    format: Format,
    signed: bool,
    bytes: Vec<u8>,
    words: Vec<u16>,
    scales: Vec<f32>,
}

impl PackedArena {
    pub(super) fn zeros(layout: Arc<Layout>, format: Format, signed: bool) -> Self {
        let len = layout.len();
        let (bytes, words, scales) = match format {
            Format::EightBit => (len, 0, len / SCALED + layout.tensors().len() + 1),
            _ => (0, len, 0),
        };
        Self {
            layout,
            format,
            signed,
            bytes: vec![0; bytes],
            words: vec![0; words],
            scales: vec![0.0; scales],
        }
    }

    /// The same with every value `value`.
    pub(super) fn filled(layout: Arc<Layout>, format: Format, signed: bool, value: f64) -> Self {
        let mut arena = Self::zeros(layout.clone(), format, signed);
        if value != 0.0 {
            for index in 0..layout.tensors().len() {
                arena.fill(index, value);
            }
        }
        arena
    }

    /// The layout.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Bytes that the buffer takes.
    pub fn size(&self) -> usize {
        self.bytes.len() + 2 * self.words.len() + 4 * self.scales.len()
    }

    /// The values of a tensor, unpacked.
    pub fn get<T: Real>(&self, name: &str) -> Option<Vec<T>> {
        let index = self.layout.tensors().iter().position(|tensor| tensor.name == name)?;
        let range = self.layout.tensors()[index].range.clone();
        let (mut values, mut room) = (vec![T::ZERO; range.len()], [T::ZERO; SCALED]);
        self.clone().lend().unpack(self.format, index, &range, &range, &mut room, &mut values);
        Some(values)
    }

    /// Gives every value of tensor `index` the value `value`.
    fn fill(&mut self, index: usize, value: f64) {
        let range = self.layout.tensors()[index].range.clone();
        match self.format {
            Format::EightBit => {
                let mut room = [0.0; SCALED];
                write::<EightBit>(self.lend().codes(index, &range, &range, &mut room), range.len(), value);
            }
            _ => write::<Bf16>(self.lend().words(&range), range.len(), value),
        }
    }

    /// What a checkpoint keeps of tensor `index`: the codes as bytes, and the scales.
    pub(crate) fn stored(&self, index: usize) -> (Vec<u8>, &[f32]) {
        let range = self.layout.tensors()[index].range.clone();
        let scales = &self.scales[self.scales_of(index)];
        match self.format {
            Format::EightBit => (self.bytes[range].to_vec(), scales),
            _ => (self.words[range].iter().flat_map(|word| word.to_le_bytes()).collect(), scales),
        }
    }

    /// The memory of tensor `index`: its codes of 8 bits or its words of 16, one of which is empty, and the scales of its blocks.
    pub fn memory(&self, index: usize) -> (&[u8], &[u16], &[f32]) {
        let range = self.layout.tensors()[index].range.clone();
        let scales = &self.scales[self.scales_of(index)];
        match self.format {
            Format::EightBit => (&self.bytes[range], &[], scales),
            _ => (&[], &self.words[range], scales),
        }
    }

    /// Restores what [`stored`](Self::stored) gave; false, and nothing changed, if the sizes differ.
    pub(crate) fn restore(&mut self, index: usize, bytes: &[u8], scales: &[f32]) -> bool {
        let (range, place) = (self.layout.tensors()[index].range.clone(), self.scales_of(index));
        let width = if self.format == Format::EightBit { 1 } else { 2 };
        if bytes.len() != width * range.len() || scales.len() != place.len() {
            return false;
        }
        self.scales[place].copy_from_slice(scales);
        match self.format {
            Format::EightBit => self.bytes[range].copy_from_slice(bytes),
            _ => {
                for (word, bytes) in self.words[range].iter_mut().zip(bytes.chunks_exact(2)) {
                    *word = u16::from_le_bytes([bytes[0], bytes[1]]);
                }
            }
        }
        true
    }

    /// Where the scales of tensor `index` stand: a start that leaves each tensor room for its last, partial block.
    fn scales_of(&self, index: usize) -> Range<usize> {
        if self.format != Format::EightBit {
            return 0..0;
        }
        let range = &self.layout.tensors()[index].range;
        let start = range.start / SCALED + index;
        start..start + range.len().div_ceil(SCALED)
    }

    /// All of it, to work on.
    pub(super) fn lend(&mut self) -> Lent<'_> {
        Lent {
            signed: self.signed,
            bytes: &mut self.bytes,
            words: &mut self.words,
            scales: &mut self.scales,
            place: 0,
            first_scale: 0,
        }
    }

    /// Pieces of it, for several threads. `cuts` lie in one tensor, for 8 bits at multiples of a block from its start.
    pub(super) fn lend_parts(&mut self, tensor: usize, cuts: &[Range<usize>]) -> Vec<Lent<'_>> {
        let (format, signed) = (self.format, self.signed);
        let start = self.layout.tensors()[tensor].range.start;
        let base = self.scales_of(tensor).start;
        let (eight, none) = (format == Format::EightBit, vec![0..0; cuts.len()]);
        let scale_cuts: Vec<Range<usize>> = cuts
            .iter()
            .map(|cut| base + (cut.start - start) / SCALED..base + (cut.end - start).div_ceil(SCALED))
            .collect();
        let bytes = cut(&mut self.bytes, if eight { cuts } else { &none });
        let words = cut(&mut self.words, if eight { &none } else { cuts });
        let scales = cut(&mut self.scales, if eight { &scale_cuts } else { &none });
        let pieces = bytes.into_iter().zip(words).zip(scales).zip(cuts.iter().zip(&scale_cuts));
        pieces
            .map(|(((bytes, words), scales), (cut, scale_cut))| Lent {
                signed,
                bytes,
                words,
                scales,
                place: cut.start,
                first_scale: if eight { scale_cut.start } else { 0 },
            })
            .collect()
    }
}

/// All elements of a column.
struct Unpack<'a, 'c, T: Real, S: Storage<T>> {
    column: S::Column<'c>,
    values: &'a mut [T],
}

impl<T: Real, S: Storage<T>> Kernel for Unpack<'_, '_, T, S> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { mut column, values } = self;
        for (start, n) in Chunks::of::<S, T>(values.len()) {
            let (chunk, values) = (S::window(&mut column, start, n), &mut values[start..][..n]);
            for i in 0..n {
                values[i] = S::load(&chunk, i);
            }
        }
    }
}

/// Writes all elements of a column, at most a chunk of them.
struct Pack<'a, 'c, T: Real, S: Storage<T>> {
    column: S::Column<'c>,
    values: &'a [T],
    dither: Dither,
    number: usize,
}

impl<T: Real, S: Storage<T>> Kernel for Pack<'_, '_, T, S> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { mut column, values, dither, number } = self;
        let n = values.len();
        let mut chunk = S::window(&mut column, 0, n);
        for i in 0..n {
            S::store(&mut chunk, i, values[i], &dither, number);
        }
        S::flush(&mut chunk, &dither, number);
    }
}

/// Writes `value` to all `len` elements of a column.
fn write<S: Storage<f64>>(mut column: S::Column<'_>, len: usize, value: f64) {
    for (start, n) in Chunks::of::<S, f64>(len) {
        let mut chunk = S::window(&mut column, start, n);
        let dither = Dither::new(0, start);
        (0..n).for_each(|i| S::store(&mut chunk, i, value, &dither, 0));
        S::flush(&mut chunk, &dither, 0);
    }
}

/// A stretch of a packed buffer, lent to a thread.
pub(super) struct Lent<'a> {
    signed: bool,
    bytes: &'a mut [u8],
    words: &'a mut [u16],
    scales: &'a mut [f32],
    /// The place of its first element in the whole buffer, and of its first scale.
    place: usize,
    first_scale: usize,
}

impl<'a> Lent<'a> {
    /// The same stretch, for a while.
    pub(super) fn again(&mut self) -> Lent<'_> {
        Lent { bytes: self.bytes, words: self.words, scales: self.scales, ..*self }
    }

    /// Where `range` of the whole buffer lies in this stretch.
    fn own(&self, range: &Range<usize>) -> Range<usize> {
        range.start - self.place..range.end - self.place
    }

    /// The words of `range` of the whole buffer.
    pub(super) fn words(self, range: &Range<usize>) -> &'a mut [u16] {
        let own = self.own(range);
        &mut self.words[own]
    }

    /// The codes of `range` of the whole buffer, which lies in tensor `index` at `tensor`; room for one block is lent by the caller.
    pub(super) fn codes<T>(
        self,
        index: usize,
        tensor: &Range<usize>,
        range: &Range<usize>,
        fresh: &'a mut [T],
    ) -> Codes<'a, T> {
        let own = self.own(range);
        let first = self.scale(index, tensor, range.start);
        let scales = &mut self.scales[first..first + range.len().div_ceil(SCALED)];
        Codes { code: Code::new(self.signed), codes: &mut self.bytes[own], scales, scale: 0.0, fresh }
    }

    /// Unpacks `range` of the whole buffer, which lies in tensor `index` at `tensor`, for 8 bits from a multiple of a block from
    /// its start; room for one block is lent by the caller.
    pub(super) fn unpack<T: Real>(
        self,
        format: Format,
        index: usize,
        tensor: &Range<usize>,
        range: &Range<usize>,
        fresh: &mut [T],
        values: &mut [T],
    ) {
        if format == Format::EightBit {
            let column = self.codes(index, tensor, range, fresh);
            dispatch(Unpack::<T, EightBit> { column, values });
        } else {
            dispatch(Unpack::<T, Bf16> { column: self.words(range), values });
        }
    }

    /// Packs the values of such a range, at most a block, of buffer number `number`.
    pub(super) fn pack<T: Real>(
        self,
        format: Format,
        (index, tensor, range): (usize, &Range<usize>, &Range<usize>),
        fresh: &mut [T],
        values: &[T],
        (dither, number): (&Dither, usize),
    ) {
        let dither = *dither;
        if format == Format::EightBit {
            let column = self.codes(index, tensor, range, fresh);
            dispatch(Pack::<T, EightBit> { column, values, dither, number });
        } else {
            dispatch(Pack::<T, Bf16> { column: self.words(range), values, dither, number });
        }
    }

    fn scale(&self, index: usize, tensor: &Range<usize>, element: usize) -> usize {
        tensor.start / SCALED + index + (element - tensor.start) / SCALED - self.first_scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_takes_half_or_a_quarter_of_an_f32_one() {
        let mut layout = Layout::new();
        layout.add("w", &[100, SCALED]).unwrap();
        let layout = Arc::new(layout);
        let size = |format| PackedArena::zeros(layout.clone(), format, true).size();
        assert_eq!(size(Format::Bf16), 2 * 100 * SCALED);
        // A scale a block, and one to spare for a tensor and for the end.
        assert_eq!(size(Format::EightBit), 100 * SCALED + 4 * 102);
    }

    fn two_tensors() -> Arc<Layout> {
        let mut layout = Layout::new();
        layout.add("short", &[5]).unwrap();
        layout.add("long", &[3 * SCALED + 1]).unwrap();
        Arc::new(layout)
    }

    #[test]
    fn a_buffer_starts_with_the_value_asked_for() {
        for format in [Format::Bf16, Format::EightBit] {
            for signed in [true, false] {
                let arena = PackedArena::filled(two_tensors(), format, signed, 0.25);
                assert_eq!((arena.format(), arena.format().is_full()), (format, false));
                for (name, len) in [("short", 5), ("long", 3 * SCALED + 1)] {
                    let values: Vec<f64> = arena.get(name).unwrap();
                    assert_eq!(values.len(), len);
                    assert!(values.iter().all(|value| (value - 0.25).abs() < 1e-6), "{format:?} {values:?}");
                }
                assert_eq!(arena.get::<f32>("other"), None);
            }
        }
    }

    #[test]
    fn what_is_stored_is_restored_and_another_size_changes_nothing() {
        for format in [Format::Bf16, Format::EightBit] {
            let arena = PackedArena::filled(two_tensors(), format, true, -3.0);
            let (bytes, scales) = arena.stored(1);
            let mut other = PackedArena::zeros(two_tensors(), format, true);
            assert!(!other.restore(1, &bytes[1..], scales));
            assert!(!other.restore(1, &bytes, &[scales, &[1.0]].concat()));
            assert!(other.get::<f32>("long").unwrap().iter().all(|value| *value == 0.0));
            assert!(other.restore(1, &bytes, scales));
            assert_eq!(other.get::<f32>("long"), arena.get("long"));
            assert!(other.get::<f32>("short").unwrap().iter().all(|value| *value == 0.0));
        }
    }

    #[test]
    fn parts_for_threads_have_their_own_blocks_scales() {
        let layout = two_tensors();
        let tensor = layout.tensors()[1].range.clone();
        let mut arena = PackedArena::zeros(layout, Format::EightBit, true);
        assert!(arena.restore(1, &vec![1; tensor.len()], &[1.0, 2.0, 3.0, 4.0]));
        let middle = tensor.start + SCALED..tensor.start + 3 * SCALED;
        let cuts = [tensor.start..middle.start, middle.clone(), middle.end..tensor.end];
        let parts = arena.lend_parts(1, &cuts);
        for ((part, cut), expected) in parts.into_iter().zip(&cuts).zip([&[1.0f32][..], &[2.0, 3.0], &[4.0]])
        {
            let mut room = [0.0f32; SCALED];
            let codes = part.codes(1, &tensor, cut, &mut room);
            assert_eq!((&*codes.scales, codes.codes.len()), (expected, cut.len()));
        }
    }
}
