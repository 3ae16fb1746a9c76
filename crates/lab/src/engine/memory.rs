//! The memory that runs take together, before any of them is made.

use serde::Serialize;
use thalweg_kit::{TooLittleMemory, UsedMemory, check_free_memory, used_memory};

use super::{Engine, Prepared, training};
use crate::cell::Cell;
use crate::experiment::Experiment;
use crate::outcome::MOST_POINTS;
use thalweg_words::Language;

/// What a thread takes beside its run: its stack, buffers of matrix products, and what an allocator keeps. Measured.
const THREAD: u64 = 2 << 20;
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
    pub(crate) fn of(run: u64, at_once: usize, runs: usize) -> Self {
        Self {
            run,
            at_once: at_once.min(runs) as u64,
            end: (runs as u64).saturating_mul(RESULT).saturating_add(END),
        }
    }

    /// What is needed beside what the process has already.
    pub fn more(&self) -> u64 {
        self.run.saturating_add(THREAD).saturating_mul(self.at_once).saturating_add(self.end)
    }

    /// The most that the process will have, program and data included; `None` where the system does not say what it has.
    pub fn peak(&self) -> Option<u64> {
        used_memory().map(|UsedMemory { now, peak }| now.saturating_add(self.more()).max(peak))
    }

    /// Checks that it can be had.
    ///
    /// # Errors
    /// What is missing and what helps, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        let Err(missing) = check_free_memory(self.more()) else { return Ok(()) };
        Err(format!("{missing}: {}", self.advice(&missing)))
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
        let fit = missing.free.map_or(0, |free| free.bytes.saturating_sub(self.end) / (self.run + THREAD));
        let threads = match fit {
            0 => String::new(),
            threads => format!("use `--threads {threads}`, or "),
        };
        format!("{runs} {one} MB; {threads}use smaller layers, batches or data")
    }
}

impl Engine {
    /// Returns the memory that an experiment, for which this engine was made, takes with so many runs at the same time. Runs that
    /// cannot be made count nothing: what is wrong with them is said when they are looked at one by one.
    pub fn memory(&self, experiment: &Experiment, threads: usize) -> Memory {
        let mut run = 0;
        for (problem, prepared) in experiment.problems.iter().zip(&self.problems) {
            let Prepared::Training(settings, dataset, _) = prepared else { continue };
            for arm in &experiment.rules {
                let cell = Cell::single(problem, arm, experiment.seed);
                run = run.max(training::run_bytes(settings, dataset, &cell));
            }
        }
        Memory::of(run, threads, experiment.planned_cells())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary;
    use crate::experiment::Document;
    use thalweg_data::Source;
    use thalweg_kit::{FreeMemory, MemoryLimit};

    fn memory(problem: &str, threads: usize) -> Memory {
        let text = format!("rules = [\"sgd\", \"adam\"]\n[problem]\n{problem}");
        let experiment = Document::parse("", &text).unwrap().check(&vocabulary()).unwrap();
        Engine::new(&experiment, &Source::default()).unwrap().memory(&experiment, threads)
    }

    #[test]
    fn every_thread_has_a_run_of_its_own() {
        let digits = "dataset = \"digits\"\nhidden = [1000]";
        let (one, two) = (memory(digits, 1), memory(digits, 2));
        assert_eq!((one.run, one.at_once, two.at_once), (two.run, 1, 2));
        assert_eq!(two.more() - one.more(), one.run + THREAD);
        // 64 inputs, 1,000 units and 10 classes: four times the parameters, and two of state for Adam, of four bytes each; then the
        // values of batches of 100 and 77 with their gradients, of 360, and of 256 that are looked at, below 1,100 numbers an example.
        let parameters = 6 * 4 * (65 * 1000 + 1001 * 10);
        let values = (2 * 177 + 360 + 256) * 1_100 * 4;
        assert!((parameters..parameters + values).contains(&one.run), "{}", one.run);
        assert_eq!(memory("function = \"sphere\"", 4).run, 0);
        assert_eq!(Memory::of(1, 8, 3).at_once, 3, "there are no more runs");
    }

    #[test]
    fn too_much_is_refused_with_what_helps() {
        let missing = |bytes| {
            let free = Some(FreeMemory { bytes, limit: MemoryLimit::ControlGroup });
            TooLittleMemory { needed: 1, free }
        };
        let memory = Memory::of(300_000_000, 4, 10);
        let enough = |runs: u64| memory.end + runs * (memory.run + THREAD);
        assert_eq!(
            memory.advice(&missing(enough(2))),
            "each of 4 runs at the same time takes 300 MB; use `--threads 2`, or use smaller layers, batches or data"
        );
        assert_eq!(
            Memory::of(300_000_000, 1, 10).advice(&missing(0)),
            "a run takes 300 MB; use smaller layers, batches or data"
        );
        let error = Memory::of(u64::MAX / 2, 2, 2).check().unwrap_err();
        assert!(error.contains("GB of memory are needed"), "{error}");
    }
}
