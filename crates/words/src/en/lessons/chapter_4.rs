//! Chapter 4: learning.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter4};
use crate::en::English;

impl LessonsOfChapter4 for English {
    lessons! {
        squares_lesson {
            title: "Sum of squares",
            sees: "0.0975 or 0.5975",
            about: "The image shows a 2. The first output says 2 with 0.6 and gets a small error, the second says 7 and gets a large one. The notes divide the sum by the number n of outputs instead of by 2; both forms are shown.",
            next: "the error that classification uses:",
        }
        cross_entropy_lesson {
            title: "Cross-entropy error",
            sees: "−log of the right output",
            about: "Only the output of the right class counts: −log 0.6 = 0.51, −log 0.1 = 2.30. The 10⁻⁷ keeps the logarithm of 0 away, so the error of an output of 0 is large but finite.",
            next: "other outputs of the right class:",
        }
        mini_batch_lesson {
            title: "Mini-batches",
            sees: "a sample of the loss",
            about: "The loss on all training images would take long to compute at every update. The loss on a few images that are drawn at random comes close, and closer the more there are.",
            next: "another draw:",
        }
        batch_losses_lesson {
            title: "Losses of a batch",
            sees: "one-hot or labels, one number",
            about: "The targets of two examples, once as one-hot rows and once as labels. The loss is the same number, 1.7583, because all other terms are multiplied by 0.",
            next: "the gradient of this loss:",
        }
        why_losses_lesson {
            title: "Why a loss?",
            sees: "accuracy stands still",
            about: "One weight is moved a little. The loss answers each time, while the accuracy mostly stays where it is, so it cannot say which way to go.",
            next: "another network; then how a slope is computed:",
        }
        derivative_lesson {
            title: "Derivatives, and h = 10⁻⁵⁰",
            sees: "why the smallest h is the worst",
            about: "A large h is wrong by the formula; a tiny h by rounding, because f(x + h) and f(x) then share all their digits. At 10⁻⁵⁰ the sum x + h is x itself, and the quotient is 0. The central difference is best around h = 10⁻⁴.",
            next: "other places; a large x runs out of digits sooner:",
        }
        central_difference_lesson {
            title: "Numerical differentiation",
            sees: "0.1999999999990898",
            about: "The central difference is almost the exact slope: only the last digits differ. The picture shows the function with a tangent of that slope at each place.",
            next: "other places:",
        }
        partial_derivatives_lesson {
            title: "Partial derivatives",
            sees: "one variable at a time",
            about: "For each variable the other one is kept as a constant, and what is left is a function of one variable.",
            next: "another point:",
        }
        gradient_lesson {
            title: "The gradient",
            sees: "[6, 8] at (3, 4), and a field",
            about: "All partial derivatives together are the gradient. The arrows point against it, where the function falls fastest: here to the minimum, at every place.",
            next: "another point; then a function whose arrows do not point to its minimum:",
        }
        descent_lesson {
            title: "Gradient descent",
            sees: "three rates, two of them bad",
            about: "100 updates from (−3, 4). A rate of 0.1 arrives at the minimum. A rate of 10 steps over it and further away each time; its digits are mere rounding. A rate of 10⁻¹⁰ hardly leaves the start.",
            next: "rates between; above 1 every step ends further out:",
        }
        network_gradient_lesson {
            title: "The gradient of a network",
            sees: "∂L/∂W has the shape of W",
            about: "Each element of ∂L/∂W says how the loss changes with that weight. Where it is negative, the weight should grow. Difference quotients and backpropagation agree.",
            next: "ten times the input:",
        }
        two_layers_lesson {
            title: "A network of two layers",
            sees: "39,760 parameters",
            about: "Weights and biases of the network 784-50-10. All of them are learnt.",
            next: "see the graph with all shapes, and a wider network:",
        }
        learning_lesson {
            title: "Learning with mini-batches",
            sees: "the loss falls",
            about: "At every update a mini-batch is drawn, its gradient is computed, and the weights move against it. The loss is that of the batch, so it jitters while it falls.",
            next: "another seed, the run of the book, or a larger rate:",
        }
        test_accuracy_lesson {
            title: "Accuracy on test images",
            sees: "figure 4-12, two curves",
            about: "The accuracy on training and on test images along the way. While both rise together, the network learns what holds for images that it has never seen; a gap between them would be overfitting.",
            next: "the run of the book, then a network that overfits:",
        }
    }
}
