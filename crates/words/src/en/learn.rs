//! The frame of the learner's path.

use super::English;
use crate::catalogue::LearnWords;
use crate::catalogue::macros::phrases;

impl LearnWords for English {
    phrases! {
        learners_path: "Deep learning from scratch, section by section",
        section: "section",
        lesson_title: "title",
        one_sees: "what one sees",
        takes_about: "takes about",
        under_a_second: "< 1 s",
        change_next: "Change next",
        in_python: "The same in Python",
        name_one_section: "--with, --full and --html belong to one section; name it, such as `thalweg learn 6.1.4`",
        mnist_is_missing: "MNIST is not there, so these are the built-in digits of 8 by 8 pixels: numbers differ from the book's. \
            `thalweg data get mnist` downloads it.",
        weights_are_trained_here: "The weights that come with the book are not there, so the same network is trained here first, for 600 updates.",
        node: "node",
        value_of_it: "value",
        numbers_of_each: "numbers in each",
        batch: "batch",
        forward_passes: "forward passes",
        right_of_all: "right",
    }

    fn no_such_section(&self, given: &str, near: &str) -> String {
        format!("there is no section `{given}`; there are: {near}")
    }

    fn takes_no_numbers(&self, section: &str) -> String {
        format!("section {section} takes no numbers; leave out --with")
    }

    fn takes_numbers(&self, section: &str, count: usize, found: usize) -> String {
        format!("section {section} takes {count} numbers with --with, not {found}")
    }

    fn not_a_finite_number(&self, given: &str) -> String {
        format!("--with takes finite numbers, not {given}")
    }

    fn is_never_shortened(&self, section: &str) -> String {
        format!("section {section} is already as long as in the book; leave out --full")
    }

    fn image_of_a(&self, class: &str, place: usize) -> String {
        format!("Training image {place}, a {class}:")
    }
}
