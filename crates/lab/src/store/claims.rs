//! Which program is at which cell.
//!
//! A program that works on a results file has a name there and says now and then that it is alive. What it has claimed is free
//! again when it has said nothing for [`LEASE`], or, on the same machine, as soon as its process is gone.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, params};

use crate::cell::CellId;

/// After so long without a word a program is taken for dead. Should it only have been slow, a cell is run twice, with the same
/// result.
const LEASE: Duration = Duration::from_secs(10);
/// How often a program says that it is alive.
const BEAT: Duration = Duration::from_secs(1);

// A claim is taken if there is none, if it is one's own, or if its worker is not alive. One that was seen in the future was seen by a
// clock that has been put right since.
const CLAIM: &str = "
INSERT INTO claims VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET worker = excluded.worker
WHERE worker = excluded.worker OR worker NOT IN (SELECT name FROM workers WHERE seen BETWEEN ?3 AND ?4)";

/// This program among those that work on a file.
#[derive(Debug)]
pub(super) struct Worker {
    /// Machine, process and a number that no other program has.
    name: String,
    said: Option<Instant>,
}

impl Worker {
    pub(super) fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { name: format!("{} {} {:x}", machine(), std::process::id(), since.as_nanos()), said: None }
    }

    /// Says that it is alive, if it has not done so for a while.
    pub(super) fn alive(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.said.is_none_or(|said| said.elapsed() >= BEAT) {
            let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO workers VALUES (?1, ?2)")?;
            insert.execute(params![self.name, now()])?;
            self.said = Some(Instant::now());
        }
        Ok(())
    }

    pub(super) fn claim(&mut self, connection: &Connection, id: &CellId) -> rusqlite::Result<bool> {
        self.alive(connection)?;
        let (now, lease) = (now(), LEASE.as_secs_f64());
        let (from, to) = (now - lease, now + lease);
        let mut claim = connection.prepare_cached(CLAIM)?;
        if claim.execute(params![id.as_str(), self.name, from, to])? > 0 {
            return Ok(true);
        }
        match claimant(connection, id)? {
            Some(other) if is_gone(&other) => {
                connection.execute("DELETE FROM workers WHERE name = ?1", [other])?;
                Ok(claim.execute(params![id.as_str(), self.name, from, to])? > 0)
            }
            _ => Ok(false),
        }
    }

    pub(super) fn release(&self, connection: &Connection, id: &CellId) -> rusqlite::Result<()> {
        let mut delete = connection.prepare_cached("DELETE FROM claims WHERE id = ?1 AND worker = ?2")?;
        delete.execute([id.as_str(), &self.name]).map(|_| ())
    }

    /// Takes this program off the list.
    pub(super) fn leave(&self, connection: &Connection) {
        // Nothing depends on it: what is left behind is taken for dead soon.
        let _ = connection.execute("DELETE FROM claims WHERE worker = ?1", [&self.name]);
        let _ = connection.execute("DELETE FROM workers WHERE name = ?1", [&self.name]);
    }
}

/// The name of the program that has claimed a cell.
fn claimant(connection: &Connection, id: &CellId) -> rusqlite::Result<Option<String>> {
    let mut find = connection.prepare_cached("SELECT worker FROM claims WHERE id = ?1")?;
    find.query_row([id.as_str()], |row| row.get(0)).optional()
}

/// Says in words which program has claimed a cell.
pub(super) fn holder(connection: &Connection, id: &CellId) -> rusqlite::Result<Option<String>> {
    Ok(claimant(connection, id)?.map(|name| described(&name, &machine())))
}

/// Describes a program by its name, as seen from a machine.
fn described(name: &str, here: &str) -> String {
    let mut words = name.split(' ');
    let (on, process) = (words.next().unwrap_or_default(), words.next().unwrap_or("?"));
    let boot = |machine: &str| machine.split('/').next().unwrap_or_default().to_string();
    if on == here {
        format!("process {process}")
    } else if !on.is_empty() && boot(on) == boot(here) {
        format!("process {process} in another container")
    } else {
        format!("process {process} on another machine")
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// What tells this machine, since it was started, from others, and the process numbers of this container from those of others on the
/// machine; empty where the system does not say.
fn machine() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let numbers = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    match id.trim() {
        "" => String::new(),
        id => format!("{id}/{}", numbers.display()).replace(char::is_whitespace, ""),
    }
}

/// Whether a worker's process on this machine has ended. Where that cannot be told, it has not.
fn is_gone(name: &str) -> bool {
    let mut words = name.split(' ');
    let (Some(on), Some(process)) = (words.next(), words.next()) else { return false };
    !on.is_empty() && on == machine() && !std::path::Path::new("/proc").join(process).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_as_seen_from_here() {
        let here = "boot/pid:[1]";
        assert_eq!(described("boot/pid:[1] 17 af", here), "process 17");
        assert_eq!(described("boot/pid:[2] 17 af", here), "process 17 in another container");
        assert_eq!(described("other/pid:[1] 17 af", here), "process 17 on another machine");
        // Of an earlier version, and where the system says nothing.
        assert_eq!(described("boot 17 af", here), "process 17 in another container");
        assert_eq!(described(" 17 af", here), "process 17 on another machine");
    }

    #[test]
    fn only_a_process_with_numbers_of_this_container_can_be_seen_to_be_gone() {
        let here = machine();
        if here.is_empty() {
            return;
        }
        let gone = "4194999 0";
        assert!(is_gone(&format!("{here} {gone}")));
        assert!(!is_gone(&format!("{here} {} 0", std::process::id())));
        let boot = here.split('/').next().unwrap();
        assert!(!is_gone(&format!("{boot}/pid:[1] {gone}")), "its numbers are those of another container");
    }
}
