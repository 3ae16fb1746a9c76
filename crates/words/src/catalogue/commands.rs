//! What commands print.

use super::macros::declare;

/// What commands print.
pub trait CommandsWords {
    declare! {
        tensor, parameter, weight_norm, activation, deviation_of_activations, exactly_0, part_train, saved_to, page, name, what_it_is, here, embedded, made_on_demand, yes, already_here, compared, mean_absolute_difference, largest_relative_difference, ok, failed_check, a_whole_page, a_whole_result, no_state, optimizer, the_run, memory, batch_size, node, computed_as, shape, bytes, buffer_title, has_gradient, multiply_adds, shuffled_batches, batches_with_replacement, list_rules, list_networks, list_layers, list_stages, list_functions, list_datasets, list_schedules, list_plateau, must_be_given, the_experiment, holds_scores, holds_values,
    }

    /// So many steps were made.
    fn steps_done(&self, steps: u64) -> String;

    /// Where a run is.
    fn at_step(&self, step: u64, total: u64, epoch: f64) -> String;

    /// How long a step takes.
    fn microseconds_a_step(&self, microseconds: f64) -> String;

    /// A resumed run has nothing left to do.
    fn all_steps_done(&self, steps: u64) -> String;

    /// A rule leaves some tensors to AdamW.
    fn works_with_adamw(&self, rule: &str, plan: &str) -> String;

    /// A file was written.
    fn wrote(&self, path: &str) -> String;

    /// A path left the finite numbers.
    fn path_diverged(&self, whose: &str, step: u64) -> String;

    /// Weights do not say what follows their hidden layers.
    fn assumed_sigmoid(&self, file: &str) -> String;

    /// What an evaluation gives.
    fn evaluated(&self, data: &str, part: &str, examples: usize, figures: &str) -> String;

    /// A class and how probable it is.
    fn predicted_with(&self, class: &str, percent: f64) -> String;

    /// A prediction is right.
    fn and_right(&self, class: &str) -> String;

    /// A prediction is wrong.
    fn and_wrong(&self, class: &str) -> String;

    /// What a predicted value really is.
    fn and_really(&self, value: &str) -> String;

    /// What an exported network is.
    fn exported_network(&self, holds: &str) -> String;

    /// What exported weights are.
    fn exported_tensors(&self, tensors: usize, naming: &str) -> String;

    /// What was exported.
    fn exported(&self, path: &str, parameters: &str, what: &str) -> String;

    /// A data set is to be downloaded.
    fn not_here(&self, name: &str) -> String;

    /// Where a file was downloaded from.
    fn downloaded_from(&self, url: &str) -> String;

    /// The class of an example.
    fn example_shown(&self, data: &str, part: &str, index: usize, class: &str) -> String;

    /// A file is whole.
    fn sound(&self, file: &str, what: &str) -> String;

    /// A file is damaged.
    fn damaged(&self, file: &str, what: &str) -> String;

    /// So many tensors.
    fn tensors(&self, count: usize) -> String;

    /// Runs fit their checksums, and some have none.
    fn runs_are_sound(&self, sound: usize, unsealed: usize) -> String;

    /// Runs do not fit their checksums.
    fn runs_are_damaged(&self, runs: usize, names: &str) -> String;

    /// What is damaged in a results file, and what is not.
    fn can_be_kept(&self, wrong: &str, kept: &str) -> String;

    /// A saved run is damaged.
    fn nothing_relied_on(&self, why: &str) -> String;

    /// A page or result is damaged.
    fn page_breaks_off(&self, why: &str) -> String;

    /// How test vectors fared.
    fn cases(&self, passed: usize, failed: usize, shown: usize) -> String;

    /// A data set by its training examples.
    fn training_examples(&self, data: &str, count: usize) -> String;

    /// The state of an optimizer.
    fn state_of(&self, names: &str, bytes: usize) -> String;

    /// The schedule of the rate.
    fn rate_follows(&self, schedule: &str) -> String;

    /// When a rate falls.
    fn falls_after(&self, factor: f64, patience: u64) -> String;

    /// How a run learns.
    fn steps_in_batches(&self, steps: u64, how: &str) -> String;

    /// The memory of a run.
    fn bytes_in_all(&self, bytes: usize, evaluation: usize) -> String;

    /// Work of both passes.
    fn forward_and_backward(&self, forward: &str, backward: &str) -> String;

    /// When a rule is used.
    fn use_it_for(&self, when: &str) -> String;

    /// A function and where it is started from.
    fn started_at(&self, formula: &str, start: &str) -> String;

    /// A data set in a list.
    fn dataset_line(&self, title: &str, train: usize, validation: usize, test: usize) -> String;

    /// A choice and its default.
    fn choice_of(&self, default: &str, choices: &str) -> String;

    /// An example of a value.
    fn such_as(&self, example: &str) -> String;

    /// A folder has results of other experiments.
    fn others_are_here(&self, count: usize, folder: &str) -> String;

    /// So many runs were exported.
    fn exported_runs(&self, count: usize) -> String;

    /// So many final runs were exported.
    fn exported_final_runs(&self, count: usize) -> String;

    /// So many studies were exported.
    fn exported_studies(&self, count: usize) -> String;

    /// So many rules are in a table.
    fn exported_rules(&self, count: usize) -> String;

    /// An experiment has all its runs.
    fn all_runs_are_there(&self, name: &str, count: usize) -> String;

    /// An experiment by its results file.
    fn experiment_in(&self, file: &str) -> String;

    /// A folder also holds results of an experiment of the same name.
    fn kept_apart(&self, folder: &str, name: &str) -> String;
}
