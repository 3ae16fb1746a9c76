//! 8 bits a value and a scale for each block of 256 (after Dettmers et al. 2022, 8-bit Optimizers via Block-wise
//! Quantization; with a small floating-point format in place of their table, so that no look-up is needed).
//!
//! A value is divided by the largest magnitude of its block; of the result's `f32` bits the exponent's low bits and three
//! bits of fraction are kept. The code counts from the top: the largest code is 1, eight codes make a factor of 2, code 0
//! is 0. With a sign there are 127 codes (down to 2^-15.75), without one 255 (down to 2^-31.75).

use super::random_bits;
use thalweg_lanes::{Kernel, Real};

/// Values that share a scale.
pub(crate) const SCALED: usize = 256;

/// Bits of fraction that are dropped.
const DROPPED: u32 = 20;

/// The kept bits of 1.
const ONE: u32 = 1.0f32.to_bits() >> DROPPED;

/// `SIGNED` is whether values may be negative.
pub(super) struct Unpack<'a, T, const SIGNED: bool> {
    pub(super) codes: &'a [u8],
    pub(super) values: &'a mut [T],
    pub(super) scale: f32,
}

impl<T: Real, const SIGNED: bool> Kernel for Unpack<'_, T, SIGNED> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { codes, values, scale } = self;
        let n = values.len();
        let codes = &codes[..n];
        let top = top(SIGNED);
        for i in 0..n {
            let code = u32::from(codes[i]);
            let magnitude = code & top;
            let kept = f32::from_bits((magnitude + ONE - top) << DROPPED);
            let kept = if magnitude == 0 { 0.0 } else { kept * scale };
            // The sign bit of a code moves to the sign bit of a float; unsigned codes have none.
            let sign = if SIGNED { (code & 0x80) << 24 } else { 0 };
            values[i] = <T as From<f32>>::from(f32::from_bits(kept.to_bits() | sign));
        }
    }
}

/// The largest code, which stands for 1.
#[inline(always)]
fn top(signed: bool) -> u32 {
    if signed { 127 } else { 255 }
}

pub(super) struct Pack<'a, T, const SIGNED: bool> {
    pub(super) codes: &'a mut [u8],
    pub(super) values: &'a [T],
    pub(super) place: u32,
    pub(super) seed: u32,
}

impl<T: Real, const SIGNED: bool> Kernel for Pack<'_, T, SIGNED> {
    /// The scale.
    type Output = f32;
    #[inline(always)]
    fn run(self) -> f32 {
        let Self { codes, values, place, seed } = self;
        let n = codes.len();
        let values = &values[..n];
        // Magnitudes are in the order of their bits, and the largest whole number needs no order of comparison.
        let largest =
            values.iter().fold(0, |largest: u32, value| largest.max(value.to_f32().abs().to_bits()));
        let scale = f32::from_bits(largest);
        // A scale that has no inverse: everything is 0, or nothing can be told apart any more.
        let inverse = if scale > f32::MIN_POSITIVE { 1.0 / scale } else { 0.0 };
        // The two halves of the block share a hash: 16 bits of it each.
        let half = n / 2;
        let (first, rest) = codes.split_at_mut(half);
        let (second, last) = rest.split_at_mut(half);
        let (one, two) = (&values[..half], &values[half..2 * half]);
        for i in 0..half {
            let random = random_bits(place.wrapping_add(i as u32), seed);
            first[i] = code::<SIGNED>(inverse, one[i].to_f32(), random & 0xFFFF);
            second[i] = code::<SIGNED>(inverse, two[i].to_f32(), random >> 16);
        }
        if let ([last], Some(value)) = (last, values.last()) {
            let random = random_bits(place.wrapping_add(half as u32), seed);
            *last = code::<SIGNED>(inverse, value.to_f32(), random & 0xFFFF);
        }
        scale
    }
}

/// The code of `value` in a block whose scale has this inverse, up or down as 16 random bits decide.
#[inline(always)]
fn code<const SIGNED: bool>(inverse: f32, value: f32, random: u32) -> u8 {
    let top = top(SIGNED);
    let least = f32::from_bits((1 + ONE - top) << DROPPED);
    let relative = value.abs() * inverse;
    let kept = relative.to_bits().wrapping_add(random << (DROPPED - 16)) >> DROPPED;
    let code = kept.wrapping_add(top).wrapping_sub(ONE);
    let code = if code > top { top } else { code };
    // Below the smallest code: that one or 0, in proportion; but what is never negative is divided by, and a small
    // number that became 0 would be a huge step.
    let up = if SIGNED { random as f32 * (least / 65_536.0) < relative } else { relative > 0.0 };
    let code = if relative < least { u32::from(up) } else { code };
    let sign = if SIGNED { (value.to_bits() >> 24) & 0x80 } else { 0 };
    (code | sign) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lanes::dispatch;

    fn round_trip(values: &[f32], signed: bool, seed: u32) -> Vec<f32> {
        let (mut codes, mut back) = (vec![0u8; values.len()], vec![0.0f32; values.len()]);
        if signed {
            let scale = dispatch(Pack::<_, true> { codes: &mut codes, values, place: 0, seed });
            dispatch(Unpack::<_, true> { codes: &codes, values: &mut back, scale });
        } else {
            let scale = dispatch(Pack::<_, false> { codes: &mut codes, values, place: 0, seed });
            dispatch(Unpack::<_, false> { codes: &codes, values: &mut back, scale });
        }
        back
    }

    #[test]
    fn zeros_signs_and_the_largest_value_are_exact() {
        assert_eq!(round_trip(&[0.0; 5], true, 1), [0.0; 5]);
        assert_eq!(round_trip(&[0.0, 4.0, -2.0, 0.5], true, 1), [0.0, 4.0, -2.0, 0.5]);
        assert_eq!(round_trip(&[0.0, 1e-20], false, 1), [0.0, 1e-20]);
    }

    #[test]
    fn errors_stay_within_an_eighth_and_vanish_on_average() {
        let values: Vec<f32> =
            (0..SCALED).map(|i| (i as f32 * 0.7).sin() * 10f32.powi(-(i as i32 % 4))).collect();
        let mut sums = vec![0.0f64; SCALED];
        let rounds = 4000;
        for seed in 0..rounds {
            for ((sum, back), &value) in sums.iter_mut().zip(round_trip(&values, true, seed)).zip(&values) {
                assert!((back - value).abs() <= 0.125 * value.abs() + 2e-5, "{value} {back}");
                *sum += f64::from(back);
            }
        }
        for (sum, &value) in sums.iter().zip(&values) {
            let error = (sum / f64::from(rounds) - f64::from(value)).abs();
            assert!(error <= 0.006 * f64::from(value.abs()) + 1e-6, "{value}: {error}");
        }
    }

    #[test]
    fn what_is_divided_by_never_becomes_zero() {
        let back = round_trip(&[1.0, 1e-12, 1e-30, 0.0], false, 5);
        assert!(back[1] > 0.0 && back[2] > 0.0);
        assert_eq!(back[3], 0.0);
    }
}
