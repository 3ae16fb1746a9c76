//! Chapter 3: neural networks.

use super::digits;
use super::entry::{Entry, Request, Takes};
use super::numbers::{Small, row, short, table_of};
use super::sheet::{Drawn, Sheet};
use crate::failure::Failure;
use thalweg::arena::Arena;
use thalweg::data::Dataset;
use thalweg::data::image_files::search_path;
use thalweg::nn::Model;
use thalweg::nn::functions::{identity, relu, sigmoid, softmax, step};
use thalweg::optim::{Dialect, Specification};
use thalweg::report::{Column, Image, ImageGrid, Table};
use thalweg::train::{Evaluator, Quiet, Trainer, TrainingSettings, Weights};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        number: "3.1.3",
        lesson: |language| language.words().perceptron_lesson(),
        formula: "a = b + w₁ x₁ + w₂ x₂,  y = h(a)",
        seconds: 0,
        takes: Takes::Exactly(3),
        shortened: false,
        next: &["thalweg learn 3.1.3 --with 0.5,0.5,-0.2", "thalweg learn 3.1.3 --with -0.5,-0.5,0.7"],
        python: include_str!("python/3.1.3.py"),
        experiment: perceptron,
    },
    Entry {
        number: "3.2.3",
        lesson: |language| language.words().step_lesson(),
        formula: "h(x) = 1 (x > 0), 0 (x ≤ 0)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.2.3 --with -0.1,0,0.1", "thalweg learn 4.2.5"],
        python: include_str!("python/3.2.3.py"),
        experiment: |request| activation(request, "step", step),
    },
    Entry {
        number: "3.2.4",
        lesson: |language| language.words().sigmoid_lesson(),
        formula: "h(x) = 1 / (1 + e⁻ˣ)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.2.4 --with -1000,-10,10,1000"],
        python: include_str!("python/3.2.4.py"),
        experiment: |request| activation(request, "sigmoid", sigmoid),
    },
    Entry {
        number: "3.2.5",
        lesson: |language| language.words().step_and_sigmoid_lesson(),
        formula: "h(x) = 1 (x > 0), 0 (x ≤ 0);  h(x) = 1 / (1 + e⁻ˣ)",
        seconds: 0,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 3.2.7"],
        python: include_str!("python/3.2.5.py"),
        experiment: step_and_sigmoid,
    },
    Entry {
        number: "3.2.6",
        lesson: |language| language.words().linear_lesson(),
        formula: "h(x) = c x,  y = h(h(h(x))) = c³ x",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &[
            "thalweg learn 3.2.6 --with 2",
            "thalweg train --dataset spirals --activation identity --steps 500",
            "thalweg train --dataset spirals --activation relu --steps 500",
        ],
        python: include_str!("python/3.2.6.py"),
        experiment: linear,
    },
    Entry {
        number: "3.2.7",
        lesson: |language| language.words().relu_lesson(),
        formula: "h(x) = x (x > 0), 0 (x ≤ 0)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.2.7 --with -3,0,3", "thalweg learn 5.5.1"],
        python: include_str!("python/3.2.7.py"),
        experiment: |request| activation(request, "relu", relu),
    },
    Entry {
        number: "3.3.2",
        lesson: |language| language.words().product_lesson(),
        formula: "C = A B,  cᵢⱼ = Σₖ aᵢₖ bₖⱼ",
        seconds: 0,
        takes: Takes::Exactly(8),
        shortened: false,
        next: &["thalweg learn 3.3.2 --with 1,0,0,1,5,6,7,8", "thalweg learn 3.3.2 --with 0,1,1,0,5,6,7,8"],
        python: include_str!("python/3.3.2.py"),
        experiment: product,
    },
    Entry {
        number: "3.4.3",
        lesson: |language| language.words().three_layers_lesson(),
        formula: "Z₁ = h(X W₁ + B₁),  Z₂ = h(Z₁ W₂ + B₂),  Y = Z₂ W₃ + B₃",
        seconds: 0,
        takes: Takes::Exactly(2),
        shortened: false,
        next: &["thalweg learn 3.4.3 --with 0,0", "thalweg learn 3.4.3 --with 100,50"],
        python: include_str!("python/3.4.3.py"),
        experiment: three_layers,
    },
    Entry {
        number: "3.5.1",
        lesson: |language| language.words().softmax_lesson(),
        formula: "yₖ = exp(aₖ) / Σᵢ exp(aᵢ)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.5.1 --with 1,2,3", "thalweg learn 3.5.1 --with 10,20,30"],
        python: include_str!("python/3.5.1.py"),
        experiment: softmax_of,
    },
    Entry {
        number: "3.5.2",
        lesson: |language| language.words().overflow_lesson(),
        formula: "exp(aₖ) / Σᵢ exp(aᵢ) = exp(aₖ − max a) / Σᵢ exp(aᵢ − max a)",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.5.2 --with 700,690,680", "thalweg learn 3.5.2 --with -1010,-1000,-990"],
        python: include_str!("python/3.5.2.py"),
        experiment: overflow,
    },
    Entry {
        number: "3.5.3",
        lesson: |language| language.words().probabilities_lesson(),
        formula: "Σₖ yₖ = 1,  aᵢ > aⱼ ⇒ yᵢ > yⱼ",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 3.5.3 --with 0,0,0", "thalweg learn 3.5.3 --with 1.3,3.9,5"],
        python: include_str!("python/3.5.3.py"),
        experiment: probabilities,
    },
    Entry {
        number: "3.6.1",
        lesson: |language| language.words().images_lesson(),
        formula: "28 × 28 = 784",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 3.6.1 --seed 2", "thalweg data list"],
        python: include_str!("python/3.6.1.py"),
        experiment: images,
    },
    Entry {
        number: "3.6.2",
        lesson: |language| language.words().inference_lesson(),
        formula: "y = softmax(W₃ᵀ h(W₂ᵀ h(W₁ᵀ x + b₁) + b₂) + b₃),  p = argmaxₖ yₖ",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &[
            "thalweg learn 3.6.2 --seed 2",
            "thalweg train --dataset digits --hidden 50,100 --activation sigmoid --rule adam",
        ],
        python: include_str!("python/3.6.2.py"),
        experiment: |request| inference(request, &[1]),
    },
    Entry {
        number: "3.6.3",
        lesson: |language| language.words().batches_lesson(),
        formula: "X: [100, 784] → Y: [100, 10]",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg explain --dataset digits --hidden 50,100 --activation sigmoid --batch 100"],
        python: include_str!("python/3.6.3.py"),
        experiment: |request| inference(request, &[1, 10, 100]),
    },
];

/// From −5 to 5 in steps of 0.05.
fn axis() -> Vec<f64> {
    (-100..=100).map(|step| f64::from(step) / 20.0).collect()
}

fn drawn(label: &str, function: fn(&[f64]) -> Vec<f64>) -> Drawn {
    let x = axis();
    Drawn::new(label, x.iter().copied().zip(function(&x)).map(|(x, y)| [x, y]).collect())
}

fn perceptron(request: &Request) -> Result<Sheet, Failure> {
    let weights = request.numbers(&[0.5, 0.5, -0.7]);
    let mut table = table_of(&["x₁", "x₂", "a", "step", "sigmoid"]);
    for [x1, x2] in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] {
        let a = weights[2] + weights[0] * x1 + weights[1] * x2;
        table.push(row([x1, x2, a, step(&[a])[0], sigmoid(&[a])[0]]));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn activation(request: &Request, name: &str, function: fn(&[f64]) -> Vec<f64>) -> Result<Sheet, Failure> {
    let x = request.numbers(&[-1.0, 0.0, 1.0, 2.0]);
    let mut table = table_of(&["x", "h(x)"]);
    for (x, y) in x.iter().zip(function(&x)) {
        table.push(row([*x, y]));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    sheet.lines(name, ["x", "h(x)"], &[drawn(name, function)], request.language);
    Ok(sheet)
}

fn step_and_sigmoid(request: &Request) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::default();
    let lines = [drawn("step", step), drawn("sigmoid", sigmoid)];
    sheet.lines("step, sigmoid", ["x", "h(x)"], &lines, request.language);
    let x = [-4.0, -1.0, -0.1, 0.1, 1.0, 4.0];
    let mut table = table_of(&["x", "step", "sigmoid"]);
    for ((x, step), sigmoid) in x.iter().zip(step(&x)).zip(sigmoid(&x)) {
        table.push(row([*x, step, sigmoid]));
    }
    sheet.table(table);
    Ok(sheet)
}

fn linear(request: &Request) -> Result<Sheet, Failure> {
    let c = request.numbers(&[0.5])[0];
    let layer = |x: &[f64]| identity(x).into_iter().map(|x| c * x).collect::<Vec<f64>>();
    let x = [-2.0, -1.0, 1.0, 2.0, 3.0];
    let mut table = table_of(&["x", "h(h(h(x)))", "c³ x"]);
    for (x, y) in x.iter().zip(layer(&layer(&layer(&x)))) {
        table.push(row([*x, y, c * c * c * x]));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn product(request: &Request) -> Result<Sheet, Failure> {
    let numbers = request.numbers(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    let mut small = Small::new();
    let a = small.leaf("A", &[2, 2], &numbers[..4])?;
    let b = small.leaf("B", &[2, 2], &numbers[4..])?;
    let c = small.graph.matmul(a, b)?;
    let values = small.forward(&[a, b, c])?;
    let mut table = table_of(&["A", "B", "A B"]);
    for line in 0..2 {
        table.push(values.iter().map(|(_, matrix)| short(&matrix[2 * line..2 * line + 2]).into()));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

/// Weights and biases of the book's network of three layers.
const THREE_LAYERS: [(&[f64], &[f64]); 3] = [
    (&[0.1, 0.3, 0.5, 0.2, 0.4, 0.6], &[0.1, 0.2, 0.3]),
    (&[0.1, 0.4, 0.2, 0.5, 0.3, 0.6], &[0.1, 0.2]),
    (&[0.1, 0.3, 0.2, 0.4], &[0.1, 0.2]),
];

fn three_layers(request: &Request) -> Result<Sheet, Failure> {
    let mut small = Small::new();
    let mut signal = small.leaf("X", &[1, 2], &request.numbers(&[1.0, 0.5]))?;
    let mut shown = vec![signal];
    for (place, (weights, biases)) in THREE_LAYERS.into_iter().enumerate() {
        let number = place + 1;
        let shape = [weights.len() / biases.len(), biases.len()];
        let weight = small.leaf(&format!("W{number}"), &shape, weights)?;
        let bias = small.leaf(&format!("B{number}"), &shape[1..], biases)?;
        let is_last = number == THREE_LAYERS.len();
        let name = if is_last { "Y".to_owned() } else { format!("A{number}") };
        signal = small.graph.named(name).linear(signal, weight, bias)?;
        shown.push(signal);
        if !is_last {
            signal = small.graph.named(format!("Z{number}")).sigmoid(signal)?;
            shown.push(signal);
        }
    }
    let words = request.language.words();
    let mut table = Table::new(vec![Column::text(words.node()), Column::text(words.value_of_it())]);
    for (name, values) in small.forward(&shown)? {
        table.push([name.into(), short(&values).into()]);
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn softmax_of(request: &Request) -> Result<Sheet, Failure> {
    let a = request.numbers(&[0.3, 2.9, 4.0]);
    let y = softmax(&a);
    let mut table = table_of(&["k", "aₖ", "exp(aₖ)", "yₖ"]);
    for (k, (a, y)) in a.iter().zip(&y).enumerate() {
        table.push(row([k as f64, *a, a.exp(), *y]));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn overflow(request: &Request) -> Result<Sheet, Failure> {
    let a = request.numbers(&[1010.0, 1000.0, 990.0]);
    let mut sheet = Sheet::default();
    let mut growth = table_of(&["x", "exp(x)"]);
    for x in [0.0, 100.0, 300.0, 500.0, 700.0, 750.0, 1000.0f64] {
        growth.push(row([x, x.exp()]));
    }
    sheet.table(growth);
    let sum: f64 = a.iter().map(|a| a.exp()).sum();
    let largest = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut table = table_of(&["a", "exp(a) / Σ exp(a)", "a − max a", "softmax(a)"]);
    for (a, y) in a.iter().zip(softmax(&a)) {
        table.push(row([*a, a.exp() / sum, a - largest, y]));
    }
    sheet.table(table);
    Ok(sheet)
}

fn probabilities(request: &Request) -> Result<Sheet, Failure> {
    let a = request.numbers(&[0.3, 2.9, 4.0]);
    let y = softmax(&a);
    let mut table = table_of(&["k", "aₖ", "yₖ", "%"]);
    for (k, (a, y)) in a.iter().zip(&y).enumerate() {
        table.push([
            k.to_string().into(),
            short(&[*a]).into(),
            short(&[*y]).into(),
            format!("{:.1}", 100.0 * y).into(),
        ]);
    }
    let sum: f64 = y.iter().sum();
    table.push(["Σ".into(), "".into(), short(&[sum]).into(), format!("{:.1}", 100.0 * sum).into()]);
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}

fn images(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let mut table = table_of(&["", words.examples(), words.numbers_of_each()]);
    for (name, part) in [
        (words.training(), &dataset.train),
        (words.validation(), &dataset.validation),
        (words.test(), &dataset.test),
    ] {
        table.push([name.into(), part.len().to_string().into(), part.features().to_string().into()]);
    }
    sheet.table(table);
    let Some(shape) = dataset.image else { return Ok(sheet) };
    let first = (request.seed.saturating_sub(1) % dataset.train.len() as u64) as usize;
    let pixels = |index: usize| {
        dataset.train.input(index).iter().map(|pixel| pixel / shape.white).collect::<Vec<f32>>()
    };
    let label = |index: usize| dataset.train.label(index).map_or_else(String::new, |label| label.to_string());
    sheet.text(words.image_of_a(&label(first), first));
    sheet.drawing(shaded(&pixels(first), shape.width));
    let image = |index: usize| Image {
        width: shape.width,
        height: shape.height,
        pixels: pixels(index),
        label: label(index),
        predicted: None,
        probability: None,
    };
    let last = (first + 20).min(dataset.train.len());
    sheet.block(ImageGrid::new(dataset.name.clone(), (first..last).map(image).collect())?);
    Ok(sheet)
}

/// Draws an image in the terminal, two letters a pixel.
fn shaded(pixels: &[f32], width: usize) -> String {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    let letter = |pixel: &f32| SHADES[(pixel.clamp(0.0, 1.0) * 4.0).round() as usize];
    let line = |row: &[f32]| row.iter().map(letter).flat_map(|letter| [letter; 2]).collect::<String>();
    let lines: Vec<String> = pixels.chunks(width).map(|row| line(row).trim_end().to_owned()).collect();
    lines.join("\n")
}

/// The weights that the book's author has trained, under the name that they have in a folder of data.
const TRAINED: &str = "pretrained/mnist-784-50-100-10.npz";

/// Classifies the test images in batches of these sizes.
fn inference(request: &Request, batches: &[usize]) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let files = search_path(&request.source).into_iter().map(|folder| folder.join(TRAINED));
    let found = files.into_iter().find(|file| file.is_file() && dataset.name == "mnist");
    let (model, parameters) = match found {
        Some(file) => {
            let weights = Weights::<f32>::load(&file, None)?;
            (weights.model, weights.parameters)
        }
        None => trained(request, &dataset, &mut sheet)?,
    };
    let mut table =
        table_of(&[words.batch(), words.forward_passes(), words.right_of_all(), words.accuracy()]);
    for &batch in batches {
        let seen = Evaluator::new(model.clone(), batch).evaluate(&parameters, &dataset.test)?;
        let accuracy = seen.accuracy.unwrap_or(f64::NAN);
        let right = (accuracy * seen.examples as f64).round();
        table.push([
            batch.to_string().into(),
            seen.examples.div_ceil(batch).to_string().into(),
            format!("{right} / {}", seen.examples).into(),
            format!("{accuracy:.4}").into(),
        ]);
    }
    sheet.table(table);
    Ok(sheet)
}

/// Trains the network of the section, where there are no weights of the book's.
fn trained(
    request: &Request,
    dataset: &Dataset,
    sheet: &mut Sheet,
) -> Result<(Model<f32>, Arena<f32>), Failure> {
    sheet.text(request.language.words().weights_are_trained_here());
    let settings = TrainingSettings {
        hidden: vec![50, 100],
        activation: "sigmoid".into(),
        initial: "xavier".into(),
        steps: 600,
        evaluate_training: false,
        seed: request.seed,
        ..TrainingSettings::new(
            dataset.name.clone(),
            Specification::new("adam", Dialect::Book).with("learning_rate", 0.01),
        )
    };
    let mut trainer = Trainer::<f32>::new(settings, dataset)?;
    trainer.run(&mut Quiet)?;
    Ok((trainer.model().clone(), trainer.judged_parameters()?))
}
