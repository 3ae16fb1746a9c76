//! Which elements of a block of data are there: a bit for each.

use thalweg_lanes::Real;

/// The side of a block of the data, in elements: one mask for each row, one bit for each column.
pub(super) const SIDE: usize = 64;

/// For each of `rows` rows of a block, `stride` elements apart, which of its first `columns` elements are not zero.
#[inline(always)]
pub(super) fn masks<T: Real, const E: usize>(
    block: &[T],
    stride: usize,
    rows: usize,
    columns: usize,
) -> [u64; SIDE] {
    let mut masks = [0; SIDE];
    for (mask, row) in masks.iter_mut().zip(block.chunks(stride)).take(rows) {
        *mask = self::mask::<T, E>(&row[..columns]);
    }
    masks
}

/// Bit `i` says whether element `i` of at most [`SIDE`] is not zero.
#[inline(always)]
pub(super) fn mask<T: Real, const E: usize>(values: &[T]) -> u64 {
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
pub(super) fn turned(mut rows: [u64; SIDE]) -> [u64; SIDE] {
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
