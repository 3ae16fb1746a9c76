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

/// e^x - 1, within 5 units in the last place of the exact value for every `f32`, so also where `x` is small; NaN for NaN.
///
/// Below 1 in magnitude 2 t / (1 - t) with t = tanh(x / 2), which loses nothing near 0.
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let t = super::tanh(0.5 * x);
    let near = (t + t) / (1.0 - t);
    if x.abs() < 1.0 { near } else { exp(x) - 1.0 }
}

/// 2^n for -126 ≤ n ≤ 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
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
    fn minus_1_is_accurate_over_all_floats() {
        let (error, at) = worst(exp_m1, f64::exp_m1, 251);
        assert!(error <= 5.0, "{error} ulp at {at}");
        assert_eq!([f32::NEG_INFINITY, f32::INFINITY, 0.0].map(exp_m1), [-1.0, f32::INFINITY, 0.0]);
        assert!(exp_m1(f32::NAN).is_nan());
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
