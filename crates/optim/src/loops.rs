//! Where the loops of this crate are sent to the instruction sets.

#[cfg(not(test))]
pub(crate) use thalweg_lanes::dispatch;

/// One copy of each loop: the unit tests need not compile all of them once more. That every copy has the same bits is tested
/// from outside (`tests/it`).
#[cfg(test)]
#[inline]
pub(crate) fn dispatch<K: thalweg_lanes::Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
