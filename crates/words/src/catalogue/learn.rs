//! The frame of the learner's path: its table of contents and what lessons have in common.

use super::macros::declare;

/// The frame of the learner's path.
pub trait LearnWords {
    declare! {
        learners_path, section, lesson_title, one_sees, takes_about, under_a_second, change_next, in_python,
        name_one_section, mnist_is_missing, weights_are_trained_here, value_of_it, numbers_of_each, batch,
        forward_passes, right_of_all, first_indices, all_of_them, one_hot_targets, label_targets, slopes_of_activations,
        forward_difference, central_difference, error_of_it, by_the_formula, too_large, too_small, arrives, backpropagation,
        shape_of_it, numbers_in_it, histogram, interrupted_study, forward_value, backward_gradient, graph_of_computation,
        arrows_of_the_graph, price_of_an_apple, number_of_apples, price_of_the_apples, price_of_an_orange, number_of_oranges,
        price_of_the_oranges, price_of_all_fruit, tax, total, numbers_compared, mean_difference,
        gradient_taken_at, gradient_of_element, corrected, change_of_parameter, parameter_itself, evaluated_with,
        a_batch_is_two_or_more, input_of_it, filter_of_it, output_of_it, multiplications, op_of_it,
    }

    /// A section that does not exist, and those nearby.
    fn no_such_section(&self, given: &str, near: &str) -> String;

    /// A section that takes no numbers of the reader's.
    fn takes_no_numbers(&self, section: &str) -> String;

    /// A section that takes another count of numbers.
    fn takes_numbers(&self, section: &str, count: usize, found: usize) -> String;

    /// A number of the reader's that is not finite.
    fn not_a_finite_number(&self, given: &str) -> String;

    /// A section that `--full` does not change.
    fn is_never_shortened(&self, section: &str) -> String;

    /// An image with its class and its place.
    fn image_of_a(&self, class: &str, place: usize) -> String;

    /// A number that is no probability.
    fn no_probability(&self, given: &str) -> String;

    /// The exact derivative at a place.
    fn exact_derivative(&self, place: &str, slope: &str) -> String;

    /// A tangent by the place it touches.
    fn tangent_at(&self, place: &str) -> String;

    /// Forward passes that a gradient takes.
    fn passes_for_a_gradient(&self, parameters: usize, passes: usize) -> String;

    /// What a smaller run does of a whole one.
    fn smaller_than_the_book(&self, smaller: &str, whole: &str) -> String;

    /// How much a study does; `length` is as the messages below say it.
    fn amount_of_a_study(&self, runs: usize, length: &str, examples: Option<u64>) -> String;

    /// A length in updates.
    fn so_many_updates(&self, count: u64) -> String;

    /// A length in epochs.
    fn so_many_epochs(&self, count: u64) -> String;

    /// What a line of the book's studies is called.
    fn line_of_a_study(&self, name: &str) -> String;

    /// A hand-checked example of a rule.
    fn two_updates_of(&self, rule: &str, settings: &str) -> String;

    /// The title of the page of an update.
    fn inside_an_update(&self, rule: &str) -> String;

    /// More numbers than anyone reads.
    fn too_many_numbers(&self, most: usize) -> String;

    /// A function has two variables.
    fn two_variables(&self, found: usize) -> String;

    /// Another number of gradients than parameters.
    fn as_many_gradients(&self, parameters: usize, gradients: usize) -> String;

    /// A shape that does not hold the parameters.
    fn other_shape(&self, shape: &str, parameters: usize) -> String;
}
