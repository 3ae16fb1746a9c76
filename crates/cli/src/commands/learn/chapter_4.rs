//! Chapter 4: learning.

use super::digits;
use super::entry::{Entry, Request, Takes};
use super::numbers::{cell, row, short, table_of};
use super::sheet::{Drawn, Sheet};
use super::studies::{BookStudy, TWO_LAYERS, study};
use crate::failure::Failure;
use crate::plot::arrows;
use std::sync::Arc;
use thalweg::data::{Batches, Dataset, Function, Sampling};
use thalweg::nn::functions::{
    Answers, cross_entropy_error, mean_of_squared_errors, mean_squared_error, sigmoid, step,
};
use thalweg::nn::numerical::{Difference, STEP, gradient_descent, numerical_gradient};
use thalweg::nn::{BATCH, Graph, Session, numerical_parameter_gradients};
use thalweg::optim::{Dialect, Specification};
use thalweg::pages::{self, rounded};
use thalweg::report::{Cell, Column, Table};
use thalweg::train::{Evaluator, Quiet, Trainer, TrainingSettings, network};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        number: "4.2.1",
        lesson: |language| language.words().squares_lesson(),
        formula: "E = ½ Σₖ (yₖ − tₖ)²",
        seconds: 0,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 4.2.2"],
        python: include_str!("python/4.2.1.py"),
        experiment: squares,
    },
    Entry {
        number: "4.2.2",
        lesson: |language| language.words().cross_entropy_lesson(),
        formula: "E = −Σₖ tₖ log(yₖ + 10⁻⁷)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 4.2.2 --with 1,0.99,0.5,0.01,0"],
        python: include_str!("python/4.2.2.py"),
        experiment: cross_entropy,
    },
    Entry {
        number: "4.2.3",
        lesson: |language| language.words().mini_batch_lesson(),
        formula: "E = −1/N Σₙ Σₖ tₙₖ log yₙₖ",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 4.2.3 --seed 2"],
        python: include_str!("python/4.2.3.py"),
        experiment: mini_batches,
    },
    Entry {
        number: "4.2.4",
        lesson: |language| language.words().batch_losses_lesson(),
        formula: "E = −1/N Σₙ log(yₙ[tₙ] + 10⁻⁷)",
        seconds: 0,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 5.6.3"],
        python: include_str!("python/4.2.4.py"),
        experiment: batch_losses,
    },
    Entry {
        number: "4.2.5",
        lesson: |language| language.words().why_losses_lesson(),
        formula: "w → w + Δw",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 4.2.5 --seed 2", "thalweg learn 4.3.1"],
        python: include_str!("python/4.2.5.py"),
        experiment: why_losses,
    },
    Entry {
        number: "4.3.1",
        lesson: |language| language.words().derivative_lesson(),
        formula: "f(x) = 0.01 x² + 0.1 x,  f′(x) ≈ (f(x + h) − f(x)) / h",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &["thalweg learn 4.3.1 --with 10", "thalweg learn 4.3.1 --with 1000"],
        python: include_str!("python/4.3.1.py"),
        experiment: derivative,
    },
    Entry {
        number: "4.3.2",
        lesson: |language| language.words().central_difference_lesson(),
        formula: "f(x) = 0.01 x² + 0.1 x,  f′(x) ≈ (f(x + h) − f(x − h)) / 2h,  h = 10⁻⁴",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 4.3.2 --with 0,15"],
        python: include_str!("python/4.3.2.py"),
        experiment: central_difference,
    },
    Entry {
        number: "4.3.3",
        lesson: |language| language.words().partial_derivatives_lesson(),
        formula: "f(x₀, x₁) = x₀² + x₁²,  ∂f/∂x₀ = 2 x₀,  ∂f/∂x₁ = 2 x₁",
        seconds: 0,
        takes: Takes::Exactly(2),
        shortened: false,
        next: &["thalweg learn 4.3.3 --with -3,4"],
        python: include_str!("python/4.3.3.py"),
        experiment: partial_derivatives,
    },
    Entry {
        number: "4.4",
        lesson: |language| language.words().gradient_lesson(),
        formula: "f(x₀, x₁) = x₀² + x₁²,  ∇f = (∂f/∂x₀, ∂f/∂x₁)",
        seconds: 0,
        takes: Takes::Exactly(2),
        shortened: false,
        next: &["thalweg learn 4.4 --with -2,1", "thalweg learn 6.1.3"],
        python: include_str!("python/4.4.py"),
        experiment: gradient,
    },
    Entry {
        number: "4.4.1",
        lesson: |language| language.words().descent_lesson(),
        formula: "x ← x − η ∇f(x),  f(x₀, x₁) = x₀² + x₁²",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 4.4.1 --with 0.3,0.9,0.99,1.01"],
        python: include_str!("python/4.4.1.py"),
        experiment: descent,
    },
    Entry {
        number: "4.4.2",
        lesson: |language| language.words().network_gradient_lesson(),
        formula: "L = cross_entropy(softmax(x W), t),  ∂L/∂W",
        seconds: 0,
        takes: Takes::Exactly(2),
        shortened: false,
        next: &["thalweg learn 4.4.2 --with 6,9"],
        python: include_str!("python/4.4.2.py"),
        experiment: network_gradient,
    },
    Entry {
        number: "4.5.1",
        lesson: |language| language.words().two_layers_lesson(),
        formula: "y = softmax(h(x W₁ + b₁) W₂ + b₂)",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &[
            "thalweg explain --dataset digits --hidden 50 --activation sigmoid",
            "thalweg explain --dataset digits --hidden 500",
        ],
        python: include_str!("python/4.5.1.py"),
        experiment: two_layers,
    },
    Entry {
        number: "4.5.2",
        lesson: |language| language.words().learning_lesson(),
        formula: "W ← W − η ∂L/∂W,  η = 0.1",
        seconds: 2,
        takes: Takes::Nothing,
        shortened: true,
        next: &[
            "thalweg learn 4.5.2 --seed 2",
            "thalweg learn 4.5.2 --full",
            "thalweg train --dataset digits --activation sigmoid --set learning_rate=1 --steps 500",
        ],
        python: include_str!("python/4.5.2.py"),
        experiment: |request| study(request, &LEARNING),
    },
    Entry {
        number: "4.5.3",
        lesson: |language| language.words().test_accuracy_lesson(),
        formula: "accuracy = right / all",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 4.5.3 --full", "thalweg learn 6.4.1"],
        python: include_str!("python/4.5.3.py"),
        experiment: |request| study(request, &TEST_ACCURACY),
    },
];

const LEARNING: BookStudy = BookStudy {
    text: TWO_LAYERS,
    chosen: "figure = \"loss\"\ntest_curve = false\nlines = [{ name = \"sigmoid\", problem = { activation = \"sigmoid\" } }]",
    smaller: "[problem]\nsteps = 2_000\nevaluate_every = 20",
};

const TEST_ACCURACY: BookStudy = BookStudy {
    text: TWO_LAYERS,
    chosen: "lines = [{ name = \"sigmoid\", problem = { activation = \"sigmoid\" }, book = { training_accuracy = 0.946, test_accuracy = 0.945 } }]",
    smaller: "[problem]\nsteps = 3_000\nevaluate_every = 300",
};

/// The book's outputs for an image of a 2: one that says 2, and one that says 7.
const OUTPUTS: [[f64; 10]; 2] = [
    [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0],
    [0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0],
];

/// A 2, one-hot.
const TWO: [f64; 10] = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

fn squares(_: &Request) -> Result<Sheet, Failure> {
    let mut table = table_of(&["k", "t", "y (2)", "y (7)"]);
    for (k, t) in TWO.iter().enumerate() {
        table.push(row([k as f64, *t, OUTPUTS[0][k], OUTPUTS[1][k]]));
    }
    for (name, loss) in [
        ("½ Σ (y − t)²", mean_squared_error as fn(&[f64], &[f64]) -> _),
        ("Σ (y − t)² / n", mean_of_squared_errors),
    ] {
        table.push([name.into(), "".into(), cell(loss(&OUTPUTS[0], &TWO)?), cell(loss(&OUTPUTS[1], &TWO)?)]);
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn cross_entropy(request: &Request) -> Result<Sheet, Failure> {
    let error = |y: f64| cross_entropy_error(&[y], 1, Answers::OneHot(&[1.0]));
    let mut sheet = Sheet::default();
    let mut table = table_of(&["y", "−log(y + 10⁻⁷)"]);
    for y in request.numbers(&[1.0, 0.9, 0.6, 0.3, 0.1, 0.0]) {
        if y < 0.0 {
            return Err(Failure::new(request.language.words().no_probability(&y.to_string())));
        }
        table.push(row([y, error(y)?]));
    }
    sheet.table(table);
    let points = (1..=100).map(|step| f64::from(step) / 100.0).map(|y| Ok([y, error(y)?]));
    let line = Drawn::new("−log y", points.collect::<Result<_, Failure>>()?);
    sheet.lines("−log y", ["y", "E"], &[line], request.language);
    Ok(sheet)
}

/// A two-layer network on the digits, as the book has it.
fn settings(request: &Request, dataset: &Dataset, steps: u64) -> TrainingSettings {
    TrainingSettings {
        activation: "sigmoid".into(),
        initial: "xavier".into(),
        steps,
        evaluate_training: false,
        seed: request.seed,
        ..TrainingSettings::new(
            dataset.name.clone(),
            Specification::new("sgd", Dialect::Book).with("learning_rate", 0.1),
        )
    }
}

fn mini_batches(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let examples = dataset.train.len();
    let mut trainer = Trainer::<f32>::new(settings(request, &dataset, 0), &dataset)?;
    let mut table = Table::new(vec![
        Column::number(words.batch()),
        Column::text(words.first_indices()),
        Column::number("E"),
    ]);
    for batch in [10, 100, 1000] {
        let mut batches = Batches::new(examples, batch, Sampling::WithReplacement, request.seed)?;
        let indices = batches.next_indices();
        let loss = trainer.evaluate(&dataset.train.select(indices))?.loss;
        let first: Vec<String> = indices.iter().take(6).map(u32::to_string).collect();
        table.push([
            batch.to_string().into(),
            format!("{} …", first.join(" ")).into(),
            Cell::value(rounded(loss, 5), loss),
        ]);
    }
    let whole = trainer.evaluate(&dataset.train)?.loss;
    table.push([
        examples.to_string().into(),
        words.all_of_them().into(),
        Cell::value(rounded(whole, 5), whole),
    ]);
    sheet.table(table);
    Ok(sheet)
}

fn batch_losses(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let y = [
        [0.0, 0.0, 0.02, 0.03, 0.0, 0.0, 0.0, 0.1, 0.05, 0.8],
        [0.0, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.99, 0.0],
    ];
    let mut t = [[0.0; 10]; 2];
    (t[0][3], t[1][8]) = (1.0, 1.0);
    let mut table =
        Table::new(vec![Column::text("t"), Column::text(words.value_of_it()), Column::number("E")]);
    let one_hot = cross_entropy_error(y.as_flattened(), 10, Answers::OneHot(t.as_flattened()))?;
    let labels = cross_entropy_error(y.as_flattened(), 10, Answers::Labels(&[3, 8]))?;
    table.push([
        words.one_hot_targets().into(),
        format!("{} | {}", short(&t[0]), short(&t[1])).into(),
        cell(one_hot),
    ]);
    table.push([words.label_targets().into(), "3 | 8".into(), cell(labels)]);
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn why_losses(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let mut trainer = Trainer::<f32>::new(settings(request, &dataset, 200), &dataset)?;
    trainer.run(&mut Quiet)?;
    let few = dataset.train.slice(0..500.min(dataset.train.len()));
    let mut evaluator = Evaluator::new(trainer.model().clone(), 500);
    let mut table = table_of(&["Δw", words.loss(), words.accuracy()]);
    for moved in [-0.01, -0.001, 0.0, 0.001, 0.01] {
        let mut parameters = trainer.judged_parameters()?;
        // A weight of the second layer: those of the first may belong to a pixel that is always white.
        if let Some(weight) = parameters.get_mut("W2").and_then(|weights| weights.first_mut()) {
            *weight += moved as f32;
        }
        let seen = evaluator.evaluate(&parameters, &few)?;
        let accuracy = seen.accuracy.unwrap_or(f64::NAN);
        table.push([cell(moved), cell(seen.loss), Cell::value(format!("{accuracy:.4}"), accuracy)]);
    }
    sheet.table(table);
    sheet.text(words.slopes_of_activations());
    let slope = |function: fn(&[f64]) -> Vec<f64>, x: f64| {
        numerical_gradient(|x| function(x)[0], &[x], Difference::Central, STEP)[0]
    };
    let mut slopes = table_of(&["x", "step′(x)", "sigmoid′(x)"]);
    for x in [-2.0, -0.5, 0.5, 2.0] {
        slopes.push(row([x, slope(step, x), slope(sigmoid, x)]));
    }
    sheet.table(slopes);
    Ok(sheet)
}

/// The book's function of one variable, 0.01 x² + 0.1 x.
fn parabola(x: &[f64]) -> f64 {
    0.01 * x[0].powi(2) + 0.1 * x[0]
}

fn derivative(request: &Request) -> Result<Sheet, Failure> {
    let x = request.numbers(&[5.0])[0];
    let exact = 0.02 * x + 0.1;
    let quotient = |difference, h| numerical_gradient(parabola, &[x], difference, h)[0];
    let words = request.language.words();
    let mut table = table_of(&[
        "h",
        words.forward_difference(),
        words.error_of_it(),
        words.central_difference(),
        words.error_of_it(),
    ]);
    for h in [1e-1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16, 1e-50] {
        let [forward, central] =
            [Difference::Forward, Difference::Central].map(|difference| quotient(difference, h));
        table.push([
            cell(h),
            cell(forward),
            Cell::from(format!("{:.0e}", forward - exact)),
            cell(central),
            Cell::from(format!("{:.0e}", central - exact)),
        ]);
    }
    let mut sheet = Sheet::default();
    sheet.text(words.exact_derivative(&rounded(x, 8), &rounded(exact, 8)));
    sheet.table(table);
    Ok(sheet)
}

fn central_difference(request: &Request) -> Result<Sheet, Failure> {
    let points = request.numbers(&[5.0, 10.0]);
    let slope = |x: f64| numerical_gradient(parabola, &[x], Difference::Central, STEP)[0];
    let words = request.language.words();
    let mut table = table_of(&["x", words.central_difference(), words.by_the_formula()]);
    let axis = || (0..=100).map(|step| f64::from(step) / 5.0);
    let mut lines = vec![Drawn::new("f(x)", axis().map(|x| [x, parabola(&[x])]).collect())];
    for x in points {
        table.push([cell(x), Cell::value(slope(x).to_string(), slope(x)), cell(0.02 * x + 0.1)]);
        let tangent = axis().map(|at| [at, parabola(&[x]) + slope(x) * (at - x)]);
        lines.push(Drawn::new(words.tangent_at(&rounded(x, 4)), tangent.collect()));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    sheet.lines("0.01 x² + 0.1 x", ["x", "f(x)"], &lines, request.language);
    Ok(sheet)
}

/// x₀² + x₁².
fn sphere(x: &[f64]) -> f64 {
    x[0].powi(2) + x[1].powi(2)
}

fn partial_derivatives(request: &Request) -> Result<Sheet, Failure> {
    let at = request.numbers(&[3.0, 4.0]);
    let alone = |place: usize| {
        // The other variable stands still.
        let along = |x: &[f64]| sphere(&if place == 0 { [x[0], at[1]] } else { [at[0], x[0]] });
        numerical_gradient(along, &[at[place]], Difference::Central, STEP)[0]
    };
    let words = request.language.words();
    let mut table = Table::new(vec![
        Column::text(""),
        Column::number(words.central_difference()),
        Column::number(words.by_the_formula()),
    ]);
    for (place, name) in ["∂f/∂x₀", "∂f/∂x₁"].into_iter().enumerate() {
        table.push([name.into(), Cell::value(alone(place).to_string(), alone(place)), cell(2.0 * at[place])]);
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn gradient(request: &Request) -> Result<Sheet, Failure> {
    let mut points = vec![vec![3.0, 4.0], vec![0.0, 2.0], vec![3.0, 0.0]];
    if !request.with.is_empty() {
        points = vec![request.with.clone()];
    }
    let mut table = table_of(&["x₀", "x₁", "∂f/∂x₀", "∂f/∂x₁"]);
    for point in points {
        let gradient = numerical_gradient(sphere, &point, Difference::Central, STEP);
        table.push(row(point.iter().chain(&gradient).copied()));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    sheet.drawing(arrows(|point| {
        let gradient = numerical_gradient(sphere, &point, Difference::Central, STEP);
        [gradient[0], gradient[1]]
    }));
    let page = pages::trajectory(&Function::named("sphere")?, &[], request.language);
    page.sections.into_iter().flat_map(|section| section.blocks).for_each(|block| sheet.block(block));
    Ok(sheet)
}

/// Updates of the book's descents, and the digits that it prints of their ends.
const UPDATES: usize = 100;
const PRINTED: usize = 9;

fn descent(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let start = [-3.0, 4.0];
    let mut table = table_of(&["η", "x₀", "x₁", "f", ""]);
    let mut lines = Vec::new();
    for rate in request.numbers(&[0.1, 10.0, 1e-10]) {
        let end = gradient_descent(sphere, &start, rate, UPDATES);
        let value = sphere(&end);
        let verdict = match value {
            _ if !(value < sphere(&start)) => words.too_large(),
            _ if value > 0.9 * sphere(&start) => words.too_small(),
            _ => words.arrives(),
        };
        let number = |value: f64| Cell::value(rounded(value, PRINTED), value);
        table.push([cell(rate), number(end[0]), number(end[1]), cell(value), verdict.into()]);
        if value < sphere(&start) {
            let values = (0..=UPDATES).map(|steps| {
                let value = sphere(&gradient_descent(sphere, &start, rate, steps));
                [steps as f64, value.max(f64::MIN_POSITIVE).log10()]
            });
            lines.push(Drawn::new(format!("η = {}", pages::number(rate)), values.collect()));
        }
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    sheet.lines("log₁₀ f", [words.step(), "log₁₀ f"], &lines, request.language);
    Ok(sheet)
}

/// The weights of the book's network of one layer.
const WEIGHTS: [f64; 6] = [0.47355232, 0.9977393, 0.84668094, 0.85557411, 0.03563661, 0.69422093];

fn network_gradient(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut graph = Graph::<f64>::new();
    let x = graph.input("x", &[BATCH, 2])?;
    let t = graph.labels("t", &[BATCH])?;
    let w = graph.parameter("W", &[2, 3])?;
    let scores = graph.matmul(x, w)?;
    let loss = graph.softmax_cross_entropy(scores, t)?;
    let mut session = Session::training(&Arc::new(graph), 1, loss, &[scores])?;
    session.set_input(x, &request.numbers(&[0.6, 0.9]))?;
    session.set_labels(t, &[2])?;
    let (mut by_quotients, mut by_backpropagation) = ([0.0; 6], [0.0; 6]);
    numerical_parameter_gradients(&mut session, &WEIGHTS, Difference::Central, STEP, &mut by_quotients)?;
    session.forward(&WEIGHTS)?;
    session.backward(&WEIGHTS, &mut by_backpropagation)?;
    let mut table = Table::new(vec![Column::text(""), Column::text(words.value_of_it())]);
    let mut line = |name: &str, values: &[f64]| table.push([name.into(), short(values).into()]);
    line("x W", session.value(scores)?);
    line("L", &[session.loss(loss)?]);
    for (name, gradient) in
        [(words.central_difference(), by_quotients), (words.backpropagation(), by_backpropagation)]
    {
        line(&format!("∂L/∂W[0], {name}"), &gradient[..3]);
        line(&format!("∂L/∂W[1], {name}"), &gradient[3..]);
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn two_layers(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let model = network::<f32>(&settings(request, &dataset, 0), &dataset)?;
    let layout = model.graph.layout();
    let mut table = Table::new(vec![
        Column::text(words.node()),
        Column::text(words.shape_of_it()),
        Column::number(words.numbers_in_it()),
    ]);
    for tensor in layout.tensors() {
        table.push([
            tensor.name.as_str().into(),
            format!("{:?}", tensor.shape).into(),
            tensor.range.len().to_string().into(),
        ]);
    }
    let parameters: usize = layout.tensors().iter().map(|tensor| tensor.range.len()).sum();
    table.push(["Σ".into(), "".into(), parameters.to_string().into()]);
    sheet.table(table);
    sheet.text(words.passes_for_a_gradient(parameters, 2 * parameters));
    Ok(sheet)
}
