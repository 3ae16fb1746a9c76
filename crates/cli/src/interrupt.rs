//! Ctrl-C as a flag that long work looks at between two steps.

use crate::failure::Failure;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// The exit status of a command that was interrupted.
const INTERRUPTED: i32 = 130;

/// Returns the flag that the first Ctrl-C (or a polite `kill`) sets; the second one ends the process at once.
///
/// Every call returns the same flag, so that an interrupted command does not begin anything else.
pub(crate) fn flag() -> Result<Arc<AtomicBool>, Failure> {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(stop) = FLAG.get() {
        return Ok(stop.clone());
    }
    let stop = FLAG.get_or_init(|| Arc::new(AtomicBool::new(false))).clone();
    listen(&stop)?;
    Ok(stop)
}

#[cfg(unix)]
fn listen(stop: &Arc<AtomicBool>) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = vec![SIGINT, SIGTERM];
    // Under `nohup` a terminal that goes away does not concern us.
    if !is_hangup_ignored() {
        signals.push(SIGHUP);
    }
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    let seen = stop.clone();
    // The thread ends with the process.
    std::thread::spawn(move || {
        for signal in signals.forever() {
            // A terminal that goes away may say so more than once.
            if seen.swap(true, Ordering::Relaxed) && signal != SIGHUP {
                end();
            }
        }
    });
    Ok(())
}

/// Ends the process at once, with all it has started.
fn end() -> ! {
    // Programs that are problems have process groups of their own, which no signal to this one reaches.
    thalweg::workloads::engine::end_programs();
    std::process::exit(INTERRUPTED);
}

/// Whether this process was started with the signal of a lost terminal ignored, as `nohup` does; "no" where the system does not say.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignores_hangup(&status)
}

/// Whether the signal has its bit, the lowest, in the mask of those ignored (proc(5), `SigIgn`).
#[cfg(unix)]
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
fn listen(stop: &Arc<AtomicBool>) -> Result<(), Failure> {
    let seen = stop.clone();
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            end();
        }
    })?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nohup_is_seen_in_the_status_of_the_process() {
        assert!(ignores_hangup("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"));
        assert!(!ignores_hangup("Name:\tx\nSigIgn:\t0000000000001000\nSigCgt:\t1\n"));
        assert!(!ignores_hangup(""));
    }
}
