//! What the command line tool prints, and tables for papers.

use super::macros::declare;

/// What the command line tool prints, and tables for papers.
pub trait TerminalWords {
    declare! {
        report, figures, interval_of_the_mean, value_of_the_function, latex_packages, so_far, stopping, keys, left,
        runs_of_the_screen, best_runs, nothing_yet, best_rate, column_final_runs,
        caption_of_steps_to_target, seed_not_followed, gradients_not_checked,
    }

    /// An interval in a table of text.
    fn interval(&self, low: &str, high: &str) -> String;

    /// The caption of a table for papers.
    fn caption_of_final_runs(&self, problem: &str, figure: &str) -> String;

    /// More seeds are run because something is open.
    fn on_to_more_seeds(&self, seeds: usize, wanted: usize) -> String;

    /// The command that may decide an open verdict.
    fn command_for_more_seeds(&self, seeds: u64, time: &str, command: &str) -> String;

    /// What a comparison is going to do on a problem.
    fn plan_of(&self, problem: &str, rules: usize, runs: usize, time: &str, threads: usize) -> String;

    /// The gradients of a problem are wrong.
    fn gradients_wrong(&self, error: f64) -> String;

    /// The gradients of a problem are right.
    fn gradients_right(&self, error: f64) -> String;

    /// A warning.
    fn warning(&self, of: &str) -> String;

    /// A batch can be learnt by heart.
    fn batch_learnt(&self, first: f64, last: f64) -> String;

    /// A batch cannot be learnt by heart.
    fn batch_not_learnt(&self, first: f64, last: f64) -> String;

    /// What a rule reaches at its defaults.
    fn rule_at_its_defaults(&self, rule: &str, mean: &str, spread: &str, seeds: usize) -> String;

    /// How sure a figure can be on so few validation examples.
    fn error_of_validation(&self, points: f64) -> String;

    /// How much memory is taken at most.
    fn memory_at_most(&self, all: u64, run: u64, at_once: u64) -> String;

    /// How many seeds are enough.
    fn seeds_enough(&self, difference: &str, needed: u64, planned: usize) -> String;

    /// More test examples or a larger difference are needed.
    fn examples_or_margin_needed(&self, difference: &str, more: u64, margin: f64) -> String;

    /// A larger difference is needed.
    fn margin_needed(&self, difference: &str, margin: f64) -> String;

    /// How the rules stand before all final runs are in.
    fn means_so_far(&self, means: &str) -> String;

    /// Which rule leads in the search.
    fn leads_in_the_search(&self, rule: &str, value: f64, rate: &str) -> String;

    /// What is run, and how long it is waited for.
    fn about_program(&self, command: &str, seconds: u64) -> String;

    /// How the first run of a training of the user's own went: the figure, and how long it took.
    fn first_run(&self, arm: &str, figure: f64, time: &str) -> String;

    /// The gradient of a tensor is wrong, by so many percent.
    fn gradient_of_tensor_wrong(&self, tensor: &str, percent: f64) -> String;

    /// The gradients of a program are right.
    fn gradients_agree(&self, apart: f64) -> String;

    /// By which files the results of a program are known.
    fn known_by_files(&self, files: &str) -> String;

    /// The heading of these files in a report.
    fn files_of_program(&self, problem: &str) -> String;
}
