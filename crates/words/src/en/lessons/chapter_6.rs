//! Chapter 6: techniques of learning.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter6};
use crate::en::English;

impl LessonsOfChapter6 for English {
    lessons! {
        sgd_lesson {
            title: "SGD",
            sees: "one rule, number by number",
            about: "The parameters (1, 2) with the gradients (2, 1), updated twice. Each parameter moves by the rate times its gradient; nothing is remembered.",
            next: "another rate; then values of your own:",
        }
        bowl_lesson {
            title: "The weakness of SGD",
            sees: "a zigzag on the bowl",
            about: "The gradient is steep along y and shallow along x, so hardly any arrow points to the minimum at (0, 0). SGD follows the arrows in a zigzag.",
            next: "a smaller rate, and one that is too large:",
        }
        momentum_lesson {
            title: "Momentum",
            sees: "a ball that rolls",
            about: "The velocity v remembers the steps before. Along x all gradients have the same sign and the steps grow; along y they cancel each other.",
            next: "a larger rate, Nesterov beside it, and three updates number by number:",
        }
        adagrad_lesson {
            title: "AdaGrad and RMSProp",
            sees: "a rate for each parameter",
            about: "h collects the squares of the gradients, and a parameter that has moved far moves less from then on. AdaGrad never forgets, so its steps become ever smaller; RMSProp forgets old squares.",
            next: "a smaller rate; then RMSProp, number by number:",
        }
        adam_lesson {
            title: "Adam",
            sees: "momentum and a rate for each",
            about: "m averages the gradients and v their squares. Both start at 0 and are too small at first; the corrections divide that out. Beside the path stands the example that the notes check by hand.",
            next: "a smaller rate; then other gradients, number by number:",
        }
        which_rule_lesson {
            title: "Which rule?",
            sees: "all paths in one picture",
            about: "Six rules on the same bowl, with the rates of the book's figures. None is best everywhere: other functions and other rates give another order.",
            next: "another start, and another function:",
        }
        rules_on_digits_lesson {
            title: "Rules on handwritten digits",
            sees: "four loss curves",
            about: "A network of five layers with each rule at the rate the book gives it. No rate was tuned, so this says what these settings do, not which rule is better.",
            next: "another seed, the run of the book, and which rates are worth trying:",
        }
        zeros_lesson {
            title: "Weights that start at 0",
            sees: "no learning",
            about: "All units of a layer see the same gradient and stay alike. With ReLU there is no gradient at all, and the loss stays at 2.30, that of guessing among ten digits.",
            next: "the run of the book, or a network of your own:",
        }
        activations_lesson {
            title: "Activations of hidden layers",
            sees: "histograms, layer by layer",
            about: "The values of five hidden layers before the first update. With a deviation of 1 the sigmoid saturates at 0 and 1; with 0.01 all values gather at 0.5. Xavier keeps them spread for sigmoid and tanh, He for ReLU.",
            next: "another draw; then what this does to learning:",
        }
        initial_values_lesson {
            title: "Initial values and learning",
            sees: "std 0.01, Xavier, He",
            about: "The same network with three kinds of initial values. With 0.01 the signals fade from layer to layer and nothing is learnt; He, made for ReLU, learns fastest.",
            next: "the run of the book, or a network of your own:",
        }
        batch_normalisation_lesson {
            title: "Batch normalisation",
            sees: "mean 0, deviation 1",
            about: "The numbers of a batch, less their mean and divided by their deviation. γ and β, here 1 and 0, may scale and shift them afterwards, and are learnt.",
            next: "the same numbers plus 100, and times 10: nothing changes:",
        }
        batch_norm_effect_lesson {
            title: "The effect of batch norm",
            sees: "learns with any initial value",
            about: "With batch normalisation the network learns with every spread of the initial values; without it only with those that suit it.",
            next: "all sixteen spreads of the book, or another seed:",
        }
        overfitting_lesson {
            title: "Overfitting",
            sees: "training and validation part",
            about: "A network of seven layers learns 300 images by heart: it knows them all and is much worse on others.",
            next: "another seed; then a remedy:",
        }
        weight_decay_lesson {
            title: "Weight decay",
            sees: "a smaller gap",
            about: "Large weights are made costly, so the network cannot fit every image exactly. Both accuracies come closer together; that on the training images falls.",
            next: "another seed, or three seeds as in the study of the book:",
        }
        dropout_lesson {
            title: "Dropout",
            sees: "units left out at random",
            about: "At every update a fifth of the units is left out. Learning is slower, and the gap is smaller.",
            next: "another seed, or ten seeds:",
        }
        random_search_lesson {
            title: "Random search",
            sees: "which settings were best",
            about: "Learning rate and weight decay are drawn on a logarithmic scale, and the accuracy on validation images says which are good. The best rates lie near the upper end of the book's range, so better ones may lie beyond.",
            next: "other draws, the hundred trials of the book, and a grid:",
        }
    }
}
