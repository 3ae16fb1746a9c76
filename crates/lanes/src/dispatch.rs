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
    match isa() {
        // SAFETY: `isa()` returns only instruction sets that were detected on this machine.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2(kernel) },
        _ => kernel.run(),
    }
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
    return unsafe { avx512(kernel) };
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
    return unsafe { avx2(kernel) };
    #[cfg(not(target_arch = "x86_64"))]
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
