//! Process groups: every program is started in one of its own, which ends as a whole.

use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};

/// The groups that are running, each by the id of its first process.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Ends every program that is running, and lets none start after that: for the moment before this process exits at once.
pub fn end_programs() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.iter().for_each(|&group| kill_group(group));
    // The lock is kept, so that nothing starts between here and the exit.
    std::mem::forget(running);
}

/// Starts a command in a group of its own.
pub(super) fn start(command: &mut Command) -> std::io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn()?;
    running.insert(child.id());
    Ok(child)
}

/// Ends the group of a child, whatever of it is still running.
pub(super) fn end(child: &mut Child) {
    kill_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&child.id());
}

/// Returns what a group is known by, even to a later process: the id of its first process, and when that was started.
pub(super) fn mark(child: &Child) -> String {
    format!("{} {}", child.id(), started_at(child.id()).unwrap_or_default())
}

/// Ends the group with this mark, if it is still running: who started it was killed and could not.
pub(super) fn end_marked(mark: &str) {
    let Some((id, started)) = mark.trim().split_once(' ') else { return };
    let Ok(id) = id.parse() else { return };
    // Another process may have the id by now.
    if started_at(id).is_some_and(|at| started.parse() == Ok(at)) {
        kill_group(id);
    }
}

/// When a process was started, in the system's own unit; None where it does not say.
#[cfg(target_os = "linux")]
fn started_at(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name of the program, in brackets, come twenty others.
    status.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn started_at(_process: u32) -> Option<u64> {
    None
}

#[cfg(unix)]
fn kill_group(leader: u32) {
    use nix::sys::signal::{Signal, killpg};
    if let Ok(group) = i32::try_from(leader) {
        // An error says that the group has ended already.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_leader: u32) {}
