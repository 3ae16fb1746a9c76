//! One loop, compiled once for each instruction set, chosen at run time.

use crate::isa::{Isa, detect, isa};

/// A loop over slices with everything it needs.
///
/// Mark `run` `#[inline(always)]`, and every helper it calls: only code that is inlined into the copy for an instruction
/// set is compiled for it. A helper that is not inlined stays correct and becomes slow.
pub trait Kernel {
    /// What the loop returns.
    type Output;
    /// Runs the loop.
    fn run(self) -> Self::Output;
}

/// Runs `kernel` in the copy compiled for this machine's instruction set. Same bits whichever copy runs.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    dispatch_at::<K, K>(kernel)
}

/// Runs `kernel` like [`dispatch`], with its copies compiled next to the type `H`.
///
/// The compiler puts the copies of a generic function together, in an object of the module that defines the function. A method
/// that a trait provides goes to the module of the type it is called on. So a change to the module of `H` compiles the loops of
/// that module again, not those of all types, and a crate's loops are compiled in parallel.
#[inline]
pub fn dispatch_at<H: ?Sized, K: Kernel>(kernel: K) -> K::Output {
    match isa() {
        // SAFETY: `isa()` returns only instruction sets that were detected on this machine.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { H::avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { H::avx2(kernel) },
        _ => H::baseline(kernel),
    }
}

/// Runs the copy of `kernel` for every machine and compiles no other, next to the type `H`.
#[inline]
pub fn baseline_at<H: ?Sized, K: Kernel>(kernel: K) -> K::Output {
    H::baseline(kernel)
}

/// Runs the AVX-512 copy of `kernel` and compiles no other: for loops that only make sense with registers of 64 bytes.
///
/// # Panics
/// If the machine lacks AVX-512. Ask [`isa`] first.
#[inline]
pub fn dispatch_to_avx512<K: Kernel>(kernel: K) -> K::Output {
    assert_eq!(detect(), Isa::Avx512, "a loop for AVX-512 runs where there is AVX-512");
    // SAFETY: it was detected on this machine.
    #[cfg(target_arch = "x86_64")]
    return unsafe { K::avx512(kernel) };
    #[cfg(not(target_arch = "x86_64"))]
    kernel.run()
}

/// Runs the AVX2 copy of `kernel` and compiles no other: for loops that only make sense with registers of 32 bytes.
///
/// # Panics
/// If the machine lacks AVX2. Ask [`isa`] first.
#[inline]
pub fn dispatch_to_avx2<K: Kernel>(kernel: K) -> K::Output {
    assert!(detect() >= Isa::Avx2, "a loop for AVX2 runs where there is AVX2");
    // SAFETY: it was detected on this machine.
    #[cfg(target_arch = "x86_64")]
    return unsafe { K::avx2(kernel) };
    #[cfg(not(target_arch = "x86_64"))]
    kernel.run()
}

/// A place for the copies of kernels: every type is one.
trait Home {
    fn baseline<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }

    /// # Safety
    /// The machine must have AVX-512.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2")]
    unsafe fn avx512<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }

    /// # Safety
    /// The machine must have AVX2.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn avx2<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }
}

impl<H: ?Sized> Home for H {}
