//! bf16: the upper half of an `f32`.

use crate::state::{Dither, Storage};
use thalweg_lanes::Real;

/// Words of 16 bits, converted on the way.
pub(crate) struct Bf16;

impl<T: Real> Storage<T> for Bf16 {
    type Column<'a> = &'a mut [u16];
    #[inline(always)]
    fn window<'a>(column: &'a mut &mut [u16], start: usize, n: usize) -> &'a mut [u16] {
        &mut column[start..][..n]
    }
    #[inline(always)]
    fn load(column: &&mut [u16], i: usize) -> T {
        <T as From<f32>>::from(f32::from_bits(u32::from(column[i]) << 16))
    }
    #[inline(always)]
    fn store(column: &mut &mut [u16], i: usize, value: T, dither: &Dither, buffer: usize) {
        // Two buffers share a hash.
        let hash = dither.hash(i, buffer / 2);
        let random = if buffer.is_multiple_of(2) { hash >> 16 } else { hash & 0xFFFF };
        column[i] = rounded(value.to_f32(), random);
    }
}

/// The upper half of the bits after `random` (16 bits) was added, which leaves an infinity as it is; a NaN keeps its bits, lest
/// it count on to 0.
#[inline(always)]
fn rounded(value: f32, random: u32) -> u16 {
    let bits = value.to_bits();
    let rounded = if value.is_nan() { bits } else { bits.wrapping_add(random) };
    (rounded >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    fn round_trip(value: f32, update: u64) -> f32 {
        let mut words = [0u16];
        Bf16::store(&mut words.as_mut_slice(), 0, value, &Dither::new(update, 3), 0);
        Bf16::load(&words.as_mut_slice(), 0)
    }

    #[test]
    fn values_of_the_format_stay_and_others_are_right_on_average() {
        for value in [0.0, -0.0, 1.0, -2.5, 1e-30, f32::INFINITY, f32::NEG_INFINITY] {
            let kept = f32::from_bits(value.to_bits() & 0xFFFF_0000);
            assert_eq!(round_trip(kept, 7).to_bits(), kept.to_bits());
        }
        for nan in [f32::NAN, f32::from_bits(0x7FFF_FFFF), f32::from_bits(0xFFFF_FFFF)] {
            assert!((0..100).all(|update| round_trip(nan, update).is_nan()));
        }
        let value = 1.001f32;
        let mean: f64 = (0..20_000).map(|seed| f64::from(round_trip(value, seed))).sum::<f64>() / 20_000.0;
        // The spacing at 1 is 2^-7; 20,000 roundings leave a standard error of 2e-5.
        assert!((mean - f64::from(value)).abs() < 1e-4, "{mean}");
    }
}
