//! Ctrl-C as a flag that long work looks at between two steps.

use crate::failure::Failure;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Returns the flag that the first Ctrl-C (or a polite `kill`) sets; the second one ends the process at once.
///
/// Every call returns the same flag, so that an interrupted command does not begin anything else.
pub(crate) fn flag() -> Result<Arc<AtomicBool>, Failure> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(stop) = FLAG.get() {
        return Ok(stop.clone());
    }
    let stop = FLAG.get_or_init(|| Arc::new(AtomicBool::new(false))).clone();
    let seen = stop.clone();
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            // Programs that are problems have process groups of their own, which no signal to this one reaches.
            thalweg::lab::engine::end_programs();
            std::process::exit(130);
        }
    })?;
    Ok(stop)
}
