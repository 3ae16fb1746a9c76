//! The page of a training run, and networks drawn.

use super::macros::declare;

/// The page of a training run, and networks drawn.
pub trait TrainingWords {
    declare! {
        examples, how_many, batches, given_back, images_given, images_given_back, gradients_and_updates,
        gradients_and_updates_about, mean_of_activations, spread_of_activations, dead_units, activations_about, networks_title,
        network, network_caption, what, number, parameters, value_bytes, gradient_bytes, forward_multiply_adds,
        backward_multiply_adds,
    }

    /// The title of the page: data set and rule.
    fn training_title(&self, dataset: &str, rule: &str) -> String;

    /// What was run.
    fn training_subtitle(&self, steps: u64, batch: usize, seed: u64) -> String;

    /// The title of the last distributions.
    fn activations_after(&self, steps: u64) -> String;

    /// A buffer by its number.
    fn buffer(&self, number: usize) -> String;
}
