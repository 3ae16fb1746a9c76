//! The pages of sweeps, learning-rate tests and paths.

use super::macros::declare;

/// The pages of sweeps, learning-rate tests and paths.
pub trait SearchWords {
    declare! {
        sweep_title, sweep_conclusion, sweep_result_help, sweep_up, sweep_figure, range_test_title, rates_to_use,
        rates_to_use_help, best, its_validation_loss, growing_rate, smoothed_loss, short_runs, nothing_fell, still_falling,
        all_diverged, best_at_low, best_at_high, step_by_step,
    }

    /// What was run, and how to read it.
    fn range_test_about(&self, repeats: usize, steps: u64) -> String;

    /// The rates that are worth trying.
    fn rates_found(&self, from: &str, to: &str, best: &str) -> String;
}
