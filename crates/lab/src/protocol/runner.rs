//! Who runs cells, and how an experiment is run.

use std::sync::atomic::AtomicBool;

use super::Event;
use crate::cell::Cell;
use crate::experiment::Experiment;
use crate::fault::RunFault;
use crate::memory::NoRoom;
use crate::outcome::Outcome;
use crate::verdict::Sentence;

/// Runs cells.
pub trait Runner: Sync {
    /// Runs `cell` to its end, on the thread that asks. The result must depend on the cell only.
    ///
    /// The test split may be read if `unseal_test` is true, at the end of the run; otherwise [`Outcome::test`] must be `None`
    /// and [`Outcome::predictions`] and [`Outcome::correct`] empty.
    /// When `stop` becomes true the run may be given up by returning an error.
    ///
    /// # Errors
    /// What went wrong. Divergence is no error: it is a result.
    fn run(&self, cell: &Cell, unseal_test: bool, stop: &AtomicBool) -> Result<Outcome, RunFault>;

    /// Looks for a mistake that no run of the rule of `cell` on its problem can be made with, without running it. A look that waits
    /// for something may be given up when `stop` becomes true.
    ///
    /// # Errors
    /// The mistake.
    fn check(&self, _cell: &Cell, _stop: &AtomicBool) -> Result<(), RunFault> {
        Ok(())
    }

    /// Looks whether the memory suffices for so many runs of `experiment` at the same time.
    ///
    /// # Errors
    /// What is missing.
    fn room(&self, _experiment: &Experiment, _threads: usize) -> Result<(), NoRoom> {
        Ok(())
    }

    /// What else determines the runs on problem `problem`, beside what the experiment says: the data, say. Part of every
    /// cell's identity, so that results on other data are not taken for these.
    fn fingerprint(&self, _problem: usize) -> String {
        String::new()
    }

    /// How many runs on problem `problem` may be at work at the same time, whatever the number of threads.
    fn parallel(&self, _problem: usize) -> usize {
        usize::MAX
    }

    /// The number of threads for runs that only wait for other processes; absent if any run computes by itself.
    fn waiting_threads(&self) -> Option<usize> {
        None
    }

    /// What is wrong with problem `problem` before the first update, whatever the rule and its rate.
    fn start_fault(&self, _experiment: &Experiment, _problem: usize) -> Option<Sentence> {
        None
    }

    /// The training loss of guessing on problem `problem`: ln(classes); absent where its loss is no cross-entropy.
    fn guessing_loss(&self, _problem: usize) -> Option<f64> {
        None
    }

    /// How many examples the test split of problem `problem` has, if it has one.
    fn test_examples(&self, _problem: usize) -> Option<usize> {
        None
    }
}

/// How to run an experiment.
pub struct RunOptions<'a> {
    /// Runs at the same time.
    pub threads: usize,
    /// What identifies the version of the program that produces the numbers; part of every cell's identity.
    pub code: &'a str,
    /// Set to true (by Ctrl-C, say) to stop after what is running.
    pub stop: &'a AtomicBool,
    /// Told about progress, on the calling thread.
    pub observer: &'a mut dyn FnMut(Event<'_>),
}
