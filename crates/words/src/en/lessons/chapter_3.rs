//! Chapter 3: networks.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter3};
use crate::en::English;

impl LessonsOfChapter3 for English {
    lessons! {
        perceptron_lesson {
            title: "From perceptron to network",
            sees: "one sum, two activations",
            about: "Both neurons form the same weighted sum a of their inputs; the weights are those of AND. The perceptron passes a through the step function and answers 0 or 1. A neuron of a network passes it through a smooth function and answers by degrees. That is the only difference.",
            next: "other weights w₁, w₂ and b, such as those of OR and NAND:",
        }
        step_lesson {
            title: "The step function",
            sees: "a jump at 0",
            about: "The output jumps from 0 to 1 where the input becomes positive. Everywhere else it is flat, so a small change of a weight usually changes nothing.",
            next: "look closely at the jump, then at what it does to learning:",
        }
        sigmoid_lesson {
            title: "The sigmoid function",
            sees: "a smooth S from 0 to 1",
            about: "The output grows smoothly from 0 to 1 and is 0.5 at 0. Far from 0 it hardly changes any more: the function is saturated there.",
            next: "very large inputs, which overflow nowhere:",
        }
        step_and_sigmoid_lesson {
            title: "Step and sigmoid together",
            sees: "the same trend, without the jump",
            about: "Both are small for small inputs and close to 1 for large ones, and both stay between 0 and 1. The sigmoid has a slope everywhere, and learning needs a slope.",
            next: "the activation that most networks use today:",
        }
        linear_lesson {
            title: "Why not linear?",
            sees: "three layers that are one",
            about: "Three layers of h(x) = c x compute nothing but c³ x, which one layer could do. Layers help only with a nonlinear function between them.",
            next: "another c; then train a network with and without a nonlinear function on spirals, which no line can separate:",
        }
        relu_lesson {
            title: "The ReLU function",
            sees: "0, then a straight line",
            about: "Positive inputs pass as they are, all others become 0. The slope is 1 or 0, so deep layers do not weaken the gradient as the sigmoid does.",
            next: "other inputs; then its backward pass:",
        }
        product_lesson {
            title: "Products of matrices",
            sees: "rows times columns",
            about: "Each element of A B is the sum of products along a row of A and a column of B. A layer is such a product: inputs times weights.",
            next: "other matrices, A first and then B, row by row: the unit matrix, and one that exchanges rows:",
        }
        three_layers_lesson {
            title: "A network of three layers",
            sees: "a signal, layer by layer",
            about: "The input [1, 0.5] passes through three layers of 3, 2 and 2 neurons. A are the weighted sums, Z what the sigmoid makes of them, and Y is the output without an activation.",
            next: "another input X:",
        }
        softmax_lesson {
            title: "Softmax",
            sees: "scores become shares",
            about: "The exponential makes every score positive and large scores larger; dividing by the sum turns them into shares of 1.",
            next: "other scores; three times 10 more leave hardly anything to the others:",
        }
        overflow_lesson {
            title: "Overflow of softmax",
            sees: "inf / inf, and the remedy",
            about: "exp(x) is too large for a 64-bit number beyond x = 709, and inf / inf is NaN. Subtracting the largest score changes no share, because numerator and denominator shrink by the same factor, and then nothing overflows.",
            next: "scores on the edge, and scores that would all become 0:",
        }
        probabilities_lesson {
            title: "Softmax as probability",
            sees: "shares that sum to 1",
            about: "The shares sum to 1, so they can be read as probabilities. The order of the scores stays, so classification may leave softmax out.",
            next: "equal scores; then the same scores plus 1, which change nothing:",
        }
        images_lesson {
            title: "The images of MNIST",
            sees: "how an image is stored",
            about: "An image is a row of pixels from 0 to 1, 28 by 28 of them in MNIST, with the digit as its label. Training images are learnt from, test images show what was learnt.",
            next: "the next image; then which data sets there are:",
        }
        inference_lesson {
            title: "Inference",
            sees: "how many digits are recognised",
            about: "The network 784-50-100-10 has learnt already. For each test image it computes ten scores, and the largest one is its answer. With the book's weights 93.52 % are right.",
            next: "weights from another seed, or learn them yourself:",
        }
        batches_lesson {
            title: "Batches",
            sees: "100 images in one product",
            about: "The same images, one by one and in batches. The answers are the same, but a batch is a single product of large matrices, which a computer does much faster than many small ones.",
            next: "see the shapes of every layer for a batch of 100:",
        }
    }
}
