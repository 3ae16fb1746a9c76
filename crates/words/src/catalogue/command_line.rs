//! The command line: help, errors and progress.

use super::macros::declare;

/// The command line: help, errors and progress.
pub trait CommandLineWords {
    declare! {
    usage, commands, arguments, options, possible_values, default_value, error, of_the_defaults, checking_gradients, learning_one_batch, growing_rates, constant_rates, no_number, start_them, time_left_of_a_bar, stage_default, }

    /// A stage of runs begins; of none, if it is one piece of work.
    fn stage_of_runs(&self, about: &str, stage: &str, runs: usize) -> String;

    /// A stage of a comparison begins, some of whose results are known already.
    fn stage_begins(&self, stage: &str, runs: usize, known: usize) -> String;

    /// A training run begins.
    fn training_begins(&self, steps: u64) -> String;

    /// A run by its rule, rate and seed.
    fn at_rate_and_seed(&self, rule: &str, rate: &str, seed: u64) -> String;

    /// A run by its rule and rate.
    fn at_rate(&self, rule: &str, rate: &str) -> String;

    /// A run of a line of a study.
    fn run_with_seed(&self, line: &str, seed: u64) -> String;

    /// A study begins.
    fn study_begins(&self, name: &str, runs: usize) -> String;

    /// A run diverged.
    fn diverged_at_step(&self, step: u64) -> String;

    /// A run could not be made.
    fn run_failed(&self, cell: &str, why: &str) -> String;

    /// So many runs could not be made.
    fn runs_failed(&self, count: usize) -> String;

    /// The range of a search is widened.
    fn range_extended(&self, about: &str, from: f64, to: f64, more: usize) -> String;

    /// Another process is at runs.
    fn waiting_for(&self, holder: &str, cells: usize) -> String;

    /// An experiment names programs.
    fn names_programs(&self, origin: &str, programs: &str) -> String;
}
