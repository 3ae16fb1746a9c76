//! Where trainings run: so many at a time, each on a device of its own if there are some.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use thalweg_lab::experiment::RunLimits;

/// How often a wait for a slot looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// The slots of a problem.
pub(super) struct Slots {
    /// The device of each, if there are some.
    devices: Vec<Option<String>>,
    free: Mutex<Vec<usize>>,
    freed: Condvar,
}

/// A slot that a run has; it is free again when this is dropped.
pub(super) struct Slot<'s> {
    slots: &'s Slots,
    number: usize,
}

impl Slots {
    pub(super) fn new(limits: &RunLimits) -> Self {
        let devices: Vec<Option<String>> = match limits.devices.as_slice() {
            [] => vec![None; limits.at_once()],
            // One on each device before there is a second on any.
            devices => {
                (0..limits.at_once()).map(|slot| Some(devices[slot % devices.len()].clone())).collect()
            }
        };
        let free = Mutex::new((0..devices.len()).rev().collect());
        Self { devices, free, freed: Condvar::new() }
    }

    /// Waits for a free slot; the first one that is. None when `stop` becomes true.
    pub(super) fn take(&self, stop: &AtomicBool) -> Option<Slot<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(number) = free.pop() {
                return Some(Slot { slots: self, number });
            }
            free = self.freed.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Slot<'_> {
    /// Its device, if there are some.
    pub(super) fn device(&self) -> Option<&str> {
        self.slots.devices[self.number].as_deref()
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut free = self.slots.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(self.number);
        // The smallest number last, which is taken first.
        free.sort_unstable_by(|a, b| b.cmp(a));
        self.slots.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_spread_over_the_devices_and_wait_for_a_free_one() {
        let limits = RunLimits { slots: 2, devices: vec!["0".into(), "1".into()], ..RunLimits::default() };
        let (slots, go) = (Slots::new(&limits), AtomicBool::new(false));
        let taken: Vec<Slot<'_>> = (0..4).map(|_| slots.take(&go).unwrap()).collect();
        let devices: Vec<_> = taken.iter().map(|slot| slot.device().unwrap()).collect();
        assert_eq!(devices, ["0", "1", "0", "1"]);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| slots.take(&go).map(|slot| slot.number));
            let mut taken = taken;
            drop(taken.remove(2));
            assert_eq!(waiting.join().unwrap(), Some(2));
        });
        assert!(slots.take(&AtomicBool::new(true)).is_none());
        assert_eq!(Slots::new(&RunLimits::default()).take(&go).unwrap().device(), None);
    }
}
