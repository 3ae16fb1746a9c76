//! The angle of a point, for both precisions, without calls or branches.

use crate::Real;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// The angle of the point (`x`, `y`) in radians, from -π to π; 0 at the origin.
///
/// Within 4 units in the last place of the element type; the reduction and
/// rational approximation of the Cephes library's `atan` (Moshier 1989).
#[inline(always)]
pub fn atan2<T: Real>(y: T, x: T) -> T {
    let c = T::from_f64;
    let (up, right) = (y.abs(), x.abs());
    let (small, large) = if up > right { (right, up) } else { (up, right) };
    // tan of the angle to the nearer axis, from 0 to 1; both 0 gives angle 0.
    let ratio = small / if large > T::ZERO { large } else { T::ONE };
    // Above 0.66 turn by an eighth of a circle: then |z| is at most 0.66.
    let turned = (ratio - T::ONE) / (ratio + T::ONE);
    let steep = ratio > c(0.66);
    let z = if steep { turned } else { ratio };
    let s = z * z;
    let p = c(-0.875_060_860_003_190_4);
    let p = p * s + c(-16.157_537_187_333_652);
    let p = p * s + c(-75.008_557_923_147_05);
    let p = p * s + c(-122.886_668_449_013_61);
    let p = p * s + c(-64.850_219_049_420_25);
    let q = s + c(24.858_464_901_423_062);
    let q = q * s + c(165.027_009_831_698_86);
    let q = q * s + c(432.881_060_491_291_3);
    let q = q * s + c(485.390_399_635_913_7);
    let q = q * s + c(194.550_657_148_261_4);
    let angle = z * (s * p / q) + z;
    let angle = if steep { angle + c(FRAC_PI_4) } else { angle };
    let angle = if up > right { c(FRAC_PI_2) - angle } else { angle };
    let angle = if x < T::ZERO { c(PI) - angle } else { angle };
    angle.copysign(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library_in_every_direction() {
        for turn in 0..10_000 {
            let angle = (f64::from(turn) / 10_000.0 - 0.5) * 2.0 * PI;
            for radius in [1e-30, 1.0, 1e20] {
                let (x, y) = (radius * angle.cos(), radius * angle.sin());
                let exact = y.atan2(x);
                assert!((atan2(y, x) - exact).abs() <= 4.0 * f64::EPSILON * exact.abs(), "{x} {y}");
                let (x, y) = (x as f32, y as f32);
                let exact = f64::from(y).atan2(f64::from(x));
                let error = (f64::from(atan2(y, x)) - exact).abs();
                assert!(error <= 4.0 * f64::from(f32::EPSILON) * exact.abs(), "{x} {y}: {error:e}");
            }
        }
        assert_eq!(atan2(0.0, 0.0), 0.0);
        assert_eq!(atan2(0.0f32, 1.0), 0.0);
        assert!(atan2(f64::NAN, 1.0).is_nan());
    }
}
