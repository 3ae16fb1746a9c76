//! The element type: `f32` for training, `f64` for checks, 2-D functions and NumPy's default arrays.

use crate::math;
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// A floating-point number that buffers are made of: `f32` or `f64`.
pub trait Real:
    Copy
    + Send
    + Sync
    + Default
    + Debug
    + Display
    + PartialEq
    + PartialOrd
    + From<f32>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Sum
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The name used in files and messages: `f32` or `f64`.
    const NAME: &'static str;
    /// Bytes of one element.
    const BYTES: usize = size_of::<Self>();
    /// Every bit set: what [`and`](Real::and) takes nothing away with. (A NaN, as a number.)
    const EVERY_BIT: Self;

    /// Rounds to the nearest representable value.
    fn from_f64(value: f64) -> Self;
    /// Widens (exactly) to `f64`.
    fn to_f64(self) -> f64;
    /// Rounds to `f32`.
    fn to_f32(self) -> f32;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// The magnitude.
    fn abs(self) -> Self;
    /// The magnitude with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// e to the power `self`; see [`math::exp`].
    fn exp(self) -> Self;
    /// e to the power `self`, less 1; see [`math::exp_m1`].
    fn exp_m1(self) -> Self;
    /// The hyperbolic tangent; see [`math::tanh`].
    fn tanh(self) -> Self;
    /// The error function; see [`math::erf`].
    fn erf(self) -> Self;
    /// The logistic function 1 / (1 + e^-x); see [`math::sigmoid`].
    fn sigmoid(self) -> Self;
    /// ln(1 + e^x); see [`math::softplus`].
    fn softplus(self) -> Self;
    /// The real cube root; see [`math::cbrt`].
    fn cbrt(self) -> Self;
    /// The natural logarithm (the standard library's; not vectorised).
    fn ln(self) -> Self;
    /// The bits that are set in both.
    fn and(self, mask: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// The little-endian bytes, for files.
    fn write_le(self, out: &mut Vec<u8>);
    /// From little-endian bytes; `bytes` holds exactly [`Real::BYTES`].
    fn read_le(bytes: &[u8]) -> Self;

    /// -1, 0 or 1, as the value is below, at or above 0; NaN stays NaN.
    #[inline(always)]
    fn sign(self) -> Self {
        let sign = if self > Self::ZERO { Self::ONE } else { self };
        if self < Self::ZERO { -Self::ONE } else { sign }
    }

    /// The larger one; `self` where the comparison fails (NaN stays on the left side).
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// The smaller one; `self` where the comparison fails.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        if other < self { other } else { self }
    }
}

macro_rules! real {
    ($type:ident, $($function:ident: $path:path),+) => {
        impl Real for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NAME: &'static str = stringify!($type);
            const EVERY_BIT: Self = $type::from_bits(!0);

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $type
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $type::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                $type::abs(self)
            }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                $type::copysign(self, sign)
            }
            $(
                #[inline(always)]
                fn $function(self) -> Self {
                    $path(self)
                }
            )+
            #[inline(always)]
            fn ln(self) -> Self {
                $type::ln(self)
            }
            #[inline(always)]
            fn and(self, mask: Self) -> Self {
                $type::from_bits(self.to_bits() & mask.to_bits())
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $type::is_finite(self)
            }
            fn write_le(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn read_le(bytes: &[u8]) -> Self {
                let mut array = [0; size_of::<$type>()];
                array.copy_from_slice(bytes);
                $type::from_le_bytes(array)
            }
        }
    };
}

real!(
    f32, exp: math::exp, exp_m1: math::exp_m1, tanh: math::tanh, cbrt: math::cbrt, erf: math::erf,
    sigmoid: math::sigmoid, softplus: math::softplus
);
real!(
    f64, exp: math::exp_f64, exp_m1: f64::exp_m1, tanh: f64::tanh, cbrt: math::cbrt_f64, erf: libm::erf,
    sigmoid: math::sigmoid_f64, softplus: math::softplus_f64
);
