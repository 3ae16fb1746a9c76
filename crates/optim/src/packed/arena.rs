//! One state buffer in fewer bits.

use super::eight_bit::{self, SCALED};
use super::{Format, bf16};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::{Real, dispatch};

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
            for (index, tensor) in layout.tensors().iter().enumerate() {
                let values = vec![value; tensor.len()];
                arena.lend().pack(index, &tensor.range, &tensor.range, &values, 0);
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
        let mut values = vec![T::ZERO; range.len()];
        let mut copy = self.clone();
        copy.lend().unpack(index, &range, &range, &mut values);
        Some(values)
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
            format: self.format,
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
        let bytes = crate::sweep::cut(&mut self.bytes, if eight { cuts } else { &none });
        let words = crate::sweep::cut(&mut self.words, if eight { &none } else { cuts });
        let scales = crate::sweep::cut(&mut self.scales, if eight { &scale_cuts } else { &none });
        let pieces = bytes.into_iter().zip(words).zip(scales).zip(cuts.iter().zip(&scale_cuts));
        pieces
            .map(|(((bytes, words), scales), (cut, scale_cut))| Lent {
                format,
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

/// A stretch of a packed buffer, lent to a thread.
pub(super) struct Lent<'a> {
    format: Format,
    signed: bool,
    bytes: &'a mut [u8],
    words: &'a mut [u16],
    scales: &'a mut [f32],
    /// The place of its first element in the whole buffer, and of its first scale.
    place: usize,
    first_scale: usize,
}

impl Lent<'_> {
    /// The same stretch, for a while.
    pub(super) fn again(&mut self) -> Lent<'_> {
        Lent { bytes: self.bytes, words: self.words, scales: self.scales, ..*self }
    }

    /// Unpacks `range` of the whole buffer, which lies in tensor `index` at `tensor`.
    pub(super) fn unpack<T: Real>(
        &mut self,
        index: usize,
        tensor: &Range<usize>,
        range: &Range<usize>,
        values: &mut [T],
    ) {
        let own = range.start - self.place..range.end - self.place;
        if self.format != Format::EightBit {
            dispatch(bf16::Unpack { words: &self.words[own], values });
            return;
        }
        for (k, values) in values.chunks_mut(SCALED).enumerate() {
            let start = own.start + k * SCALED;
            let scale = self.scales[self.scale(index, tensor, range.start + k * SCALED)];
            let codes = &self.bytes[start..start + values.len()];
            match self.signed {
                true => dispatch(eight_bit::Unpack::<T, true> { codes, values, scale }),
                false => dispatch(eight_bit::Unpack::<T, false> { codes, values, scale }),
            }
        }
    }

    /// Packs `range` of the whole buffer.
    pub(super) fn pack<T: Real>(
        &mut self,
        index: usize,
        tensor: &Range<usize>,
        range: &Range<usize>,
        values: &[T],
        seed: u32,
    ) {
        let own = range.start - self.place..range.end - self.place;
        let place = range.start as u32;
        if self.format != Format::EightBit {
            dispatch(bf16::Pack { words: &mut self.words[own], values, place, seed });
            return;
        }
        for (k, values) in values.chunks(SCALED).enumerate() {
            let start = own.start + k * SCALED;
            let scale = self.scale(index, tensor, range.start + k * SCALED);
            let place = place.wrapping_add((k * SCALED) as u32);
            let codes = &mut self.bytes[start..start + values.len()];
            self.scales[scale] = match self.signed {
                true => dispatch(eight_bit::Pack::<T, true> { codes, values, place, seed }),
                false => dispatch(eight_bit::Pack::<T, false> { codes, values, place, seed }),
            };
        }
    }

    fn scale(&self, index: usize, tensor: &Range<usize>, element: usize) -> usize {
        tensor.start / SCALED + index + (element - tensor.start) / SCALED - self.first_scale
    }
}
