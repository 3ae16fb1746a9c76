//! The memory that runs take together, before any of them is made.

use serde::Serialize;
use thalweg_kit::{MemoryLimit, TooLittleMemory, UsedMemory, check_free_memory, free_memory, used_memory};
use thalweg_words::Language;

use crate::outcome::MOST_POINTS;

/// What a thread takes beside its run: its stack, and buffers of matrix products. Measured.
pub const THREAD: u64 = 2 << 20;
/// What an allocator keeps for a thread of what earlier runs gave back, at most: larger blocks go back to the system (the greatest
/// `M_MMAP_THRESHOLD` of glibc). Of smaller runs it keeps about a quarter. Measured.
const KEPT: u64 = 32 << 20;
/// What the system's allocator sets aside for a thread, and as much that it keeps after it was freed (`HEAP_MAX_SIZE` of glibc, twice). It is
/// no memory that is used, but `ulimit` counts it.
const SET_ASIDE: u64 = 128 << 20;
/// What judging the results and writing pages and files takes. Measured.
const END: u64 = 24 << 20;
/// What is kept of a run until the end, at most: its curves, and as much again while they are written.
const RESULT: u64 = 2 * 4 * (MOST_POINTS as u64) * 8;

/// Memory in bytes, beside that of programs, which are processes of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// One run, at most.
    pub run: u64,
    /// Runs at the same time.
    pub at_once: u64,
    /// Results that are kept until the end, pages and files.
    pub end: u64,
}

impl Memory {
    /// The memory of runs of which the largest takes `run` bytes, `at_once` at the same time and `runs` in all.
    pub fn of(run: u64, at_once: usize, runs: usize) -> Self {
        Self {
            run,
            at_once: at_once.min(runs) as u64,
            end: (runs as u64).saturating_mul(RESULT).saturating_add(END),
        }
    }

    /// What is needed beside what the process has already.
    pub fn more(&self) -> u64 {
        self.each().saturating_mul(self.at_once).saturating_add(self.end)
    }

    /// What each of the runs at the same time takes, with its thread.
    pub fn each(&self) -> u64 {
        self.run.saturating_add((self.run / 4).min(KEPT)).saturating_add(THREAD)
    }

    /// The most that the process will have, program and data included; `None` where the system does not say what it has.
    pub fn peak(&self) -> Option<u64> {
        used_memory().map(|UsedMemory { now, peak }| now.saturating_add(self.more()).max(peak))
    }

    /// Checks that it can be had.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self) -> Result<(), NoRoom> {
        let set_aside = set_aside(free_memory().map(|free| free.limit)).saturating_mul(self.at_once);
        let needed = self.more().saturating_add(set_aside);
        check_free_memory(needed).map_err(|missing| NoRoom { memory: *self, missing })
    }

    /// What is announced to people; `None` where the system does not say what the process has.
    pub fn sentence(&self, language: Language) -> Option<String> {
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        Some(language.words().memory_at_most(megabytes(self.peak()?), megabytes(self.run), self.at_once))
    }

    fn advice(&self, missing: &TooLittleMemory) -> String {
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        let (one, at_once) = (megabytes(self.run), self.at_once);
        let runs = if at_once == 1 {
            "a run takes".to_string()
        } else {
            format!("each of {at_once} runs at the same time takes")
        };
        let fit = missing.free.map_or(0, |free| {
            free.bytes.saturating_sub(self.end) / (self.each() + set_aside(Some(free.limit)))
        });
        let threads = match fit {
            0 => String::new(),
            threads => format!("use `--threads {threads}`, or "),
        };
        format!("{runs} {one} MB; {threads}use smaller layers, batches or data")
    }
}

/// What a thread takes of what is limited, beside memory.
fn set_aside(limit: Option<MemoryLimit>) -> u64 {
    match limit {
        Some(MemoryLimit::AddressSpace | MemoryLimit::Data) => SET_ASIDE,
        Some(MemoryLimit::Machine | MemoryLimit::ControlGroup) | None => 0,
    }
}

/// Memory that cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{missing}: {}", .memory.advice(.missing))]
pub struct NoRoom {
    /// What is needed.
    pub memory: Memory,
    /// What the system has.
    pub missing: TooLittleMemory,
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_kit::{FreeMemory, MemoryLimit};

    #[test]
    fn too_much_is_refused_with_what_helps() {
        let missing = |bytes| {
            let free = Some(FreeMemory { bytes, limit: MemoryLimit::ControlGroup });
            TooLittleMemory { needed: 1, free }
        };
        let memory = Memory::of(300_000_000, 4, 10);
        let enough = |runs: u64| memory.end + runs * memory.each();
        assert_eq!(
            memory.advice(&missing(enough(2))),
            "each of 4 runs at the same time takes 300 MB; use `--threads 2`, or use smaller layers, batches or data"
        );
        assert_eq!(
            Memory::of(300_000_000, 1, 10).advice(&missing(0)),
            "a run takes 300 MB; use smaller layers, batches or data"
        );
        let error = Memory::of(u64::MAX / 2, 2, 2).check().unwrap_err().to_string();
        assert!(error.contains("GB of memory are needed"), "{error}");
    }
}
