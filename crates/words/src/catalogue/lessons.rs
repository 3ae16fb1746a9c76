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
pub trait LessonWords:
    LessonsOfChapter3 + LessonsOfChapter4 + LessonsOfChapter5 + LessonsOfChapter6 + LessonsOfChapter7
{
}

impl<T> LessonWords for T where
    T: LessonsOfChapter3 + LessonsOfChapter4 + LessonsOfChapter5 + LessonsOfChapter6 + LessonsOfChapter7
{
}

/// Chapter 3: networks.
pub trait LessonsOfChapter3 {
    declare_lessons! {
        perceptron_lesson, step_lesson, sigmoid_lesson, step_and_sigmoid_lesson, linear_lesson, relu_lesson, product_lesson,
        three_layers_lesson, softmax_lesson, overflow_lesson, probabilities_lesson, images_lesson, inference_lesson, batches_lesson,
    }
}

/// Chapter 4: learning.
pub trait LessonsOfChapter4 {
    declare_lessons! {
        squares_lesson, cross_entropy_lesson, mini_batch_lesson, batch_losses_lesson, why_losses_lesson, derivative_lesson,
        central_difference_lesson, partial_derivatives_lesson, gradient_lesson, descent_lesson, network_gradient_lesson,
        two_layers_lesson, learning_lesson, test_accuracy_lesson,
    }
}

/// Chapter 5: backpropagation.
pub trait LessonsOfChapter5 {
    declare_lessons! {
        apples_forward_lesson, apples_backward_lesson, chain_rule_lesson, add_lesson, multiply_lesson, oranges_lesson,
        relu_layer_lesson, sigmoid_layer_lesson, affine_lesson, softmax_with_loss_lesson, gradient_check_lesson,
        backpropagation_lesson,
    }
}

/// Chapter 6: techniques of learning.
pub trait LessonsOfChapter6 {
    declare_lessons! {
        sgd_lesson, bowl_lesson, momentum_lesson, adagrad_lesson, adam_lesson, which_rule_lesson, rules_on_digits_lesson,
        zeros_lesson, activations_lesson, initial_values_lesson, batch_normalisation_lesson, batch_norm_effect_lesson,
        overfitting_lesson, weight_decay_lesson, dropout_lesson, random_search_lesson,
    }
}

/// Chapters 7 and 8: convolutional networks.
pub trait LessonsOfChapter7 {
    declare_lessons! {
        convolution_lesson, padding_lesson, stride_lesson, pooling_lesson, convnet_shapes_lesson, convnet_lesson,
        filters_lesson, deep_network_lesson, mistakes_lesson,
    }
}
