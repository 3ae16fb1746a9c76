//! bf16: the upper half of an `f32`.

use super::random_bits;
use thalweg_lanes::{Kernel, Real};

pub(super) struct Unpack<'a, T> {
    pub(super) words: &'a [u16],
    pub(super) values: &'a mut [T],
}

impl<T: Real> Kernel for Unpack<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (value, &word) in self.values.iter_mut().zip(self.words) {
            *value = <T as From<f32>>::from(f32::from_bits(u32::from(word) << 16));
        }
    }
}

pub(super) struct Pack<'a, T> {
    pub(super) words: &'a mut [u16],
    pub(super) values: &'a [T],
    /// The place of the first value.
    pub(super) place: u32,
    pub(super) seed: u32,
}

impl<T: Real> Kernel for Pack<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { words, values, place, seed } = self;
        // The two halves of the block share a hash: 16 bits of it each.
        let (n, half) = (words.len(), words.len() / 2);
        let (first, rest) = words.split_at_mut(half);
        let (second, last) = rest.split_at_mut(half);
        let (one, two) = (&values[..half], &values[half..2 * half]);
        for i in 0..half {
            let random = random_bits(place.wrapping_add(i as u32), seed);
            first[i] = rounded(one[i], random & 0xFFFF);
            second[i] = rounded(two[i], random >> 16);
        }
        if let ([last], Some(&value)) = (last, values[..n].last()) {
            *last = rounded(value, random_bits(place.wrapping_add(half as u32), seed) & 0xFFFF);
        }
    }
}

/// The upper half of the bits after `random` (16 bits) was added; what is not finite keeps its bits (and stays not finite: the
/// fraction of a NaN starts with a 1).
#[inline(always)]
fn rounded<T: Real>(value: T, random: u32) -> u16 {
    let bits = value.to_f32().to_bits();
    let finite = bits & 0x7F80_0000 != 0x7F80_0000;
    let rounded = if finite { bits.wrapping_add(random) } else { bits };
    (rounded >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_lanes::dispatch;

    fn round_trip(value: f32, seed: u32) -> f32 {
        let (mut words, mut back) = ([0u16], [0.0f32]);
        dispatch(Pack { words: &mut words, values: &[value], place: 3, seed });
        dispatch(Unpack { words: &words, values: &mut back });
        back[0]
    }

    #[test]
    fn values_of_the_format_stay_and_others_are_right_on_average() {
        for value in [0.0, -0.0, 1.0, -2.5, 1e-30, f32::INFINITY, f32::NEG_INFINITY] {
            let kept = f32::from_bits(value.to_bits() & 0xFFFF_0000);
            assert_eq!(round_trip(kept, 7).to_bits(), kept.to_bits());
        }
        assert!(round_trip(f32::NAN, 1).is_nan());
        let value = 1.001f32;
        let mean: f64 = (0..20_000).map(|seed| f64::from(round_trip(value, seed))).sum::<f64>() / 20_000.0;
        // The spacing at 1 is 2^-7; 20,000 roundings leave a standard error of 2e-5.
        assert!((mean - f64::from(value)).abs() < 1e-4, "{mean}");
    }
}
