//! When a run has diverged.

/// A run has diverged when its loss stays for so many steps …
pub(super) const WINDOW: u64 = 20;
/// … above so many times the first.
pub(super) const BLOWN_UP: f64 = 4.0;
