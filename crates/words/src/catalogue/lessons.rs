//! The texts of the learner's path, one lesson for each section of the book.

use super::macros::declare_lessons;

/// The texts of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// The title, a few words.
    pub title: &'static str,
    /// What one sees, for the table of contents.
    pub sees: &'static str,
    /// What the numbers say.
    pub about: &'static str,
    /// What to change next; commands follow.
    pub next: &'static str,
}

/// The lessons of all chapters.
pub trait LessonWords: LessonsOfChapter3 {}

impl<T> LessonWords for T where T: LessonsOfChapter3 {}

/// Chapter 3: networks.
pub trait LessonsOfChapter3 {
    declare_lessons! {
        perceptron_lesson, step_lesson, sigmoid_lesson, step_and_sigmoid_lesson, linear_lesson, relu_lesson, product_lesson,
        three_layers_lesson, softmax_lesson, overflow_lesson, probabilities_lesson, images_lesson, inference_lesson, batches_lesson,
    }
}
