//! What the command line tool prints, and tables for papers.

use super::English;
use crate::catalogue::TerminalWords;
use crate::catalogue::macros::phrases;

impl TerminalWords for English {
    phrases! {
        report: "Report",
        figures: "Figures",
        interval_of_the_mean: "95 % interval",
        value_of_the_function: "value of the function",
        latex_packages: "% \\usepackage{booktabs}\n",
        so_far: " so far ",
        stopping: "stopping after what is running; results are kept",
        keys: "q  stop, results are kept    tab  next problem",
        left: "left",
        runs_of_the_screen: "runs",
        best_runs: " the best run of each rule, by step ",
        nothing_yet: "Nothing yet.",
        best_rate: "best rate",
        column_final_runs: "final runs",
        caption_of_steps_to_target: "Steps to the target: restricted mean; a run that did not arrive counts as the whole budget.",
        seed_not_followed: "WARNING: two runs with one seed begin with different losses, so gradients cannot be checked and seeds are not the same for \
            all rules (everything random should follow from the seed)",
        gradients_not_checked: "gradients could not be checked: the losses change too little, or are not finite, where parameters change",
    }

    fn interval(&self, low: &str, high: &str) -> String {
        format!("{low} to {high}")
    }

    fn caption_of_final_runs(&self, problem: &str, figure: &str) -> String {
        format!(
            "{problem}: {figure} of the final runs. Mean, standard deviation and 95 % confidence interval of the mean (Student's t) over \
             the n runs that did not diverge."
        )
    }

    fn on_to_more_seeds(&self, seeds: usize, wanted: usize) -> String {
        format!("{seeds} final seeds a rule leave something open: on to {wanted}")
    }

    fn command_for_more_seeds(&self, seeds: u64, time: &str, command: &str) -> String {
        format!("{seeds} more seeds, about {time}: {command}")
    }

    fn plan_of(&self, problem: &str, rules: usize, runs: usize, time: &str, threads: usize) -> String {
        format!("{problem}: {rules} rules, {runs} runs, about {time} on {threads} threads")
    }

    fn gradients_wrong(&self, error: f64) -> String {
        format!("WARNING: gradients are wrong by {error:.1e} on average (`thalweg check-gradients`)")
    }

    fn gradients_right(&self, error: f64) -> String {
        format!("gradients agree with difference quotients (to {error:.1e})")
    }

    fn warning(&self, of: &str) -> String {
        format!("WARNING: {of}")
    }

    fn batch_learnt(&self, first: f64, last: f64) -> String {
        format!("a single batch can be learnt by heart: loss {first:.3} to {last:.4}")
    }

    fn batch_not_learnt(&self, first: f64, last: f64) -> String {
        format!(
            "WARNING: not even a single batch is learnt by heart (loss {first:.3} to {last:.3}): noise in the network or the images, or \
             a network that cannot learn this"
        )
    }

    fn rule_at_its_defaults(&self, rule: &str, mean: &str, spread: &str, seeds: usize) -> String {
        format!("{rule} at its defaults: {mean} ± {spread} over {seeds} seeds")
    }

    fn error_of_validation(&self, points: f64) -> String {
        format!("the number of validation examples alone leaves ± {points:.2} points")
    }

    fn memory_at_most(&self, all: u64, run: u64, at_once: u64) -> String {
        format!(
            "memory: at most about {all} MB; a run takes {run} MB beside its data, and {at_once} run at the same time"
        )
    }

    fn seeds_enough(&self, difference: &str, needed: u64, planned: usize) -> String {
        format!(
            "a difference of {difference} is most likely found, or ruled out, with {needed} final seeds a rule at such a spread; \
             {planned} are planned"
        )
    }

    fn examples_or_margin_needed(&self, difference: &str, more: u64, margin: f64) -> String {
        format!(
            "no number of seeds settles a difference of {difference} on so few test examples: about {more} more of them would, or \
             `difference = {margin}`"
        )
    }

    fn margin_needed(&self, difference: &str, margin: f64) -> String {
        format!(
            "no number of seeds settles a difference of {difference} at such a spread; `difference = {margin}` can be settled"
        )
    }

    fn means_so_far(&self, means: &str) -> String {
        format!(
            "Means of the final runs so far, on the validation split: {means}. Whether that says anything is judged once, when all \
             runs are in, on the test split where there is one."
        )
    }

    fn leads_in_the_search(&self, rule: &str, value: f64, rate: &str) -> String {
        format!(
            "In the search {rule} leads with {value:.4} at rate {rate}. That is no verdict: fresh seeds decide, at the end."
        )
    }

    fn about_program(&self, command: &str, seconds: u64) -> String {
        format!(
            "program: {command}; an answer may take {seconds} s (`answer_seconds`), then it is stopped and the run has failed"
        )
    }

    fn first_run(&self, arm: &str, figure: f64, time: &str) -> String {
        format!("the first run ({arm}) took {time} and came to {figure:.4}; it is kept and counts")
    }

    fn gradient_of_tensor_wrong(&self, tensor: &str, percent: f64) -> String {
        format!(
            "WARNING: the gradient of `{tensor}` is wrong: {percent:.0} % from the difference quotient of the program's own loss"
        )
    }

    fn gradients_agree(&self, apart: f64) -> String {
        format!("gradients agree with difference quotients of the losses (to {apart:.1e} of them)")
    }

    fn known_by_files(&self, files: &str) -> String {
        format!("its results are known by the contents of {files}")
    }

    fn files_of_program(&self, problem: &str) -> String {
        format!("files of {problem}: results belong to their contents")
    }
}
