//! The page of a training run, and networks drawn.

use super::English;
use crate::catalogue::TrainingWords;
use crate::catalogue::macros::phrases;

impl TrainingWords for English {
    phrases! {
        examples: "examples",
        how_many: "how many",
        batches: "batches",
        given_back: "Given back",
        images_given: "test images",
        images_given_back: "what the network gives back",
        gradients_and_updates: "Gradients and updates",
        gradients_and_updates_about: "Each parameter tensor in the last update before an evaluation. A gradient that shrinks \
            from layer to layer vanishes; an update far above a thousandth of the weights, or far \
            below, asks for another learning rate.",
        mean_of_activations: "Mean of the activations",
        spread_of_activations: "Spread of the activations",
        dead_units: "Dead units",
        activations_about: "On the first 256 training examples, layer by layer.",
        networks_title: "What the run will do",
        network: "Network",
        network_caption: "Shapes begin with the batch. Boxes with the same buffer write over each other; dashed ones are \
            computed together with the next and never stored.",
        what: "what",
        number: "number",
        parameters: "parameters",
        value_bytes: "bytes of values",
        gradient_bytes: "bytes of gradients",
        forward_multiply_adds: "multiply-adds forward",
        backward_multiply_adds: "multiply-adds backward",
    }

    fn training_title(&self, dataset: &str, rule: &str) -> String {
        format!("{dataset} with {rule}")
    }

    fn training_subtitle(&self, steps: u64, batch: usize, seed: u64) -> String {
        format!("{steps} updates, batches of {batch}, seed {seed}")
    }

    fn activations_after(&self, steps: u64) -> String {
        format!("Activations after {steps} updates")
    }

    fn buffer(&self, number: usize) -> String {
        format!("buffer {number}")
    }
}
