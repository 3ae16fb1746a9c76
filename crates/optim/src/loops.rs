//! Where the loops of this crate are sent to the instruction sets.

#[cfg(not(test))]
pub(crate) use thalweg_lanes::{dispatch, dispatch_at};

/// One copy of each loop: the unit tests need not compile all of them once more. That every copy has the same bits is tested
/// from outside (`tests/it`).
#[cfg(test)]
pub(crate) use thalweg_lanes::baseline_at as dispatch_at;

#[cfg(test)]
#[inline]
pub(crate) fn dispatch<K: thalweg_lanes::Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
