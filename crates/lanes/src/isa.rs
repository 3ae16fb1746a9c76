//! Which instruction set the kernels run on.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

/// An instruction set that kernels are compiled for, from narrow to wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Isa {
    /// What the target guarantees: SSE2 on x86-64, NEON on 64-bit Arm.
    Baseline = 1,
    /// AVX2: 256-bit vectors.
    Avx2 = 2,
    /// AVX-512 (F, BW, CD, DQ, VL): 512-bit vectors.
    Avx512 = 3,
}

impl Isa {
    /// Every instruction set this machine can run, narrowest first.
    pub fn available() -> Vec<Isa> {
        [Isa::Baseline, Isa::Avx2, Isa::Avx512].into_iter().filter(|&isa| isa <= detect()).collect()
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Isa::Baseline if cfg!(target_arch = "aarch64") => "NEON",
            Isa::Baseline => "baseline",
            Isa::Avx2 => "AVX2",
            Isa::Avx512 => "AVX-512",
        })
    }
}

/// The choice in force; 0 until the first kernel runs.
static CHOSEN: AtomicU8 = AtomicU8::new(0);

/// The instruction set kernels run on: the widest one detected, unless [`force_isa`] chose another.
#[inline]
pub fn isa() -> Isa {
    match CHOSEN.load(Ordering::Relaxed) {
        1 => Isa::Baseline,
        2 => Isa::Avx2,
        3 => Isa::Avx512,
        _ => choose(),
    }
}

#[cold]
fn choose() -> Isa {
    let widest = detect();
    CHOSEN.store(widest as u8, Ordering::Relaxed);
    widest
}

/// Makes every kernel of this process run on `isa`, or on the widest again when `None`: for tests that compare
/// instruction sets. Returns false, and changes nothing, if the machine lacks it.
pub fn force_isa(isa: Option<Isa>) -> bool {
    let wanted = isa.unwrap_or_else(detect);
    let possible = wanted <= detect();
    if possible {
        CHOSEN.store(wanted as u8, Ordering::Relaxed);
    }
    possible
}

/// The widest instruction set of this machine.
#[cfg(target_arch = "x86_64")]
pub(crate) fn detect() -> Isa {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx2")
    {
        Isa::Avx512
    } else if is_x86_feature_detected!("avx2") {
        Isa::Avx2
    } else {
        Isa::Baseline
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn detect() -> Isa {
    Isa::Baseline
}

/// Held by the tests of this crate that force an instruction set, which is one for the whole process.
#[cfg(test)]
pub(crate) static FORCING: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_is_the_default_and_an_absent_one_is_refused() {
        let _forcing = FORCING.lock();
        assert!(force_isa(None));
        let available = Isa::available();
        assert_eq!((available[0], isa()), (Isa::Baseline, *available.last().unwrap()));
        for wanted in [Isa::Baseline, Isa::Avx2, Isa::Avx512] {
            let before = isa();
            let possible = force_isa(Some(wanted));
            assert_eq!(possible, wanted <= detect());
            assert_eq!(possible, available.contains(&wanted));
            assert_eq!(isa(), if possible { wanted } else { before });
        }
        assert!(force_isa(None));
        assert_eq!(isa(), detect());
    }
}
