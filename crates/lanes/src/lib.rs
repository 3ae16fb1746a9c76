/*!
Loops the compiler turns into SIMD.

Every hot loop of Thalweg is a plain index loop over slices, written once and generic over [`Real`] (`f32` and `f64`).
It becomes a [`Kernel`], and [`dispatch`] runs the copy that was compiled for the widest instruction set of this
machine ([`Isa`]). There are no intrinsics: the compiler vectorises the loop in each copy.

All copies compute the same bits. Addition, multiplication, division and square root are correctly rounded on every
instruction set, the compiler never contracts them into fused operations, and reductions ([`reduce`]) add in a fixed
order. What this crate refuses to do: fast-math, `mul_add` (a library call where the machine lacks it), and threads.

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
pub use dispatch::{Kernel, dispatch, dispatch_to_avx2, dispatch_to_avx512};
pub use isa::{Isa, force_isa, isa};
pub use real::Real;
