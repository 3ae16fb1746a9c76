//! Products whose left factor is mostly zeros: images of digits, one-hot columns, counts of words.
//!
//! Three quarters and more of the multiply-adds of such a product add nothing. They are left out: a bit for each element says
//! whether there is anything, and only where there is does it meet its row of the right factor, which lies in the nearest
//! cache. Every element of the result is added up in the order of the inner index, so it depends neither on the number of
//! threads nor on the instruction set.

use crate::gemm::{Element, Matrix, MatrixMut, gemm_on};
use std::ops::Range;
use thalweg_kit::side_by_side;
use thalweg_lanes::{Isa, Kernel, Real, dispatch, isa};

/// So many elements a side has a block of the data: one mask for each row, one bit for each column.
const SIDE: usize = 64;

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

/// [`gemm_on`] for a left factor that is data, or the transpose of data: if three quarters of it are zeros, they are skipped.
///
/// The sums are then added up in another order than the dense product's, so their last bits differ. A right factor that is not
/// finite everywhere spoils what it spoils there: nothing is skipped where it is not.
///
/// # Panics
/// As [`gemm_on`].
pub fn gemm_of_data_on<T: Element>(
    threads: usize,
    data: Matrix<'_, T>,
    b: Matrix<'_, T>,
    mut c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    let product = Product::worth_it(data, b, accumulate);
    match product.as_ref().and_then(|product| Some((product, c.whole(product.rows, product.columns)?))) {
        Some((product, c)) => product.write(threads, c),
        None => gemm_on(threads, data, b, c, accumulate),
    }
}

/// Rows of data in 32 bits, one for each example, with a bit for each element that says whether it is anything but 0.
#[derive(Debug, Default)]
pub struct NarrowData {
    values: Vec<f32>,
    /// For the first [`SIDE`] columns a mask for each row, then for the next ones.
    masks: Vec<u64>,
    examples: usize,
    there: usize,
}

impl NarrowData {
    /// Takes over the rows of so many examples. Allocates nothing where there were as many before.
    pub fn fill(&mut self, values: &[f32], examples: usize) {
        let blocks = (values.len() / examples.max(1)).div_ceil(SIDE);
        self.values.clear();
        self.masks.clear();
        self.values.extend_from_slice(values);
        self.masks.resize(blocks * examples, 0);
        self.examples = examples;
        dispatch(Masks { values, examples, masks: &mut self.masks });
        self.there = self.masks.iter().map(|mask| mask.count_ones() as usize).sum();
    }

    /// The elements, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Whether [`gemm_of_narrow_data_on`] is faster than the dense product with a matrix of so many columns.
    pub fn pays(&self, columns: usize) -> bool {
        columns >= NARROWEST && self.examples >= FEWEST && self.there <= self.values.len() / 4
    }
}

struct Masks<'a> {
    values: &'a [f32],
    examples: usize,
    masks: &'a mut [u64],
}

impl Kernel for Masks<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let width = self.values.len() / self.examples.max(1);
        for (row, values) in self.values.chunks_exact(width.max(1)).enumerate() {
            for (block, values) in values.chunks(SIDE).enumerate() {
                self.masks[block * self.examples + row] = mask::<f32, 16>(values);
            }
        }
    }
}

/// [`gemm_of_data_on`] for data in 32 bits, or their transpose, and everything else in another type: each element is widened where
/// it is used, which saves the memory of all others. Zeros are skipped, however few there are.
///
/// # Panics
/// If the extents do not fit each other or their slices, something lies between the rows of a matrix, or the right factor is
/// transposed.
pub fn gemm_of_narrow_data_on<T: Element>(
    threads: usize,
    data: &NarrowData,
    transposed: bool,
    b: Matrix<'_, T>,
    mut c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    let NarrowData { values, masks, examples, there } = data;
    let width = values.len() / (*examples).max(1);
    let (rows, inner) = if transposed { (width, *examples) } else { (*examples, width) };
    let (b_rows, columns) = b.extents();
    assert_eq!(inner, b_rows, "the left factor has as many columns as the right one rows");
    let Some((b, false)) = b.stored() else { panic!("the right factor lies in one piece, row after row") };
    let c = c.whole(rows, columns).expect("the result has the extents of the product and lies in one piece");
    if c.is_empty() {
        return;
    }
    Product {
        data: values,
        known: Some(masks),
        transposed,
        there: *there,
        b,
        rows,
        inner,
        columns,
        accumulate,
    }
    .write(threads, c);
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

impl<'a, T: Element> Product<'a, T, T> {
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
        // thirty-two of 64 bytes more than eight would make a block of the right factor too large for the nearest cache.
        match (isa(), T::BYTES) {
            (Isa::Avx512, 8) => self.compute_strips::<8, 8>(first, c),
            (Isa::Avx512, _) => self.compute_strips::<16, 8>(first, c),
            (_, 8) => self.compute_strips::<4, 13>(first, c),
            _ => self.compute_strips::<8, 13>(first, c),
        }
    }

    /// The same strip by strip of at most `MOST` registers of `E` elements.
    fn compute_strips<const E: usize, const MOST: usize>(&self, first: usize, c: &mut [T]) {
        let strips = self.columns.div_ceil(MOST * E);
        let width = self.columns.div_ceil(strips).next_multiple_of(E);
        for start in (0..self.columns).step_by(width) {
            let columns = start..(start + width).min(self.columns);
            match columns.len().div_ceil(E) {
                ..=3 => dispatch(Strip::<D, T, E, 3> { product: self, first, c, columns }),
                4 => dispatch(Strip::<D, T, E, 4> { product: self, first, c, columns }),
                5 => dispatch(Strip::<D, T, E, 5> { product: self, first, c, columns }),
                6 => dispatch(Strip::<D, T, E, 6> { product: self, first, c, columns }),
                7 => dispatch(Strip::<D, T, E, 7> { product: self, first, c, columns }),
                8 => dispatch(Strip::<D, T, E, 8> { product: self, first, c, columns }),
                9 => dispatch(Strip::<D, T, E, 9> { product: self, first, c, columns }),
                10 => dispatch(Strip::<D, T, E, 10> { product: self, first, c, columns }),
                11 => dispatch(Strip::<D, T, E, 11> { product: self, first, c, columns }),
                12 => dispatch(Strip::<D, T, E, 12> { product: self, first, c, columns }),
                _ => dispatch(Strip::<D, T, E, 13> { product: self, first, c, columns }),
            }
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

/// For each of `rows` rows of a block, `stride` elements apart, which of its first `columns` elements are not zero.
#[inline(always)]
fn masks<T: Real, const E: usize>(block: &[T], stride: usize, rows: usize, columns: usize) -> [u64; SIDE] {
    let mut masks = [0; SIDE];
    for (mask, row) in masks.iter_mut().zip(block.chunks(stride)).take(rows) {
        *mask = self::mask::<T, E>(&row[..columns]);
    }
    masks
}

/// Bit `i` says whether element `i` of at most [`SIDE`] is not zero.
#[inline(always)]
fn mask<T: Real, const E: usize>(values: &[T]) -> u64 {
    match values.first_chunk::<SIDE>() {
        Some(whole) => whole_mask::<T, E>(whole),
        None => values.iter().rev().fold(0, |mask, &x| mask << 1 | u64::from(x != T::ZERO)),
    }
}

/// Bit `i` says whether element `i` is not zero. Each way is the faster one for its elements in registers of `E` of them.
#[inline(always)]
fn whole_mask<T: Real, const E: usize>(row: &[T; SIDE]) -> u64 {
    if T::BYTES == 8 && E < 8 { mask_by_places(row) } else { mask_by_bytes(row) }
}

#[inline(always)]
fn mask_by_bytes<T: Real>(row: &[T; SIDE]) -> u64 {
    let mut bytes = [0u8; SIDE];
    for i in 0..SIDE {
        bytes[i] = u8::from(row[i] != T::ZERO);
    }
    // Eight bytes that are 0 or 1, multiplied so that byte `i` ends up as bit `i` of the highest byte.
    let (groups, _) = bytes.as_chunks::<8>();
    let mut mask = 0;
    for i in 0..SIDE / 8 {
        mask |= (u64::from_le_bytes(groups[i]).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    mask
}

#[inline(always)]
fn mask_by_places<T: Real>(row: &[T; SIDE]) -> u64 {
    // Bit `group` of integer `place` is for element `8 * group + place`.
    let mut places = [0u64; 8];
    for (group, values) in row.as_chunks::<8>().0.iter().enumerate() {
        for place in 0..8 {
            places[place] |= if values[place] == T::ZERO { 0 } else { 1 << group };
        }
    }
    let mut mask = 0;
    for place in 0..8 {
        mask |= places[place] << (8 * place);
    }
    // Eight by eight bits, transposed: pairs change places, then squares of four, then of sixteen (Hacker's Delight, 7-3).
    for (apart, which) in
        [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)]
    {
        let exchanged = (mask ^ mask >> apart) & which;
        mask ^= exchanged ^ exchanged << apart;
    }
    mask
}

/// The square of bits, transposed: its quarters change places, then theirs (Warren, Hacker's Delight, 7-3).
#[inline(always)]
fn turned(mut rows: [u64; SIDE]) -> [u64; SIDE] {
    let mut half = SIDE / 2;
    let mut low = u64::MAX >> half;
    while half > 0 {
        for at in (0..SIDE).filter(|at| at & half == 0) {
            let exchanged = (rows[at] >> half ^ rows[at + half]) & low;
            rows[at] ^= exchanged << half;
            rows[at + half] ^= exchanged;
        }
        half /= 2;
        low ^= low << half;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gemm;
    use thalweg_lanes::{Isa, force_isa};

    /// Data of which about one in `of` is not zero, in runs as in images.
    fn data<T: Real>(len: usize, of: usize) -> Vec<T> {
        let something = |i: usize| i / 5 * 7 + i / 97;
        (0..len)
            .map(|i| if something(i) % of == 0 { T::from_f64((i % 13) as f64 - 6.5) } else { T::ZERO })
            .collect()
    }

    /// Eighths: every product with `data` below is exact in `f32`, whatever the order of its sum.
    fn numbers<T: Real>(len: usize) -> Vec<T> {
        (0..len).map(|i| T::from_f64((i * 29 % 31) as f64 / 8.0 - 2.0)).collect()
    }

    /// The extents of products on all sides of every border: blocks, strips, rows in the cache.
    const EXTENTS: [(usize, usize, usize); 9] = [
        (16, 64, 48),
        (40, 1, 50),
        (17, 65, 100),
        (64, 63, 112),
        (130, 200, 64),
        (100, 784, 50),
        (65, 130, 129),
        (300, 70, 300),
        (33, 129, 127),
    ];

    fn check<T: Element>(m: usize, k: usize, n: usize) {
        let values = data::<T>(m * k, 8);
        let (left, right) = (Matrix::new(&values, m, k), numbers::<T>(k * n));
        let of_rows = numbers::<T>(m * n);
        for (data, b, (rows, columns)) in [
            (left, Matrix::new(&right, k, n), (m, n)),
            (left.transposed(), Matrix::new(&of_rows, m, n), (k, n)),
        ] {
            assert!(Product::worth_it(data, b, false).is_some(), "{m}x{k}x{n}: zeros are skipped");
            let start = numbers::<T>(rows * columns);
            for accumulate in [false, true] {
                let (mut expected, mut found) = (start.clone(), start.clone());
                gemm(data, b, MatrixMut::new(&mut expected, rows, columns), accumulate);
                for threads in [1, 2, 7] {
                    found.copy_from_slice(&start);
                    let product = Product::worth_it(data, b, accumulate).unwrap();
                    // On threads also where they do not pay.
                    Product { there: LARGE, ..product }.write(threads, &mut found);
                    assert!(found == expected, "{m}x{k}x{n} {} {accumulate}", T::NAME);
                }
                found.copy_from_slice(&start);
                gemm_of_data_on(1, data, b, MatrixMut::new(&mut found, rows, columns), accumulate);
                assert!(found == expected, "{m}x{k}x{n} {} {accumulate}", T::NAME);
            }
        }
    }

    #[test]
    fn products_without_zeros_are_those_with_them() {
        for (m, k, n) in EXTENTS {
            check::<f32>(m, k, n);
            check::<f64>(m, k, n);
        }
    }

    #[test]
    fn sums_have_the_same_bits_on_every_instruction_set() {
        let (m, k, n) = (70, 200, 75);
        let (values, b) = (data::<f32>(m * k, 8), numbers::<f32>(k * n));
        let b: Vec<f32> = b.iter().map(|x| x * 0.1).collect();
        let found: Vec<Vec<f32>> = Isa::available()
            .into_iter()
            .map(|isa| {
                force_isa(Some(isa));
                let mut c = vec![0.0; m * n];
                let (data, b) = (Matrix::new(&values, m, k), Matrix::new(&b, k, n));
                gemm_of_data_on(1, data, b, MatrixMut::new(&mut c, m, n), false);
                c
            })
            .collect();
        force_isa(None);
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn what_is_dense_or_not_in_one_piece_is_left_to_the_library() {
        let (m, k, n) = (32, 64, 64);
        let (sparse, dense, b) = (data::<f32>(m * k, 8), data::<f32>(m * k, 2), numbers::<f32>(k * n));
        let worth_it = |values: &[f32], b: Matrix<'_, f32>| {
            Product::worth_it(Matrix::new(values, m, k), b, false).is_some()
        };
        assert!(worth_it(&sparse, Matrix::new(&b, k, n)));
        assert!(!worth_it(&dense, Matrix::new(&b, k, n)));
        assert!(!worth_it(&sparse, Matrix::new(&b, n, k).transposed()));
        assert!(!worth_it(&sparse, Matrix::with_stride(&b, k, NARROWEST, n)));
        assert!(!worth_it(&sparse, Matrix::new(&b[..k * 47], k, 47)));
        let nothing = Matrix::new(&[], m, 0).transposed();
        gemm_of_data_on(1, nothing, Matrix::new(&b[..m * n], m, n), MatrixMut::new(&mut [], 0, n), false);
        // Into every second half of a row, what is in the other stays.
        let mut c = vec![7.0; m * 2 * n];
        let (left, right) = (Matrix::new(&sparse, m, k), Matrix::new(&b, k, n));
        gemm_of_data_on(1, left, right, MatrixMut::with_stride(&mut c[..m * 2 * n - n], m, n, 2 * n), false);
        let mut expected = vec![0.0; m * n];
        gemm(left, right, MatrixMut::new(&mut expected, m, n), false);
        for i in 0..m {
            assert_eq!(c[i * 2 * n..][..n], expected[i * n..][..n]);
            assert!(c[i * 2 * n + n..][..n].iter().all(|x| *x == 7.0));
        }
    }

    #[test]
    fn a_zero_times_what_is_not_finite_is_no_number() {
        let (m, k, n) = (32, 130, 100);
        let sparse = data::<f32>(m * k, 8);
        for (bad, other) in
            [(f32::INFINITY, 5 * n + 3), (f32::NAN, 129 * n + 99), (f32::NEG_INFINITY, 64 * n + 50)]
        {
            let mut b = numbers::<f32>(k * n);
            b[other] = bad;
            let (left, right) = (Matrix::new(&sparse, m, k), Matrix::new(&b, k, n));
            let (mut expected, mut found) = (vec![0.0; m * n], vec![0.0; m * n]);
            gemm(left, right, MatrixMut::new(&mut expected, m, n), false);
            gemm_of_data_on(1, left, right, MatrixMut::new(&mut found, m, n), false);
            assert!((0..m).all(|i| !found[i * n + other % n].is_finite()));
            let same = |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan());
            assert!(expected.iter().zip(&found).all(same), "{bad}");
            // And of the transpose, whose right factor has a row for each example.
            let right = Matrix::new(&b[other / n * n..][..n], 1, n);
            let mut rows = numbers::<f32>(m * n);
            rows[3 * n..4 * n].copy_from_slice(right.stored().unwrap().0);
            let (mut expected, mut found) = (vec![0.0; k * n], vec![0.0; k * n]);
            let right = Matrix::new(&rows, m, n);
            gemm(left.transposed(), right, MatrixMut::new(&mut expected, k, n), false);
            gemm_of_data_on(1, left.transposed(), right, MatrixMut::new(&mut found, k, n), false);
            assert!(expected.iter().zip(&found).all(same), "{bad}");
        }
    }

    #[test]
    fn data_in_32_bits_give_the_bits_of_the_same_data_widened() {
        for (m, k, n) in EXTENTS {
            let narrow = data::<f32>(m * k, 8);
            let wide: Vec<f64> = narrow.iter().map(|&x| x.into()).collect();
            let mut of_narrow = NarrowData::default();
            // What was there before does not matter.
            of_narrow.fill(&vec![1.0; 3 * 77], 3);
            assert!(!of_narrow.pays(100));
            of_narrow.fill(&narrow, m);
            assert!(of_narrow.pays(NARROWEST) && !of_narrow.pays(NARROWEST - 1));
            assert_eq!(of_narrow.values(), narrow);
            for transposed in [false, true] {
                let (rows, inner) = if transposed { (k, m) } else { (m, k) };
                let b: Vec<f64> = numbers(inner * n);
                let b: Vec<f64> = b.iter().map(|x| x * 0.1).collect();
                let left = Matrix::new(&wide, m, k);
                let left = if transposed { left.transposed() } else { left };
                let right = Matrix::new(&b, inner, n);
                for accumulate in [false, true] {
                    let (mut expected, mut found) = (numbers::<f64>(rows * n), numbers::<f64>(rows * n));
                    Product::worth_it(left, right, accumulate).unwrap().write(1, &mut expected);
                    let c = MatrixMut::new(&mut found, rows, n);
                    gemm_of_narrow_data_on(2, &of_narrow, transposed, right, c, accumulate);
                    assert!(found == expected, "{m}x{k}x{n} {transposed} {accumulate}");
                }
            }
        }
    }

    #[test]
    fn a_square_of_bits_turned_twice_is_itself_and_turned_once_its_transpose() {
        let rows: [u64; SIDE] =
            std::array::from_fn(|i| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32));
        let columns = turned(rows);
        assert_eq!(turned(columns), rows);
        for i in 0..SIDE {
            for j in 0..SIDE {
                assert_eq!(rows[i] >> j & 1, columns[j] >> i & 1);
            }
        }
    }
}
