//! One loop, compiled once for each instruction set, chosen at run time.

use crate::isa::{Isa, isa};

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
