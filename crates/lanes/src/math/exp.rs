//! The exponential.

/// e to the power `x`, within 1.5 units in the last place of the exact value for every `f32` (subnormal results
/// included); infinity above 88.73, 0 below -103.98, NaN for NaN.
///
/// Method: x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by a polynomial (coefficients of the Cephes library's `expf`, Moshier
/// 1989); multiplied by 2^n in two halves so that neither overflow nor subnormal results need a branch.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    // ln 2 in two parts: the first has few bits, so n * LN_2_HIGH is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // Adding 1.5 * 2^23 rounds to an integer that then stands in the low bits.
    const ROUNDER: f32 = 12_582_912.0;

    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let exponent = (shifted.to_bits() as i32).wrapping_sub(ROUNDER.to_bits() as i32);
    let r = x - n * LN_2_HIGH;
    let r = r - n * LN_2_LOW;

    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let p = p * (r * r) + r + 1.0;

    let half = exponent >> 1;
    p * power_of_two(half) * power_of_two(exponent.wrapping_sub(half))
}

/// [`exp`] in `f64`: within 1 unit in the last place of the exact value for every `f64`; infinity above 709.79, 0 below -745.14,
/// NaN for NaN.
///
/// The same method, with the first terms of the exponential series: what comes after them is less than a fiftieth of a unit.
#[inline(always)]
pub fn exp_f64(x: f64) -> f64 {
    const LOG2_E: f64 = std::f64::consts::LOG2_E;
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    // 1.5 * 2^52.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;

    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = x - n * LN_2_HIGH;
    let r = r - n * LN_2_LOW;

    let p = 1.605_904_383_682_161_3e-10;
    let p = p * r + 2.087_675_698_786_81e-9;
    let p = p * r + 2.505_210_838_544_172e-8;
    let p = p * r + 2.755_731_922_398_589e-7;
    let p = p * r + 2.755_731_922_398_589_3e-6;
    let p = p * r + 2.480_158_730_158_73e-5;
    let p = p * r + 0.000_198_412_698_412_698_4;
    let p = p * r + 0.001_388_888_888_888_889;
    let p = p * r + 0.008_333_333_333_333_333;
    let p = p * r + 0.041_666_666_666_666_664;
    let p = p * r + 0.166_666_666_666_666_66;
    let p = p * r + 0.5;
    let p = p * (r * r) + r + 1.0;

    // Half of n by rounding too: there is no fast shift of signed 64-bit lanes.
    let integer = |shifted: f64| shifted.to_bits().wrapping_sub(ROUNDER.to_bits());
    let half = integer(0.5 * n + ROUNDER);
    p * power_of_two_f64(half) * power_of_two_f64(integer(shifted).wrapping_sub(half))
}

/// 2^n for -126 ≤ n ≤ 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// 2^n for -1022 ≤ n ≤ 1023, n in two's complement.
#[inline(always)]
fn power_of_two_f64(n: u64) -> f64 {
    f64::from_bits(n.wrapping_add(1023) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn is_accurate_over_all_floats() {
        let (error, at) = worst(exp, f64::exp, 251);
        assert!(error <= 1.5, "{error} ulp at {at}");
    }

    #[test]
    fn doubles_are_accurate() {
        // The standard library's is within 0.52 units of the exact value where that was measured (glibc).
        let check = |x: f64| {
            let (found, nearest) = (exp_f64(x), x.exp());
            let apart = found.to_bits().abs_diff(nearest.to_bits());
            assert!(apart <= 1, "{x}: {found:e} and {nearest:e}");
        };
        (0..1_000_000).for_each(|i| check(f64::from(i) * 0.001_457_3 - 746.5));
        (0..100_000).for_each(|i| check((f64::from(i) - 5e4) * 1e-5));
        [1e-300, -1e-17, 0.0, -0.0, 709.782_712, -745.13, -708.4].into_iter().for_each(check);
        assert_eq!([710.0, 1e300, f64::INFINITY].map(exp_f64), [f64::INFINITY; 3]);
        assert_eq!([-746.0, -1e300, f64::NEG_INFINITY].map(exp_f64), [0.0; 3]);
        assert!(exp_f64(f64::NAN).is_nan());
    }

    #[test]
    fn ends_as_it_should() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(1e4), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
    }
}
