//! The pages of sweeps, learning-rate tests and paths.

use super::English;
use crate::catalogue::SearchWords;
use crate::catalogue::macros::phrases;

impl SearchWords for English {
    phrases! {
        sweep_title: "A sweep",
        sweep_conclusion: "A sweep shows and does not choose: the best of many configurations is partly luck. `thalweg tune` \
            finds one and confirms it on fresh seeds.",
        sweep_result_help: "mean ± standard deviation over the seeds, on the validation split",
        sweep_up: "result on the validation split",
        sweep_figure: "What it does",
        range_test_title: "Which learning rates are worth trying?",
        rates_to_use: "learning rates to use",
        rates_to_use_help: "short runs at constant rates whose validation loss is as good as the best, within a tenth of what \
            was gained",
        best: "best",
        its_validation_loss: "its validation loss",
        growing_rate: "The rate grows",
        smoothed_loss: "smoothed loss of the batches",
        short_runs: "Short runs at constant rates",
        nothing_fell: "no suggestion: no rate brought the loss down clearly; allow more steps",
        still_falling: "no suggestion: the loss was still falling at the largest rate; raise --to",
        all_diverged: "no suggestion: every short run diverged; lower --to, or allow more steps",
        best_at_low: "no suggestion: the best short run was at the smallest rate tried; lower --from or allow more steps",
        best_at_high: "no suggestion: the best short run was at the largest rate tried; allow more steps",
        step_by_step: "Step by step",
    }

    fn range_test_about(&self, repeats: usize, steps: u64) -> String {
        format!(
            "{repeats} runs of {steps} updates for each rule; the line is their mean, the band their range. What the curve suggests is \
             only where to look: the short runs on the right, on other seeds, decide."
        )
    }

    fn rates_found(&self, from: &str, to: &str, best: &str) -> String {
        format!("{from} to {to}, best {best}")
    }
}
