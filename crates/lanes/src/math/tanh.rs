//! The hyperbolic tangent.

use super::exp;

/// tanh `x`, within 2.5 units in the last place of the exact value for every `f32`; NaN for NaN.
///
/// Below 0.625 in magnitude an odd polynomial (coefficients of the Cephes library's `tanhf`, Moshier 1989), above it
/// 1 - 2 / (e^(2|x|) + 1) with the sign of `x`. Both are computed and one is selected, so that loops vectorise.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let large = 1.0 - 2.0 / (exp(magnitude + magnitude) + 1.0);

    let z = x * x;
    let p = -5.704_988_7e-3;
    let p = p * z + 2.063_909e-2;
    let p = p * z - 5.373_971_4e-2;
    let p = p * z + 1.333_144_2e-1;
    let p = p * z - 3.333_328e-1;
    let small = p * z * x + x;

    (if magnitude < 0.625 { small } else { large }).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn is_accurate_over_all_floats() {
        let (error, at) = worst(tanh, f64::tanh, 251);
        assert!(error <= 2.5, "{error} ulp at {at}");
    }

    #[test]
    fn ends_as_it_should() {
        assert_eq!(tanh(f32::INFINITY), 1.0);
        assert_eq!(tanh(f32::NEG_INFINITY), -1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f32).to_bits());
        assert!(tanh(f32::NAN).is_nan());
    }
}
