//! Chapter 5: backpropagation.

use super::digits;
use super::entry::{Entry, Request, Takes};
use super::numbers::{Small, cell, short, show_graph, table_of};
use super::sheet::Sheet;
use super::studies::{BookStudy, TWO_LAYERS, study};
use crate::failure::Failure;
use thalweg::nn::functions::softmax;
use thalweg::nn::{Session, check_gradients, initialise};
use thalweg::optim::{Dialect, Specification};
use thalweg::report::{Cell, Column, Table};
use thalweg::train::{TrainingSettings, derive, fill, network};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        number: "5.1.1",
        lesson: |language| language.words().apples_forward_lesson(),
        formula: "100 × 2 × 1.1 = 220",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 5.1.1 --with 100,3,1.1"],
        python: include_str!("python/5.1.1.py"),
        experiment: apples_forward,
    },
    Entry {
        number: "5.1.3",
        lesson: |language| language.words().apples_backward_lesson(),
        formula: "∂L/∂x = ∂L/∂z ∂z/∂x",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 5.1.3 --with 101,2,1.1", "thalweg learn 5.1.3 --with 100,3,1.1"],
        python: include_str!("python/5.1.3.py"),
        experiment: apples,
    },
    Entry {
        number: "5.2.2",
        lesson: |language| language.words().chain_rule_lesson(),
        formula: "z = t²,  t = x + y,  ∂z/∂x = ∂z/∂t ∂t/∂x = 2 t · 1",
        seconds: 0,
        takes: Takes::Exactly(2),
        shortened: false,
        next: &["thalweg learn 5.2.2 --with 3,-3"],
        python: include_str!("python/5.2.2.py"),
        experiment: chain_rule,
    },
    Entry {
        number: "5.3.1",
        lesson: |language| language.words().add_lesson(),
        formula: "z = x + y,  ∂L/∂x = ∂L/∂z,  ∂L/∂y = ∂L/∂z",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 5.3.1 --with 1000,5,1.3", "thalweg learn 5.3.1 --with 10,5,-2"],
        python: include_str!("python/5.3.1.py"),
        experiment: |request| node(request, true),
    },
    Entry {
        number: "5.3.2",
        lesson: |language| language.words().multiply_lesson(),
        formula: "z = x y,  ∂L/∂x = ∂L/∂z y,  ∂L/∂y = ∂L/∂z x",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 5.3.2 --with 1000,5,1.3", "thalweg learn 5.3.2 --with 0,5,1.3"],
        python: include_str!("python/5.3.2.py"),
        experiment: |request| node(request, false),
    },
    Entry {
        number: "5.4.2",
        lesson: |language| language.words().oranges_lesson(),
        formula: "(100 × 2 + 150 × 3) × 1.1 = 715",
        seconds: 0,
        takes: Takes::Exactly(5),
        shortened: false,
        next: &["thalweg learn 5.4.2 --with 100,3,150,3,1.1"],
        python: include_str!("python/5.4.2.py"),
        experiment: oranges,
    },
    Entry {
        number: "5.5.1",
        lesson: |language| language.words().relu_layer_lesson(),
        formula: "y = x (x > 0), 0 (x ≤ 0);  ∂L/∂x = ∂L/∂y (x > 0), 0 (x ≤ 0)",
        seconds: 0,
        takes: Takes::Exactly(4),
        shortened: false,
        next: &["thalweg learn 5.5.1 --with -1,-0.5,-2,-3"],
        python: include_str!("python/5.5.1.py"),
        experiment: relu_layer,
    },
    Entry {
        number: "5.5.2",
        lesson: |language| language.words().sigmoid_layer_lesson(),
        formula: "y = 1 / (1 + e⁻ˣ),  ∂L/∂x = ∂L/∂y y (1 − y)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 5.5.2 --with -10,0,10"],
        python: include_str!("python/5.5.2.py"),
        experiment: sigmoid_layer,
    },
    Entry {
        number: "5.6.2",
        lesson: |language| language.words().affine_lesson(),
        formula: "Y = X W + B,  ∂L/∂X = ∂L/∂Y Wᵀ,  ∂L/∂W = Xᵀ ∂L/∂Y,  ∂L/∂B = Σₙ ∂L/∂Yₙ",
        seconds: 0,
        takes: Takes::Exactly(4),
        shortened: false,
        next: &["thalweg learn 5.6.2 --with 1,0,0,1"],
        python: include_str!("python/5.6.2.py"),
        experiment: affine,
    },
    Entry {
        number: "5.6.3",
        lesson: |language| language.words().softmax_with_loss_lesson(),
        formula: "y = softmax(a),  L = −Σₖ tₖ log yₖ,  ∂L/∂a = y − t",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 5.6.3 --with 1,1,1", "thalweg learn 5.6.3 --with 0,10,0"],
        python: include_str!("python/5.6.3.py"),
        experiment: softmax_with_loss,
    },
    Entry {
        number: "5.7.3",
        lesson: |language| language.words().gradient_check_lesson(),
        formula: "∂L/∂w ≈ (L(w + h) − L(w − h)) / 2h",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg check-gradients --hidden 50,50 --activation relu", "thalweg learn 5.7.3 --seed 2"],
        python: include_str!("python/5.7.3.py"),
        experiment: gradient_check,
    },
    Entry {
        number: "5.7.4",
        lesson: |language| language.words().backpropagation_lesson(),
        formula: "W ← W − η ∂L/∂W,  η = 0.1",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 5.7.4 --seed 2", "thalweg learn 5.7.4 --full"],
        python: include_str!("python/5.7.4.py"),
        experiment: |request| study(request, &BACKPROPAGATION),
    },
];

const BACKPROPAGATION: BookStudy = BookStudy {
    text: TWO_LAYERS,
    chosen: "lines = [{ name = \"ReLU\", problem = { activation = \"relu\" }, book = { training_accuracy = 0.979, test_accuracy = 0.970 } }]",
    smaller: "[problem]\nsteps = 2_000\nevaluate_every = 200",
};

fn apples_forward(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let numbers = request.numbers(&[100.0, 2.0, 1.1]);
    let mut small = Small::new();
    let price = small.leaf(words.price_of_an_apple(), &[], &numbers[..1])?;
    let count = small.leaf(words.number_of_apples(), &[], &numbers[1..2])?;
    let apples = small.graph.named(words.price_of_the_apples()).multiply(price, count)?;
    let tax = small.leaf(words.tax(), &[], &numbers[2..])?;
    let total = small.graph.named(words.total()).multiply(apples, tax)?;
    let mut table = Table::new(vec![Column::text(words.node()), Column::number(words.forward_value())]);
    for (name, value) in small.forward(&[price, count, apples, tax, total])? {
        table.push([name.into(), short(&value).into()]);
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn apples(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let numbers = request.numbers(&[100.0, 2.0, 1.1]);
    let mut small = Small::new();
    let price = small.leaf(words.price_of_an_apple(), &[], &numbers[..1])?;
    let count = small.leaf(words.number_of_apples(), &[], &numbers[1..2])?;
    let tax = small.leaf(words.tax(), &[], &numbers[2..])?;
    let apples = small.graph.named(words.price_of_the_apples()).multiply(price, count)?;
    let total = small.graph.named(words.total()).multiply(apples, tax)?;
    let seen =
        small.both_ways(&[(price, &[]), (count, &[]), (tax, &[]), (apples, &[0, 1]), (total, &[3, 2])])?;
    let mut sheet = Sheet::default();
    show_graph(&seen, &mut sheet, request.language);
    Ok(sheet)
}

fn oranges(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let numbers = request.numbers(&[100.0, 2.0, 150.0, 3.0, 1.1]);
    let mut small = Small::new();
    let names = [
        words.price_of_an_apple(),
        words.number_of_apples(),
        words.price_of_an_orange(),
        words.number_of_oranges(),
        words.tax(),
    ];
    let mut leaves = Vec::new();
    for (name, number) in names.into_iter().zip(numbers) {
        leaves.push(small.leaf(name, &[], &[number])?);
    }
    let graph = &mut small.graph;
    let apples = graph.named(words.price_of_the_apples()).multiply(leaves[0], leaves[1])?;
    let oranges = graph.named(words.price_of_the_oranges()).multiply(leaves[2], leaves[3])?;
    let fruit = graph.named(words.price_of_all_fruit()).add(apples, oranges)?;
    let total = graph.named(words.total()).multiply(fruit, leaves[4])?;
    let mut nodes: Vec<(_, &[usize])> = leaves.into_iter().map(|leaf| (leaf, &[][..])).collect();
    nodes.extend([(apples, &[0, 1][..]), (oranges, &[2, 3]), (fruit, &[5, 6]), (total, &[7, 4])]);
    let mut sheet = Sheet::default();
    show_graph(&small.both_ways(&nodes)?, &mut sheet, request.language);
    Ok(sheet)
}

fn chain_rule(request: &Request) -> Result<Sheet, Failure> {
    let numbers = request.numbers(&[1.0, 2.0]);
    let mut small = Small::new();
    let x = small.leaf("x", &[], &numbers[..1])?;
    let y = small.leaf("y", &[], &numbers[1..])?;
    let t = small.graph.named("t = x + y").add(x, y)?;
    let z = small.graph.named("z = t²").multiply(t, t)?;
    let mut sheet = Sheet::default();
    show_graph(
        &small.both_ways(&[(x, &[]), (y, &[]), (t, &[0, 1]), (z, &[2])])?,
        &mut sheet,
        request.language,
    );
    Ok(sheet)
}

/// One node, with a gradient that comes back to it.
fn node(request: &Request, adds: bool) -> Result<Sheet, Failure> {
    let numbers = request.numbers(&[10.0, 5.0, 1.3]);
    let mut small = Small::new();
    let x = small.leaf("x", &[], &numbers[..1])?;
    let y = small.leaf("y", &[], &numbers[1..2])?;
    let z = match adds {
        true => small.graph.named("z = x + y").add(x, y)?,
        false => small.graph.named("z = x y").multiply(x, y)?,
    };
    let mut sheet = Sheet::default();
    let seen = small.with_gradient(&[(x, &[]), (y, &[]), (z, &[0, 1])], &numbers[2..])?;
    show_graph(&seen, &mut sheet, request.language);
    Ok(sheet)
}

fn relu_layer(request: &Request) -> Result<Sheet, Failure> {
    let mut small = Small::new();
    let x = small.leaf("x", &[2, 2], &request.numbers(&[1.0, -0.5, -2.0, 3.0]))?;
    let y = small.graph.named("y = ReLU(x)").relu(x)?;
    let seen = small.with_gradient(&[(x, &[]), (y, &[0])], &[1.0, 2.0, 3.0, 4.0])?;
    let mut sheet = Sheet::default();
    show_graph(&seen, &mut sheet, request.language);
    Ok(sheet)
}

fn sigmoid_layer(request: &Request) -> Result<Sheet, Failure> {
    let numbers = request.numbers(&[-1.0, 0.0, 1.0, 2.0]);
    let mut small = Small::new();
    let x = small.leaf("x", &[numbers.len()], &numbers)?;
    let y = small.graph.named("y = sigmoid(x)").sigmoid(x)?;
    let seen = small.with_gradient(&[(x, &[]), (y, &[0])], &vec![1.0; numbers.len()])?;
    let mut table = table_of(&["x", "y", "∂L/∂y", "∂L/∂x", "y (1 − y)"]);
    for (place, x) in numbers.iter().enumerate() {
        let y = seen[1].value[place];
        table.push([*x, y, seen[1].gradient[place], seen[0].gradient[place], y * (1.0 - y)].map(cell));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn affine(request: &Request) -> Result<Sheet, Failure> {
    let mut small = Small::new();
    let x = small.leaf("X [2, 2]", &[2, 2], &request.numbers(&[1.0, 2.0, 3.0, 4.0]))?;
    let w = small.leaf("W [2, 3]", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    let b = small.leaf("B [3]", &[3], &[1.0, 2.0, 3.0])?;
    let y = small.graph.named("Y [2, 3]").linear(x, w, b)?;
    let nodes: [(_, &[usize]); 4] = [(x, &[]), (w, &[]), (b, &[]), (y, &[0, 1, 2])];
    let seen = small.with_gradient(&nodes, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    let mut sheet = Sheet::default();
    show_graph(&seen, &mut sheet, request.language);
    Ok(sheet)
}

fn softmax_with_loss(request: &Request) -> Result<Sheet, Failure> {
    let t = [0.0, 1.0, 0.0];
    // Scores whose shares are 0.3, 0.2, 0.5, as in the book, and 0.01, 0.99, 0.
    let mut cases = vec![[0.3f64.ln(), 0.2f64.ln(), 0.5f64.ln()], [0.01f64.ln(), 0.99f64.ln(), -700.0]];
    if let [one, two, three] = request.with[..] {
        cases = vec![[one, two, three]];
    }
    let mut sheet = Sheet::default();
    for scores in cases {
        let mut small = Small::new();
        let a = small.leaf("a", &[1, 3], &scores)?;
        let target = small.leaf("t", &[1, 3], &t)?;
        let loss = small.graph.named("L").softmax_cross_entropy(a, target)?;
        let shares = softmax(&scores);
        let seen = small.both_ways(&[(a, &[]), (loss, &[0])])?;
        let mut table = table_of(&["k", "aₖ", "yₖ", "tₖ", "∂L/∂aₖ"]);
        for k in 0..3 {
            table.push([k as f64, scores[k], shares[k], t[k], seen[0].gradient[k]].map(cell));
        }
        table.push(["L".into(), cell(seen[1].value[0]), "".into(), "".into(), "".into()]);
        sheet.table(table);
    }
    Ok(sheet)
}

/// Images in the batch of the gradient check, as in the book, and elements compared in each tensor.
const IMAGES: usize = 3;
const COMPARED: usize = 200;

fn gradient_check(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let settings = TrainingSettings {
        activation: "sigmoid".into(),
        initial: "0.01".into(),
        seed: request.seed,
        ..TrainingSettings::new(dataset.name.clone(), Specification::new("sgd", Dialect::Book))
    };
    let model = network::<f64>(&settings, &dataset)?;
    let parameters =
        initialise(&model.graph, settings.initial.parse()?, derive(settings.seed, "initial values"));
    let mut session = Session::training(&model.graph, IMAGES, model.loss, &[])?;
    let indices: Vec<u32> = (0..IMAGES as u32).collect();
    fill(&mut session, &model, &dataset.train, &indices, true)?;
    let mut table = Table::new(vec![Column::text(words.node()), Column::number(words.numbers_compared())]);
    table.columns.extend([words.mean_difference(), words.largest_relative_difference()].map(Column::number));
    for check in check_gradients(&mut session, parameters.values(), Some(COMPARED))? {
        let number = |value: f64| Cell::value(format!("{value:.1e}"), value);
        table.push([
            check.name.into(),
            check.compared.to_string().into(),
            number(check.mean_absolute_difference),
            number(check.max_relative_difference),
        ]);
    }
    sheet.table(table);
    Ok(sheet)
}
