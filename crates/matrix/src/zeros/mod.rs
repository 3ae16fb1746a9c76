//! Products whose left factor is mostly zeros: images of digits, one-hot columns, counts of words.
//!
//! Three quarters and more of the multiply-adds of such a product add nothing. They are left out: a bit for each element says
//! whether there is anything, and only where there is does it meet its row of the right factor, which lies in the nearest
//! cache. Every element of the result is added up in the order of the inner index, so it depends neither on the number of
//! threads nor on the instruction set.

mod masks;
mod narrow;

pub use narrow::NarrowData;
pub(crate) use narrow::product_of_narrow_data;

use self::masks::{SIDE, masks, turned};
use crate::views::{Matrix, MatrixMut};
use std::ops::Range;
use thalweg_kit::side_by_side;
use thalweg_lanes::{Isa, Kernel, Real, dispatch, dispatch_to_avx2, dispatch_to_avx512, isa};

/// Columns of the result below which the dense product is faster.
const NARROWEST: usize = 48;

/// Examples below which a look at them costs more than it saves.
const FEWEST: usize = 16;

/// About so many examples, from first to last, tell how many zeros there are.
const ASKED: usize = 32;

/// Rows of data that stay in the cache while strip after strip is computed from them.
const ROWS: usize = 128;

/// Multiply-adds, without those left out, from which on threads help.
const LARGE: usize = 4_000_000;

/// Computes the product and skips the zeros of the data, if three quarters of it are zeros; else returns false, and nothing is
/// done.
pub(crate) fn product_of_data<T: Real>(
    threads: usize,
    data: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: &mut MatrixMut<'_, T>,
    accumulate: bool,
) -> bool {
    let product = Product::worth_it(data, b, accumulate);
    match product.as_ref().and_then(|product| Some((product, c.whole(product.rows, product.columns)?))) {
        Some((product, c)) => product.write(threads, c),
        None => return false,
    }
    true
}

/// A product in which zeros are skipped.
struct Product<'a, D, T> {
    /// `rows` x `inner`, one row after the other; the other way round if `transposed`.
    data: &'a [D],
    transposed: bool,
    /// About how many elements of the data are not zero.
    there: usize,
    /// The masks of [`NarrowData`], if these are its values.
    known: Option<&'a [u64]>,
    /// `inner` x `columns`.
    b: &'a [T],
    rows: usize,
    inner: usize,
    columns: usize,
    /// Whether the result is added to what is there.
    accumulate: bool,
}

impl<'a, T: Real> Product<'a, T, T> {
    /// The product of these two, if it is faster that way and right.
    fn worth_it(data: Matrix<'a, T>, b: Matrix<'a, T>, accumulate: bool) -> Option<Self> {
        let ((rows, inner), (b_rows, columns)) = (data.extents(), b.extents());
        let ((data, transposed), (b, b_transposed)) = (data.stored()?, b.stored()?);
        let examples = if transposed { inner } else { rows };
        let small = data.is_empty() || columns < NARROWEST || examples < FEWEST;
        if small || inner != b_rows || b_transposed {
            return None;
        }
        // An odd distance: data often comes in turns of two or four.
        let every = (examples / ASKED) | 1;
        let there = dispatch(Count { data, length: data.len() / examples, every }) * every;
        let worth_it = there <= data.len() / 4;
        worth_it.then_some(Self { data, known: None, transposed, there, b, rows, inner, columns, accumulate })
    }
}

impl<D: Real, T: Real + From<D>> Product<'_, D, T> {
    fn write(&self, threads: usize, c: &mut [T]) {
        let threads = if self.there * self.columns < LARGE { 1 } else { threads };
        // What is next to each other in memory are rows of the data, but columns of its transpose.
        let rows = if self.transposed { self.rows.div_ceil(threads).next_multiple_of(SIDE) } else { ROWS };
        let pieces = c.chunks_mut(rows * self.columns).enumerate();
        side_by_side(threads, pieces, |(piece, c)| self.compute(piece * rows, c));
    }

    /// Computes the rows from `first` on.
    fn compute(&self, first: usize, c: &mut [T]) {
        // A strip's sums stay in registers. AVX2 has sixteen of 32 bytes, three of which hold factors and products; of AVX-512's
        // thirty-two of 64 bytes more than eight would make a block of the right factor too large for the nearest cache. The
        // type is known when this is compiled: strips of the other type's widths are not.
        match isa() {
            Isa::Avx512 if const { T::BYTES == 8 } => self.compute_strips::<8, 8>(first, c),
            Isa::Avx512 => self.compute_strips::<16, 8>(first, c),
            Isa::Avx2 if const { T::BYTES == 8 } => self.compute_strips::<4, 13>(first, c),
            Isa::Avx2 => self.compute_strips::<8, 13>(first, c),
            Isa::Baseline if const { T::BYTES == 8 } => self.compute_strips::<2, 3>(first, c),
            Isa::Baseline => self.compute_strips::<4, 3>(first, c),
        }
    }

    /// The same strip by strip of at most `MOST` registers of `E` elements.
    fn compute_strips<const E: usize, const MOST: usize>(&self, first: usize, c: &mut [T]) {
        let strips = self.columns.div_ceil(MOST * E);
        let width = self.columns.div_ceil(strips).next_multiple_of(E);
        for start in (0..self.columns).step_by(width) {
            let columns = start..(start + width).min(self.columns);
            match columns.len().div_ceil(E) {
                ..=3 => self.compute_strip::<E, 3>(first, c, columns),
                _ if const { MOST == 3 } => unreachable!("a strip has at most {MOST} registers"),
                4 => self.compute_strip::<E, 4>(first, c, columns),
                5 => self.compute_strip::<E, 5>(first, c, columns),
                6 => self.compute_strip::<E, 6>(first, c, columns),
                7 => self.compute_strip::<E, 7>(first, c, columns),
                8 => self.compute_strip::<E, 8>(first, c, columns),
                _ if const { MOST == 8 } => unreachable!("a strip has at most {MOST} registers"),
                9 => self.compute_strip::<E, 9>(first, c, columns),
                10 => self.compute_strip::<E, 10>(first, c, columns),
                11 => self.compute_strip::<E, 11>(first, c, columns),
                12 => self.compute_strip::<E, 12>(first, c, columns),
                _ => self.compute_strip::<E, 13>(first, c, columns),
            }
        }
    }

    /// One strip, in the copy that its registers are made for.
    fn compute_strip<const E: usize, const R: usize>(
        &self,
        first: usize,
        c: &mut [T],
        columns: Range<usize>,
    ) {
        let strip = Strip::<D, T, E, R> { product: self, first, c, columns };
        match const { E * T::BYTES } {
            64 => dispatch_to_avx512(strip),
            32 => dispatch_to_avx2(strip),
            _ => strip.run(),
        }
    }
}

/// How many elements are not zero in one of `every` so many rows of this length.
struct Count<'a, T> {
    data: &'a [T],
    length: usize,
    every: usize,
}

impl<T: Real> Kernel for Count<'_, T> {
    type Output = usize;
    #[inline(always)]
    fn run(self) -> usize {
        let mut there = 0;
        for row in self.data.chunks_exact(self.length).step_by(self.every) {
            for block in row.chunks(1 << 12) {
                let mut of_block = 0u32;
                for value in block {
                    of_block += u32::from(*value != T::ZERO);
                }
                there += of_block as usize;
            }
        }
        there
    }
}

/// The rows of the right factor that a block meets, each from the start of a register on.
#[repr(align(64))]
struct Tile<T, const E: usize, const R: usize>([[[T; E]; R]; SIDE]);

/// Does the work for each register, one after the other and not in a loop.
macro_rules! each_register {
    ($count:expr, $r:ident => $work:stmt) => {
        each_register!($count, $r => $work; 0 1 2 3 4 5 6 7 8 9 10 11 12)
    };
    ($count:expr, $r:ident => $work:stmt; $($number:literal)*) => {
        $(if $number < $count {
            let $r = $number;
            $work
        })*
    };
}

/// Some rows of a product and at most `R` registers of `E` columns; `c` holds all columns of these rows.
struct Strip<'a, D, T, const E: usize, const R: usize> {
    product: &'a Product<'a, D, T>,
    first: usize,
    c: &'a mut [T],
    columns: Range<usize>,
}

impl<D: Real, T: Real + From<D>, const E: usize, const R: usize> Kernel for Strip<'_, D, T, E, R> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let &Product { data, known, transposed, b, inner, columns: n, accumulate, .. } = self.product;
        let (at, width) = (self.columns.start, self.columns.len());
        let rows = self.c.len() / n;
        // From one element to that in the next row, and in the next column.
        let (down, right) = if transposed { (1, self.product.rows) } else { (inner, 1) };
        let examples = if transposed { inner } else { self.product.rows };
        let mut tile = Tile([[[T::ZERO; E]; R]; SIDE]);
        for start in (0..inner).step_by(SIDE) {
            let depth = SIDE.min(inner - start);
            let fresh = start == 0 && !accumulate;
            // Numbers that are not finite leave something behind when multiplied by 0.
            let mut nothing = [[T::ZERO; E]; R];
            for (k, own) in tile.0[..depth].iter_mut().enumerate() {
                let from = &b[(start + k) * n + at..];
                match registers(from) {
                    Some(from) => *own = *from,
                    None => own.as_flattened_mut()[..width].copy_from_slice(&from[..width]),
                }
                each_register!(R, r => for j in 0..E {
                    nothing[r][j] += own[r][j] * T::ZERO;
                });
            }
            let skip = nothing.as_flattened()[..width].iter().all(|nothing| *nothing == T::ZERO);
            for top in (0..rows).step_by(SIDE) {
                let height = SIDE.min(rows - top);
                let block = &data[(self.first + top) * down + start * right..];
                let known = known.map(|known| {
                    // Of these columns of the data, these rows.
                    let (column, row, rows) = match transposed {
                        true => (self.first + top, start, depth),
                        false => (start, self.first + top, height),
                    };
                    let mut masks = [0; SIDE];
                    masks[..rows].copy_from_slice(&known[column / SIDE * examples + row..][..rows]);
                    masks
                });
                let masks = match (known, transposed) {
                    _ if !skip => [u64::MAX >> (SIDE - depth); SIDE],
                    (Some(masks), false) => masks,
                    (Some(masks), true) => turned(masks),
                    (None, false) => masks::<D, E>(block, down, height, depth),
                    (None, true) => turned(masks::<D, E>(block, right, depth, height)),
                };
                for (i, &mask) in masks[..height].iter().enumerate().filter(|(_, mask)| fresh || **mask != 0)
                {
                    let row = &block[i * down..];
                    let sums = &mut self.c[(top + i) * n + at..];
                    match registers(sums) {
                        // Nearly always: from memory to registers and back, the last of them in part.
                        Some(before) if width > (R - 1) * E => {
                            let before = if fresh { [[T::ZERO; E]; R] } else { *before };
                            let after = added(before, mask, row, right, &tile);
                            let (whole, rest) = sums[..width].split_at_mut((R - 1) * E);
                            // One by one, so that they go from registers to their place.
                            let (whole, last) = (whole.as_chunks_mut().0, after[R - 1]);
                            each_register!(R - 1, r => whole[r] = after[r]);
                            part(&last, rest);
                        }
                        _ => {
                            let mut padded = [[T::ZERO; E]; R];
                            if !fresh {
                                padded.as_flattened_mut()[..width].copy_from_slice(&sums[..width]);
                            }
                            let after = added(padded, mask, row, right, &tile);
                            sums[..width].copy_from_slice(&after.as_flattened()[..width]);
                        }
                    }
                }
            }
        }
    }
}

/// The first elements as `R` registers, if there are so many.
#[inline(always)]
fn registers<T, const E: usize, const R: usize>(from: &[T]) -> Option<&[[T; E]; R]> {
    from.as_chunks().0.first_chunk()
}

/// Sums with the products of what is not zero in a row added: element `k` is `stride * k` from its start.
#[inline(always)]
fn added<D: Real, T: Real + From<D>, const E: usize, const R: usize>(
    mut sums: [[T; E]; R],
    mut mask: u64,
    row: &[D],
    stride: usize,
    tile: &Tile<T, E, R>,
) -> [[T; E]; R] {
    while mask != 0 {
        let k = mask.trailing_zeros() as usize;
        mask &= mask - 1;
        let (x, others) = (T::from(row[k * stride]), &tile.0[k]);
        // Of registers of 64 bytes the compiler makes vectors across registers: 30 times slower. Of smaller ones it does not, and
        // the loop is up to a tenth faster.
        if E * T::BYTES < 64 {
            for r in 0..R {
                for j in 0..E {
                    sums[r][j] += x * others[r][j];
                }
            }
        } else {
            each_register!(R, r => for j in 0..E {
                sums[r][j] += x * others[r][j];
            });
        }
    }
    sums
}

/// The first elements, as many as `to` has: none to all.
#[inline(always)]
fn part<T: Real, const E: usize>(from: &[T; E], mut to: &mut [T]) {
    if let Some(all) = to.first_chunk_mut() {
        *all = *from;
        return;
    }
    // Numbers of elements known beforehand: a call for a few of them would take longer than they do.
    let mut from = &from[..];
    next::<T, 8>(&mut from, &mut to);
    next::<T, 4>(&mut from, &mut to);
    next::<T, 2>(&mut from, &mut to);
    next::<T, 1>(&mut from, &mut to);
}

/// The next `N` elements, where so many are left.
#[inline(always)]
fn next<T: Real, const N: usize>(from: &mut &[T], to: &mut &mut [T]) {
    if let Some(there) = to.split_off_mut(..N)
        && let Some(here) = from.split_off(..N)
    {
        there.copy_from_slice(here);
    }
}

#[cfg(test)]
mod tests;
