//! The error function.

use super::exp;

/// erf `x`, within 2 units in the last place of the exact value for every `f32`; NaN for NaN.
///
/// Below 0.9375 in magnitude an odd polynomial, above it 1 - e^-r with r a polynomial for -ln erfc |x| (both fitted for the
/// least largest relative error). Both are computed and one is selected, so that loops vectorise.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let s = x * x;
    let p = -5.919_419e-4;
    let p = p * s + 4.979_130_3e-3;
    let p = p * s - 2.675_703_5e-2;
    let p = p * s + 1.128_155_2e-1;
    let p = p * s - 3.761_246_8e-1;
    let p = p * s + 1.283_791_5e-1;
    let small = p * x + x;

    let t = x.abs();
    let r = 1.189_038_1e-5;
    let r = r * t - 3.294_209_6e-4;
    let r = r * t + 3.669_453_8e-3;
    let r = r * t - 2.381_936_3e-2;
    let r = r * t + 1.063_036_6e-1;
    let r = r * t + 6.351_108e-1;
    let r = r * t + 1.128_658_5;
    let large = 1.0 - exp(-(r * t));

    if x.abs() > 0.9375 { large.copysign(x) } else { small }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn is_accurate_over_all_floats() {
        let (error, at) = worst(erf, libm::erf, 251);
        assert!(error <= 2.0, "{error} ulp at {at}");
    }

    #[test]
    fn ends_as_it_should() {
        assert_eq!(erf(f32::INFINITY), 1.0);
        assert_eq!(erf(f32::NEG_INFINITY), -1.0);
        assert_eq!(erf(-0.0).to_bits(), (-0.0f32).to_bits());
        assert!(erf(f32::NAN).is_nan());
    }
}
