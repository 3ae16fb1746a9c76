//! The page of a study.

use super::macros::declare;

/// The page of a study.
pub trait StudyWords {
    declare! {
        panel, line, in_the_book, time_of_a_run, layer, deviation, exactly_zero, all_figures, activations_at_the_start,
        before_learning, after_learning, filters, filters_about, misclassified, mistakes, trials_caption, best_twenty, test_curve_shown,
    }

    /// The best trials lie near an end of a range.
    fn best_near_the_end(&self, name: &str, upper: bool, end: &str, further: &str) -> String;

    /// How many test images are taken for something else.
    fn images_mistaken(&self, wrong: usize, all: usize) -> String;
}
