//! The layout of a results file, by number.

/// The layout that this version writes.
pub(super) const LAYOUT: i32 = 5;
