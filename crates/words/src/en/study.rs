//! The page of a study.

use super::English;
use crate::catalogue::StudyWords;
use crate::catalogue::macros::phrases;

impl StudyWords for English {
    phrases! {
        panel: "panel",
        line: "line",
        in_the_book: "in the book",
        time_of_a_run: "time of a run",
        layer: "layer",
        deviation: "deviation",
        exactly_zero: "exactly 0",
        all_figures: "All figures",
        activations_at_the_start: "How the values of each activation are distributed over 1,000 examples before the first \
            step, first layer on the left.",
        before_learning: "before learning",
        after_learning: "after learning",
        filters: "Filters",
        filters_about: "The windows of the first convolution, each from its smallest weight (black) to its largest (white).",
        misclassified: "Misclassified images",
        mistakes: "Mistakes",
        trials_caption: "One point a trial; dotted: the ends of the range.",
        test_curve_shown: "For teaching, the curves show the test examples. To choose a setting, look at validation examples \
            and leave the test examples for the end.",
        best_twenty: "The best twenty",
    }

    fn best_near_the_end(&self, name: &str, upper: bool, end: &str, further: &str) -> String {
        let side = if upper { "upper" } else { "lower" };
        format!(
            "The five best trials all lie near {end}, the {side} end of the range of {name}: better values may lie beyond it. Search \
             further, to {further}."
        )
    }

    fn images_mistaken(&self, wrong: usize, all: usize) -> String {
        format!("{wrong} of {all} test images are taken for something else.")
    }
}
