//! The exponential minus 1.

use super::{exp, tanh};

/// Returns e^x - 1, within 5 units in the last place of the exact value for every `f32`, so also where `x` is small; NaN for NaN.
///
/// Below 1 in magnitude 2 t / (1 - t) with t = tanh(x / 2), which loses nothing near 0.
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let t = tanh(0.5 * x);
    let near = (t + t) / (1.0 - t);
    if x.abs() < 1.0 { near } else { exp(x) - 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn is_accurate_over_all_floats() {
        let (error, at) = worst(exp_m1, f64::exp_m1, 251);
        assert!(error <= 5.0, "{error} ulp at {at}");
        assert_eq!([f32::NEG_INFINITY, f32::INFINITY, 0.0].map(exp_m1), [-1.0, f32::INFINITY, 0.0]);
        assert!(exp_m1(f32::NAN).is_nan());
    }
}
