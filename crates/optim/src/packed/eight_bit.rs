//! 8 bits a value and a scale for each block of 512 (after Dettmers et al. 2022, 8-bit Optimizers via Block-wise
//! Quantization; with a small floating-point format in place of their table, so that no look-up is needed).
//!
//! Magnitudes are divided by the scale, which leaves at most 1 − δ, and δ is added. Of the result's `f32` bits the exponent
//! and three bits of fraction are kept, rounded stochastically, and counted from those of δ: code 0 is 0, eight codes make
//! a factor of 2, and below δ the codes become evenly spaced. With a sign there are 127 codes and δ is 1.125 · 2⁻¹⁶,
//! without one there are 255 and δ is 1.125 · 2⁻³².

use crate::state::{Dither, Storage};
use thalweg_lanes::Real;

/// Values that share a scale.
pub(crate) const SCALED: usize = 512;

/// Bits of fraction that are dropped.
const DROPPED: u32 = 20;

/// The kept bits of 1.
const ONE: u32 = 1.0f32.to_bits() >> DROPPED;

/// The two kinds of code: with a sign and 127 magnitudes, or 255 of them.
#[derive(Clone, Copy)]
pub(super) struct Code {
    signed: bool,
    /// The bits of a code that hold its magnitude: its largest.
    top: u32,
    /// The bit of a float that holds a code's sign, if it has one.
    sign: u32,
    /// The bits of what is added to magnitudes, δ.
    delta: u32,
}

impl Code {
    /// For values that may be negative, or never are.
    #[inline(always)]
    pub(super) fn new(signed: bool) -> Self {
        let (top, sign) = if signed { (127, 1 << 31) } else { (255, 0) };
        Self { signed, top, sign, delta: (ONE - top) << DROPPED }
    }

    /// The code of `value`, up or down as 20 random bits decide.
    #[inline(always)]
    fn encode<const SIGNED: bool>(value: f32, inverse: f32, random: u32) -> u8 {
        let code = Self::new(SIGNED);
        let relative = value.abs() * inverse;
        let kept = (relative + f32::from_bits(code.delta)).to_bits().wrapping_add(random) >> DROPPED;
        let magnitude = kept.wrapping_sub(ONE - code.top).min(code.top);
        if SIGNED {
            return (magnitude | (value.to_bits() >> 24) & 0x80) as u8;
        }
        // What is never negative is divided by, and a small number that became 0 would be a huge step.
        if relative > 0.0 { magnitude.max(1) as u8 } else { magnitude as u8 }
    }

    /// What `code` stands for.
    #[inline(always)]
    fn decode(&self, code: u8, scale: f32) -> f32 {
        let code = u32::from(code);
        let kept = f32::from_bits(((code & self.top) << DROPPED) + self.delta);
        let magnitude = kept * scale - f32::from_bits(self.delta) * scale;
        f32::from_bits(magnitude.to_bits() | (code << 24) & self.sign)
    }

    /// The scale of a block and its inverse; an inverse of 0 if everything is 0 or nothing can be told apart any more.
    #[inline(always)]
    fn scale<T: Real>(&self, values: &[T]) -> (f32, f32) {
        // Magnitudes are in the order of their bits, and the largest whole number needs no order of comparison.
        let largest =
            values.iter().fold(0, |largest: u32, value| largest.max(value.to_f32().abs().to_bits()));
        let largest = f32::from_bits(largest);
        let scale = largest / (1.0 - f32::from_bits(self.delta));
        let scale = if scale.is_infinite() { largest } else { scale };
        (scale, if scale > f32::MIN_POSITIVE { 1.0 / scale } else { 0.0 })
    }
}

/// Codes of 8 bits: decoded on the way in; what is stored waits for the end of its block, when its scale is known.
pub(crate) struct EightBit;

/// One buffer's codes.
pub(crate) struct Codes<'a, T> {
    pub(super) code: Code,
    pub(super) codes: &'a mut [u8],
    /// One a block, the last of which may be partial.
    pub(super) scales: &'a mut [f32],
    /// The scale of the block at work.
    pub(super) scale: f32,
    /// Room for the block at work.
    pub(super) fresh: &'a mut [T],
}

impl<T: Real> Storage<T> for EightBit {
    const CHUNK: usize = SCALED;
    type Column<'a> = Codes<'a, T>;
    #[inline(always)]
    fn window<'a>(column: &'a mut Codes<'_, T>, start: usize, n: usize) -> Codes<'a, T> {
        let scales = &mut column.scales[start / SCALED..][..n.div_ceil(SCALED)];
        let scale = scales.first().copied().unwrap_or_default();
        let (codes, fresh) = (&mut column.codes[start..][..n], &mut column.fresh[..n]);
        Codes { code: column.code, codes, scales, scale, fresh }
    }
    #[inline(always)]
    fn load(column: &Codes<'_, T>, i: usize) -> T {
        <T as From<f32>>::from(column.code.decode(column.codes[i], column.scale))
    }
    #[inline(always)]
    fn store(column: &mut Codes<'_, T>, i: usize, value: T, _: &Dither, _: usize) {
        column.fresh[i] = value;
    }
    #[inline(always)]
    fn flush(column: &mut Codes<'_, T>, dither: &Dither, buffer: usize) {
        let (code, values) = (column.code, &*column.fresh);
        let (scale, inverse) = code.scale(values);
        if code.signed {
            encode_block::<T, true>(column.codes, values, inverse, dither, buffer);
        } else {
            encode_block::<T, false>(column.codes, values, inverse, dither, buffer);
        }
        if let Some(place) = column.scales.first_mut() {
            *place = scale;
        }
    }
}

#[inline(always)]
fn encode_block<T: Real, const SIGNED: bool>(
    codes: &mut [u8],
    values: &[T],
    inverse: f32,
    dither: &Dither,
    buffer: usize,
) {
    // The two halves of the block share a hash: 20 bits of it each, 8 of them common, which are the first's highest and the
    // second's lowest.
    let half = values.len() / 2;
    let (first, rest) = codes.split_at_mut(half);
    let (second, last) = rest.split_at_mut(half);
    let (one, two) = (&values[..half], &values[half..][..half]);
    for i in 0..half {
        let hash = dither.hash(i, buffer);
        first[i] = Code::encode::<SIGNED>(one[i].to_f32(), inverse, hash & 0xF_FFFF);
        second[i] = Code::encode::<SIGNED>(two[i].to_f32(), inverse, hash >> 12);
    }
    if let ([last], Some(value)) = (last, values.last()) {
        *last = Code::encode::<SIGNED>(value.to_f32(), inverse, dither.hash(half, buffer) >> 12);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(values: &[f32], signed: bool, update: u64) -> Vec<f32> {
        let mut codes = vec![0u8; values.len()];
        let (mut scales, mut fresh) = ([0.0], values.to_vec());
        let code = Code::new(signed);
        let (codes, scales, fresh) = (codes.as_mut_slice(), scales.as_mut_slice(), fresh.as_mut_slice());
        let mut column = Codes { code, codes, scales, scale: 0.0, fresh };
        EightBit::flush(&mut column, &Dither::new(update, 0), 0);
        let whole = EightBit::window(&mut column, 0, values.len());
        (0..values.len()).map(|i| EightBit::load(&whole, i)).collect()
    }

    #[test]
    fn zeros_and_signs_are_exact_and_the_largest_value_nearly() {
        assert_eq!(round_trip(&[0.0; 5], true, 1), [0.0; 5]);
        let back = round_trip(&[0.0, 4.0, -2.0, 0.5], true, 1);
        assert_eq!(back[0], 0.0);
        assert!((back[1] - 4.0).abs() < 2e-6, "{}", back[1]);
        assert!((-2.25..-1.875).contains(&back[2]), "{}", back[2]);
        assert_eq!(round_trip(&[0.0, 1e-20], false, 1), [0.0, 1e-20]);
        assert_eq!(
            round_trip(&[f32::MAX], true, 1)[0],
            f32::MAX * (1.0 - f32::from_bits(Code::new(true).delta))
        );
    }

    #[test]
    fn errors_stay_within_an_eighth_and_vanish_on_average() {
        let values: Vec<f32> =
            (0..SCALED).map(|i| (i as f32 * 0.7).sin() * 10f32.powi(-(i as i32 % 4))).collect();
        let mut sums = vec![0.0f64; SCALED];
        let rounds = 4000;
        for update in 0..rounds {
            for ((sum, back), &value) in sums.iter_mut().zip(round_trip(&values, true, update)).zip(&values) {
                assert!((back - value).abs() <= 0.125 * value.abs() + 3e-6, "{value} {back}");
                *sum += f64::from(back);
            }
        }
        for (sum, &value) in sums.iter().zip(&values) {
            let error = (sum / rounds as f64 - f64::from(value)).abs();
            assert!(error <= 0.006 * f64::from(value.abs()) + 1e-6, "{value}: {error}");
        }
    }

    /// The last of an odd number belongs to neither half.
    #[test]
    fn the_last_of_an_odd_number_is_rounded_as_the_others() {
        for update in 0..200 {
            let back = round_trip(&[4.0, -2.0, 0.3], true, update)[2];
            assert!((back - 0.3).abs() <= 0.125 * 0.3, "{back}");
        }
    }

    #[test]
    fn values_below_the_smallest_code_are_right_on_average() {
        let (tiny, rounds) = (3e-7f32, 20_000);
        let mean =
            (0..rounds).map(|update| f64::from(round_trip(&[1.0, tiny], true, update)[1])).sum::<f64>()
                / rounds as f64;
        // 0 or 2.1e-6: a standard error of 5e-9.
        assert!((mean - f64::from(tiny)).abs() < 2.5e-8, "{mean}");
    }

    #[test]
    fn what_is_divided_by_never_becomes_zero() {
        let back = round_trip(&[1.0, 1e-12, 1e-30, 0.0], false, 5);
        assert!(back[1] > 0.0 && back[2] > 0.0);
        assert_eq!(back[3], 0.0);
    }
}
