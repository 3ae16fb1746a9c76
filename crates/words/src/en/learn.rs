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
        value_of_it: "value",
        numbers_of_each: "numbers in each",
        batch: "batch",
        forward_passes: "forward passes",
        right_of_all: "right",
        first_indices: "first indices drawn",
        all_of_them: "all of them",
        one_hot_targets: "one-hot",
        label_targets: "labels",
        slopes_of_activations: "A step gives the loss no slope either: its derivative is 0 almost everywhere.",
        forward_difference: "forward difference",
        central_difference: "central difference",
        error_of_it: "error",
        by_the_formula: "by the formula",
        too_large: "too large: it diverges",
        too_small: "too small: it hardly moves",
        arrives: "goes down to the minimum",
        backpropagation: "backpropagation",
        shape_of_it: "shape",
        numbers_in_it: "numbers",
        histogram: "distribution",
        interrupted_study: "interrupted; the same command starts anew",
        forward_value: "forward →",
        backward_gradient: "← backward",
        graph_of_computation: "The graph",
        arrows_of_the_graph: "In each box: what was computed forward (→), and the gradient that came back (←).",
        price_of_an_apple: "price of an apple",
        number_of_apples: "number of apples",
        price_of_the_apples: "price of the apples",
        price_of_an_orange: "price of an orange",
        number_of_oranges: "number of oranges",
        price_of_the_oranges: "price of the oranges",
        price_of_all_fruit: "price of all fruit",
        tax: "tax",
        total: "total",
        numbers_compared: "compared",
        mean_difference: "mean difference",
        gradient_taken_at: "gradient taken at",
        gradient_of_element: "gradient g",
        corrected: "corrected: ",
        change_of_parameter: "change of w",
        parameter_itself: "w",
        evaluated_with: "evaluated with",
        a_batch_is_two_or_more: "a batch to normalise has two numbers or more",
        input_of_it: "input",
        filter_of_it: "filter",
        output_of_it: "output",
        multiplications: "multiplications",
        op_of_it: "op",
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

    fn no_probability(&self, given: &str) -> String {
        format!("an output y is a probability, from 0 to 1, not {given}")
    }

    fn exact_derivative(&self, place: &str, slope: &str) -> String {
        format!("The exact derivative at x = {place} is {slope}.")
    }

    fn tangent_at(&self, place: &str) -> String {
        format!("tangent at {place}")
    }

    fn passes_for_a_gradient(&self, parameters: usize, passes: usize) -> String {
        format!(
            "A gradient by central differences takes two forward passes a parameter, {passes} for {parameters} parameters. Backpropagation takes one \
             pass forward and one backward."
        )
    }

    fn smaller_than_the_book(&self, smaller: &str, whole: &str) -> String {
        format!("A smaller run, for seconds: {smaller} instead of {whole}. --full does all of it.")
    }

    fn amount_of_a_study(&self, runs: usize, length: &str, examples: Option<u64>) -> String {
        let runs = if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") };
        let first = examples.map_or_else(String::new, |count| format!(" on {count} images"));
        format!("{runs} of {length}{first}")
    }

    fn so_many_updates(&self, count: u64) -> String {
        format!("{count} updates")
    }

    fn so_many_epochs(&self, count: u64) -> String {
        format!("{count} epochs")
    }

    fn line_of_a_study(&self, name: &str) -> String {
        name.to_owned()
    }

    fn two_updates_of(&self, rule: &str, settings: &str) -> String {
        format!("{rule} ({settings}) from (1, 2) with the gradients (2, 1), number by number:")
    }

    fn inside_an_update(&self, rule: &str) -> String {
        format!("{rule}, number by number")
    }

    fn too_many_numbers(&self, most: usize) -> String {
        format!("parameters times --steps are more than {most} numbers; give fewer")
    }

    fn two_variables(&self, found: usize) -> String {
        format!("a function has two variables, and --at gives {found} numbers; write it as --at -7,2")
    }

    fn as_many_gradients(&self, parameters: usize, gradients: usize) -> String {
        format!(
            "--at gives {parameters} parameters and --gradients {gradients} numbers; give one gradient for each parameter"
        )
    }

    fn other_shape(&self, shape: &str, parameters: usize) -> String {
        format!(
            "--shape {shape} does not hold {parameters} parameters; rows times columns must be {parameters}"
        )
    }
}
