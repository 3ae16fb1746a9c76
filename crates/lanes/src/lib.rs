/*!
Loops the compiler turns into SIMD.

Every hot loop of Thalweg is a plain index loop over slices, written once and generic over [`Real`] (`f32` and `f64`).
It becomes a [`Kernel`], and [`dispatch`] runs the copy that was compiled for the widest instruction set of this
machine ([`Isa`]). There are no intrinsics: the compiler vectorises the loop in each copy.

All copies compute the same bits. Addition, multiplication, division and square root are correctly rounded on every
instruction set, the compiler never contracts them into fused operations, and reductions ([`reduce`]) add in a fixed
order. What this crate refuses to do: fast-math, `mul_add` (a library call where the machine lacks it), and threads.

```
use thalweg_lanes::{Buffer, Kernel, Real, dispatch, reduce};

struct Double<'a, T>(&'a mut [T]);

impl<T: Real> Kernel for Double<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.0.iter_mut().for_each(|x| *x += *x);
    }
}

let mut values = Buffer::from_slice(&[1.0f64, 2.0, 3.0]);
dispatch(Double(&mut values));
assert_eq!(reduce::norm(&values), 56f64.sqrt());
```

This is the only crate with `unsafe` code: the call of a function compiled for instructions that were just detected, and
the request for huge pages.
*/

mod buffer;
mod dispatch;
mod isa;
pub mod math;
mod real;
pub mod reduce;

pub use buffer::{ALIGNMENT, Buffer};
pub use dispatch::{Kernel, baseline_at, dispatch, dispatch_at, dispatch_to_avx2, dispatch_to_avx512};
pub use isa::{Isa, force_isa, isa};
pub use real::Real;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
