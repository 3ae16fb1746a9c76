//! The frame of the learner's path: its table of contents and what lessons have in common.

use super::macros::declare;

/// The frame of the learner's path.
pub trait LearnWords {
    declare! {
        learners_path, section, lesson_title, one_sees, takes_about, under_a_second, change_next, in_python, name_one_section,
        mnist_is_missing, weights_are_trained_here, node, value_of_it, numbers_of_each, batch, forward_passes, right_of_all,
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
}
