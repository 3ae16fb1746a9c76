//! The command line: help, errors and progress.

use super::English;
use super::lists::count;
use crate::catalogue::CommandLineWords;
use crate::catalogue::macros::phrases;

impl CommandLineWords for English {
    phrases! {
        usage: "Usage",
        commands: "Commands",
        arguments: "Arguments",
        options: "Options",
        possible_values: "possible values",
        default_value: "default",
        error: "error",
        of_the_defaults: "the defaults",
        checking_gradients: "checking gradients",
        learning_one_batch: "learning one batch",
        growing_rates: "growing rates",
        constant_rates: "constant rates",
        no_number: "no number",
        start_them: "Start them? [y/N]",
        time_left_of_a_bar: "left",
        stage_default: "default",
    }

    fn stage_of_runs(&self, about: &str, stage: &str, runs: usize) -> String {
        match runs {
            0 => format!("{about}: {stage}"),
            runs => format!("{about}: {stage}, {}", count(runs, "run")),
        }
    }

    fn stage_begins(&self, stage: &str, runs: usize, known: usize) -> String {
        {
            let known = if known > 0 { format!(" ({known} known already)") } else { String::new() };
            format!("{stage}: {runs} runs{known}")
        }
    }

    fn training_begins(&self, steps: u64) -> String {
        format!("training: {steps} steps")
    }

    fn at_rate_and_seed(&self, rule: &str, rate: &str, seed: u64) -> String {
        format!("{rule} at rate {rate}, seed {seed}")
    }

    fn at_rate(&self, rule: &str, rate: &str) -> String {
        format!("{rule} at rate {rate}")
    }

    fn run_with_seed(&self, line: &str, seed: u64) -> String {
        format!("{line}, seed {seed}")
    }

    fn study_begins(&self, name: &str, runs: usize) -> String {
        format!("{name}: {runs} runs")
    }

    fn diverged_at_step(&self, step: u64) -> String {
        format!("diverged at step {step}")
    }

    fn run_failed(&self, cell: &str, why: &str) -> String {
        format!("failed: {cell}: {why}")
    }

    fn runs_failed(&self, count: usize) -> String {
        format!("{count} failed")
    }

    fn range_extended(&self, about: &str, from: f64, to: f64, more: usize) -> String {
        format!(
            "{about}: the best rate lies at the edge; searching {from:.1e} to {to:.1e} ({more} more runs for all rules)"
        )
    }

    fn waiting_for(&self, holder: &str, cells: usize) -> String {
        format!("waiting for {holder}, which is at {cells} of the runs")
    }

    fn names_programs(&self, origin: &str, programs: &str) -> String {
        format!("{origin} names programs, which would run with your rights:\n{programs}")
    }
}
