//! The cube root, in both precisions, without calls or branches.

/// The real cube root of `x`, within 0.501 units in the last place for every finite `f32`.
///
/// No division: the reciprocal root y from a third of the exponent's bits, then y ← y (1 + r p(r)) in `f32` with r = 1 − x y³ and
/// p(r) ≈ ((1 − r)^(−1/3) − 1) / r (0.1 becomes 10⁻⁵), and in `f64` the root x y² (1 + 2r/3), which leaves out 5r²/9.
#[inline(always)]
pub fn cbrt(x: f32) -> f32 {
    /// The guess with the least worst error.
    const OFFSET: u32 = 0x54A2_3000;
    // Subnormal numbers have no exponent to guess from: times 2^24, and the root times 2^-8.
    let small = x.abs() < f32::MIN_POSITIVE;
    let magnitude = if small { x.abs() * 16_777_216.0 } else { x.abs() };
    let guess = f32::from_bits(OFFSET.wrapping_sub(magnitude.to_bits() / 3));
    let rest = 1.0 - (guess * magnitude) * (guess * guess);
    // The polynomial with the least worst error where `rest` lies, -0.107 to 0.1.
    let series = 0.333_336 + rest * (0.223_482_16 + rest * 0.172_767_92);
    let inverse = f64::from(guess + guess * rest * series);
    let root = f64::from(magnitude) * inverse * inverse;
    // 1 + 2r/3 with r = 1 - root * inverse.
    let root = (root * (5.0 / 3.0 - 2.0 / 3.0 * (root * inverse))) as f32;
    let root = if small { root * 0.003_906_25 } else { root };
    // 0, infinite or NaN come out as themselves.
    root.copysign(x)
}

/// The real cube root of `x`, within 4 units in the last place for normal numbers; 0 for subnormal ones.
///
/// A first guess from a third of the exponent's bits, three steps of Halley's method.
#[inline(always)]
pub fn cbrt_f64(x: f64) -> f64 {
    /// Two thirds of the exponent's bias, less the usual correction that halves the worst error of the guess.
    const OFFSET: u64 = 0x2A9F_7893_0000_0000;
    let magnitude = x.abs();
    let guess = f64::from_bits(third(magnitude.to_bits()) + OFFSET);
    let halley = |y: f64| {
        let cube = y * y * y;
        y * ((cube + 2.0 * magnitude) / (2.0 * cube + magnitude))
    };
    let root = halley(halley(halley(guess)));
    let root = if magnitude < f64::MIN_POSITIVE { 0.0 } else { root };
    // Not finite: itself.
    let root = if magnitude < f64::INFINITY { root } else { magnitude };
    root.copysign(x)
}

/// A third of a number, near enough for a first guess, without the division that has no vector instruction.
#[inline(always)]
fn third(bits: u64) -> u64 {
    let high = (bits >> 32) as u32;
    // 1/3 in 32 binary places.
    (((u64::from(high) * 0x5555_5556) >> 32) << 32) & 0xFFFF_FFFF_0000_0000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::testing::worst;

    #[test]
    fn is_accurate_over_all_floats() {
        let (error, at) = worst(cbrt, f64::cbrt, 251);
        assert!(error <= 0.501, "{error} ulp at {at}");
        for itself in [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(cbrt(itself).to_bits(), itself.to_bits(), "{itself}");
        }
        assert!(cbrt(f32::NAN).is_nan());
    }

    #[test]
    fn is_accurate_in_f64() {
        let mut x = 1e-300f64;
        while x < 1e300 {
            for signed in [x, -x] {
                let (found, exact) = (cbrt_f64(signed), signed.cbrt());
                assert!(
                    (found - exact).abs() <= 4.0 * f64::EPSILON * exact.abs(),
                    "{signed}: {found} {exact}"
                );
            }
            x *= 1.37;
        }
        assert_eq!(cbrt_f64(0.0), 0.0);
        assert_eq!(cbrt_f64(f64::MIN_POSITIVE.next_down()), 0.0);
        let (found, exact) = (cbrt_f64(f64::MIN_POSITIVE), f64::MIN_POSITIVE.cbrt());
        assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact, "{found} {exact}");
        assert_eq!(cbrt_f64(-0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(cbrt_f64(f64::INFINITY), f64::INFINITY);
        assert!(cbrt_f64(f64::NAN).is_nan());
    }
}
