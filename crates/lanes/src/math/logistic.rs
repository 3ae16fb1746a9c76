//! The logistic function and its integral.

use super::{exp, exp_f64};

/// 1 / (1 + e^-x), within 3 units in the last place of the exact value for every `f32`; NaN for NaN.
///
/// From e^-|x|, which is at most 1: e^-x would overflow where the result is small.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    let small = exp(-x.abs());
    (if x < 0.0 { small } else { 1.0 }) / (1.0 + small)
}

/// ln(1 + e^x), within 4 units in the last place of the exact value for every `f32`; NaN for NaN.
///
/// max(x, 0) + ln(1 + u) with u = e^-|x|, and ln(1 + u) = 2 artanh(u / (2 + u)) by a polynomial (fitted for the least largest
/// relative error).
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    let u = exp(-x.abs());
    let z = u / (2.0 + u);
    let s = z * z;
    let p = 1.400_599_3e-1;
    let p = p * s + 1.400_090_3e-1;
    let p = p * s + 2.001_076_3e-1;
    let p = p * s + 3.333_321e-1;
    let logarithm = (z + z) * (p * s) + (z + z);
    (if x > 0.0 { x } else { 0.0 }) + logarithm
}

/// [`sigmoid`] in `f64`.
#[inline(always)]
pub fn sigmoid_f64(x: f64) -> f64 {
    let small = exp_f64(-x.abs());
    (if x < 0.0 { small } else { 1.0 }) / (1.0 + small)
}

/// [`softplus`] in `f64`.
#[inline]
pub fn softplus_f64(x: f64) -> f64 {
    (if x > 0.0 { x } else { 0.0 }) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn sigmoid_is_accurate_over_all_floats() {
        let (error, at) = worst(sigmoid, sigmoid_f64, 251);
        assert!(error <= 3.0, "{error} ulp at {at}");
    }

    #[test]
    fn softplus_is_accurate_over_all_floats() {
        let (error, at) = worst(softplus, softplus_f64, 251);
        assert!(error <= 4.0, "{error} ulp at {at}");
    }

    #[test]
    fn both_end_as_they_should() {
        assert_eq!([0.0, f32::INFINITY, f32::NEG_INFINITY].map(sigmoid), [0.5, 1.0, 0.0]);
        assert_eq!([f32::INFINITY, -200.0].map(softplus), [f32::INFINITY, 0.0]);
        assert!(sigmoid(f32::NAN).is_nan() && softplus(f32::NAN).is_nan());
    }
}
