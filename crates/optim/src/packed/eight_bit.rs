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

pub(super) struct Unpack<'a, T> {
    pub(super) codes: &'a [u8],
    pub(super) values: &'a mut [T],
    pub(super) scale: f32,
    pub(super) signed: bool,
}

impl<T: Real> Kernel for Unpack<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { codes, values, scale, signed } = self;
        let n = values.len();
        let codes = &codes[..n];
        let (mask, top) = if signed { (0x7F, 127) } else { (0xFF, 255) };
        for i in 0..n {
            let code = u32::from(codes[i]);
            let magnitude = code & mask;
            let kept = f32::from_bits((magnitude + ONE - top) << DROPPED);
            let kept = if magnitude == 0 { 0.0 } else { kept * scale };
            // The sign bit of a code moves to the sign bit of a float; unsigned codes have none.
            let sign = if signed { (code & 0x80) << 24 } else { 0 };
            values[i] = <T as From<f32>>::from(f32::from_bits(kept.to_bits() | sign));
        }
    }
}

pub(super) struct Pack<'a, T> {
    pub(super) codes: &'a mut [u8],
    pub(super) values: &'a [T],
    pub(super) place: u32,
    pub(super) seed: u32,
    pub(super) signed: bool,
}

impl<T: Real> Kernel for Pack<'_, T> {
    /// The scale.
    type Output = f32;
    #[inline(always)]
    fn run(self) -> f32 {
        const LANES: usize = 16;
        let Self { codes, values, place, seed, signed } = self;
        let n = codes.len();
        let values = &values[..n];
        let mut largest = [0.0f32; LANES];
        let (blocks, rest) = values.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                largest[lane] = Real::maximum(largest[lane], block[lane].to_f32().abs());
            }
        }
        for (lane, value) in rest.iter().enumerate() {
            largest[lane] = Real::maximum(largest[lane], value.to_f32().abs());
        }
        let scale = largest.into_iter().fold(0.0f32, Real::maximum);
        // A scale that has no inverse: everything is 0, or nothing can be told apart any more.
        let inverse = if scale > f32::MIN_POSITIVE { 1.0 / scale } else { 0.0 };
        let rounding = Rounding { inverse, signed };
        // The two halves of the block share a hash: 16 bits of it each.
        let (first, second) = codes.split_at_mut(n.div_ceil(2));
        let (one, two) = values.split_at(first.len());
        let two = &two[..second.len()];
        for i in 0..two.len() {
            let random = random_bits(place.wrapping_add(i as u32), seed);
            first[i] = rounding.code(one[i].to_f32(), random & 0xFFFF);
            second[i] = rounding.code(two[i].to_f32(), random >> 16);
        }
        if let (true, Some(code), Some(value)) = (first.len() > second.len(), first.last_mut(), one.last()) {
            let random = random_bits(place.wrapping_add(two.len() as u32), seed);
            *code = rounding.code(value.to_f32(), random & 0xFFFF);
        }
        scale
    }
}

/// How the values of one block become codes.
#[derive(Clone, Copy)]
struct Rounding {
    /// 1 / the block's scale.
    inverse: f32,
    signed: bool,
}

impl Rounding {
    /// The code of `value`, up or down as 16 random bits decide.
    #[inline(always)]
    fn code(self, value: f32, random: u32) -> u8 {
        let top = if self.signed { 127 } else { 255 };
        let least = f32::from_bits((1 + ONE - top) << DROPPED);
        let relative = value.abs() * self.inverse;
        let kept = relative.to_bits().wrapping_add(random << (DROPPED - 16)) >> DROPPED;
        let code = kept.wrapping_add(top).wrapping_sub(ONE);
        let code = if code > top { top } else { code };
        // Below the smallest code: that one or 0, in proportion; but what is never negative is divided by, and a
        // small number that became 0 would be a huge step.
        let up = random as f32 * (least / 65_536.0) < relative;
        let small = if self.signed { u32::from(up) } else { u32::from(relative > 0.0) };
        let code = if relative < least { small } else { code };
        let sign = if self.signed { (value.to_bits() >> 24) & 0x80 } else { 0 };
        (code | sign) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lanes::dispatch;

    fn round_trip(values: &[f32], signed: bool, seed: u32) -> Vec<f32> {
        let (mut codes, mut back) = (vec![0u8; values.len()], vec![0.0f32; values.len()]);
        let scale = dispatch(Pack { codes: &mut codes, values, place: 0, seed, signed });
        dispatch(Unpack { codes: &codes, values: &mut back, scale, signed });
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
