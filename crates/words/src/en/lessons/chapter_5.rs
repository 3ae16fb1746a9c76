//! Chapter 5: backpropagation.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter5};
use crate::en::English;

impl LessonsOfChapter5 for English {
    lessons! {
        apples_forward_lesson {
            title: "Apples, forward",
            sees: "220",
            about: "Two apples at 100 each with 10 % tax. Every node only knows its inputs and computes its own small part; together they give the total.",
            next: "three apples:",
        }
        apples_backward_lesson {
            title: "Apples, backward",
            sees: "2.2, 110 and 200",
            about: "From the total back to the inputs, each node multiplies what comes back by its own derivative. If an apple costs 1 more, the total grows by 2.2; one apple more costs 110; a tax larger by 1 costs 200.",
            next: "an apple that costs 1 more, and one apple more; compare the totals with the gradients:",
        }
        chain_rule_lesson {
            title: "The chain rule",
            sees: "(x + y)², in two steps",
            about: "z = (x + y)² consists of t = x + y and z = t². The derivative of the whole is the product of the derivatives of its parts, 2 t times 1.",
            next: "numbers whose sum is 0:",
        }
        add_lesson {
            title: "The addition node",
            sees: "the gradient passes",
            about: "An addition passes the gradient that comes back to both inputs as it is. It does not need to know x and y.",
            next: "another x changes no gradient, another gradient changes both:",
        }
        multiply_lesson {
            title: "The multiplication node",
            sees: "the inputs change places",
            about: "A multiplication passes the gradient times the other input. So a layer that multiplies must keep its inputs until the way back.",
            next: "a larger x makes the gradient of y larger, and a 0 makes it 0:",
        }
        oranges_lesson {
            title: "Apples and oranges",
            sees: "715 and its gradients",
            about: "Two apples at 100, three oranges at 150, 10 % tax. The layers of addition and multiplication are those of the sections before.",
            next: "three apples:",
        }
        relu_layer_lesson {
            title: "The ReLU layer",
            sees: "a switch",
            about: "Where the input was positive, the gradient passes; elsewhere it is stopped. The gradient that comes back here is 1, 2, 3, 4.",
            next: "inputs that are all negative, a dead ReLU:",
        }
        sigmoid_layer_lesson {
            title: "The sigmoid layer",
            sees: "y (1 − y)",
            about: "The derivative needs the output alone: y (1 − y). It is 0.25 at most, so each layer of sigmoid weakens the gradient.",
            next: "inputs far from 0, where hardly any gradient is left:",
        }
        affine_lesson {
            title: "The affine layer for batches",
            sees: "three gradients with their shapes",
            about: "A layer of two inputs and three outputs for a batch of two. Each gradient has the shape of what it belongs to; that of the bias is the sum over the batch. The gradient that comes back is 1 to 6.",
            next: "the unit matrix as X, which shows W in Y, and the gradient of Y in that of W:",
        }
        softmax_with_loss_lesson {
            title: "Softmax with loss",
            sees: "y − t",
            about: "The gradient of softmax and cross-entropy together is y − t: the difference between answer and target. A wrong answer sends back a large error, a right one a small error.",
            next: "equal scores, and a right answer that is almost certain:",
        }
        gradient_check_lesson {
            title: "Gradient check",
            sees: "differences of about 10⁻¹⁰",
            about: "The gradient by backpropagation beside that by difference quotients, for three images. A wrong backward pass would show as a difference as large as the gradient itself.",
            next: "another network, and other initial values:",
        }
        backpropagation_lesson {
            title: "Learning with backpropagation",
            sees: "the same curves, ReLU",
            about: "The two-layer network again, with ReLU in place of the sigmoid. One backward pass gives the gradient of all parameters, so 2,000 updates take a moment. ReLU learns faster than the sigmoid of section 4.5.3.",
            next: "another seed, and the run of the book:",
        }
    }
}
