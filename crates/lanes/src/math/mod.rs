//! Scalar functions that vectorise: no branches, no calls, no tables.
//!
//! The `f64` versions are those of the standard library and of `libm`, where accuracy matters and speed does not; but for the
//! exponential, on which the book's networks in NumPy's own precision spend their time.

mod atan2;
mod cbrt;
mod erf;
mod exp;
mod exp_m1;
mod logistic;
mod tanh;

pub use atan2::atan2;
pub use cbrt::{cbrt, cbrt_f64};
pub use erf::erf;
pub use exp::{exp, exp_f64};
pub use exp_m1::exp_m1;
pub use logistic::{sigmoid, sigmoid_f64, softplus, softplus_f64};
pub use tanh::tanh;

/// Tests shared by the functions of this module.
#[cfg(test)]
mod testing {
    /// Units in the last place between `actual` and the exact value, measured in the spacing of `f32` at the exact value.
    pub(crate) fn ulps(actual: f32, exact: f64) -> f64 {
        let nearest = exact as f32;
        if !nearest.is_finite() || !actual.is_finite() {
            return if nearest.to_bits() == actual.to_bits() { 0.0 } else { f64::INFINITY };
        }
        let magnitude = nearest.abs().max(f32::MIN_POSITIVE);
        let spacing = f64::from(f32::from_bits(magnitude.to_bits() + 1)) - f64::from(magnitude);
        (f64::from(actual) - exact).abs() / spacing
    }

    /// The largest error of `function` against `exact` over every finite `f32` in steps of `stride` bit patterns.
    pub(crate) fn worst(function: fn(f32) -> f32, exact: fn(f64) -> f64, stride: usize) -> (f64, f32) {
        (0..=u32::MAX)
            .step_by(stride)
            .map(f32::from_bits)
            .filter(|x| x.is_finite())
            .map(|x| (ulps(function(x), exact(f64::from(x))), x))
            .fold((0.0, 0.0), |worst, next| if next.0 > worst.0 { next } else { worst })
    }

    type Row = (&'static str, fn(f32) -> f32, fn(f64) -> f64, f64);

    /// The bounds that the functions' documentation states, over each of the 2^32 floats; the tests beside the functions look
    /// at every 251st.
    #[test]
    #[ignore = "all 2^32 floats take minutes: cargo test --release -p thalweg-lanes every_float -- --ignored --nocapture"]
    fn every_float_is_within_the_stated_bound() {
        let rows: [Row; 6] = [
            ("exp", super::exp, f64::exp, 1.5),
            ("exp_m1", super::exp_m1, f64::exp_m1, 5.0),
            ("tanh", super::tanh, f64::tanh, 2.5),
            ("erf", super::erf, libm::erf, 2.0),
            ("sigmoid", super::sigmoid, super::sigmoid_f64, 3.0),
            ("softplus", super::softplus, super::softplus_f64, 4.0),
        ];
        for (name, function, exact, bound) in rows {
            let (error, at) = worst(function, exact, 1);
            println!("{name}: {error:.2} ulp at {at:e}");
            assert!(error <= bound, "{name}: {error} ulp at {at}");
        }
    }
}
