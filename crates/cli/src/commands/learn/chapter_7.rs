//! Chapters 7 and 8: convolutional networks.

use super::digits;
use super::entry::{Entry, Request, Takes};
use super::numbers::{Small, short};
use super::sheet::Sheet;
use super::studies::{BookStudy, CONVNET, FILTERS, MISTAKES, study};
use crate::failure::Failure;
use thalweg::nn::ops::Window;
use thalweg::nn::{BATCH, Plan, grouped};
use thalweg::optim::{Dialect, Specification};
use thalweg::report::{Column, Table};
use thalweg::train::{TrainingSettings, network};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        number: "7.2.2",
        lesson: |language| language.words().convolution_lesson(),
        formula: "yᵢⱼ = b + Σₖₗ xᵢ₊ₖ,ⱼ₊ₗ wₖₗ",
        seconds: 0,
        takes: Takes::Exactly(9),
        shortened: false,
        next: &[
            "thalweg learn 7.2.2 --with 0,0,0,0,1,0,0,0,0",
            "thalweg learn 7.2.2 --with 1,0,-1,1,0,-1,1,0,-1",
        ],
        python: include_str!("python/7.2.2.py"),
        experiment: |request| convolution(request, &FOUR, 0, 1),
    },
    Entry {
        number: "7.2.3",
        lesson: |language| language.words().padding_lesson(),
        formula: "OH = H + 2 P − FH + 1",
        seconds: 0,
        takes: Takes::Exactly(9),
        shortened: false,
        next: &["thalweg learn 7.2.3 --with 0,0,0,0,1,0,0,0,0"],
        python: include_str!("python/7.2.3.py"),
        experiment: |request| convolution(request, &FOUR, 1, 1),
    },
    Entry {
        number: "7.2.4",
        lesson: |language| language.words().stride_lesson(),
        formula: "OH = (H + 2 P − FH) / S + 1",
        seconds: 0,
        takes: Takes::Exactly(9),
        shortened: false,
        next: &["thalweg learn 7.2.4 --with 0,0,0,0,1,0,0,0,0"],
        python: include_str!("python/7.2.4.py"),
        experiment: |request| convolution(request, &seven(), 0, 2),
    },
    Entry {
        number: "7.3",
        lesson: |language| language.words().pooling_lesson(),
        formula: "yᵢⱼ = max x[2i : 2i + 2, 2j : 2j + 2]",
        seconds: 0,
        takes: Takes::Exactly(16),
        shortened: false,
        next: &["thalweg learn 7.3 --with 0,1,2,1,1,0,1,2,2,3,0,1,1,2,4,0"],
        python: include_str!("python/7.3.py"),
        experiment: pooling,
    },
    Entry {
        number: "7.4.3",
        lesson: |language| language.words().convnet_shapes_lesson(),
        formula: "conv - relu - pool - affine - relu - affine - softmax",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg explain --network simple-convnet", "thalweg explain --network deep-convnet"],
        python: include_str!("python/7.4.3.py"),
        experiment: shapes,
    },
    Entry {
        number: "7.5",
        lesson: |language| language.words().convnet_lesson(),
        formula: "conv - relu - pool - affine - relu - affine - softmax",
        seconds: 4,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 7.5 --seed 2", "thalweg learn 7.5 --full"],
        python: include_str!("python/7.5.py"),
        experiment: |request| study(request, &SIMPLE),
    },
    Entry {
        number: "7.6.1",
        lesson: |language| language.words().filters_lesson(),
        formula: "W₁: [30, 1, 5, 5]",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 7.6.1 --html filters.html", "thalweg learn 7.6.1 --full"],
        python: include_str!("python/7.6.1.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy { text: FILTERS, chosen: "", smaller: "[problem]\nexamples = 5_000\nepochs = 2" },
            )
        },
    },
    Entry {
        number: "8.1.1",
        lesson: |language| language.words().deep_network_lesson(),
        formula: "(conv - relu - conv - relu - pool) × 3 - affine - relu - dropout - affine - dropout - softmax",
        seconds: 8,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 8.1.1 --seed 2", "thalweg learn 8.1.1 --full"],
        python: include_str!("python/8.1.1.py"),
        experiment: |request| study(request, &DEEP),
    },
    Entry {
        number: "8.1.3",
        lesson: |language| language.words().mistakes_lesson(),
        formula: "argmaxₖ yₖ ≠ t",
        seconds: 4,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 8.1.3 --html mistakes.html", "thalweg learn 8.1.3 --full"],
        python: include_str!("python/8.1.3.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy { text: MISTAKES, chosen: "", smaller: "[problem]\nexamples = 5_000\nepochs = 3" },
            )
        },
    },
];

const SIMPLE: BookStudy = BookStudy {
    text: CONVNET,
    chosen: "test_curve = true\nlines = [{ name = \"SimpleConvNet\", book = { test_accuracy = 0.9896 } }]",
    smaller: "[problem]\nexamples = 3_000\nepochs = 4\nevaluate_every = 10",
};

const DEEP: BookStudy = BookStudy {
    text: CONVNET,
    chosen: "test_curve = true\nlines = [{ name = \"deep network\", problem = { network = \"deep-convnet\" }, book = { test_accuracy = 0.9938 } }]",
    smaller: "[problem]\nexamples = 2_000\nepochs = 5\nevaluate_every = 20",
};

/// The book's image of 4 by 4 and its filter.
const FOUR: [f64; 16] = [1.0, 2.0, 3.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.0, 0.0, 1.0, 2.0, 2.0, 3.0, 0.0, 1.0];
const FILTER: [f64; 9] = [2.0, 0.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 2.0];

/// The book's image of 7 by 7: rows of 0 to 3 that shift to the right.
fn seven() -> Vec<f64> {
    (0..49).map(|place: i32| f64::from((place % 7 - place / 7 + 1).rem_euclid(4))).collect()
}

/// A square image in lines.
fn lines(image: &[f64]) -> Vec<String> {
    image.chunks((image.len() as f64).sqrt() as usize).map(short).collect()
}

/// A table of images side by side.
fn side_by_side(titles: &[&str], images: &[&[f64]]) -> Table {
    let mut table = Table::new(titles.iter().map(|title| Column::text(*title)).collect());
    let images: Vec<Vec<String>> = images.iter().map(|image| lines(image)).collect();
    for line in 0..images.iter().map(Vec::len).max().unwrap_or(0) {
        table.push(images.iter().map(|image| image.get(line).cloned().unwrap_or_default().into()));
    }
    table
}

fn convolution(request: &Request, image: &[f64], padding: usize, stride: usize) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let filter = request.numbers(&FILTER);
    let side = (image.len() as f64).sqrt() as usize;
    let mut small = Small::new();
    let x = small.leaf("x", &[BATCH, 1, side, side], image)?;
    let weight = small.leaf("W", &[1, 1, 3, 3], &filter)?;
    let bias = small.leaf("b", &[1], &[0.0])?;
    let window = Window { stride: [stride; 2], padding: [padding; 2], ..Window::square(3) };
    let y = small.graph.conv2d(x, weight, bias, window, 1)?;
    let seen = small.forward(&[y])?;
    let titles = [words.input_of_it(), words.filter_of_it(), words.output_of_it()];
    let mut sheet = Sheet::default();
    sheet.table(side_by_side(&titles, &[image, &filter, &seen[0].1]));
    Ok(sheet)
}

fn pooling(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut usual = FOUR;
    // The image of the section: that of the convolution with other corners.
    (usual[2], usual[13]) = (1.0, 4.0);
    let image = request.numbers(&usual);
    let mut small = Small::new();
    let x = small.leaf("x", &[BATCH, 1, 4, 4], &image)?;
    let y = small.graph.max_pool(x, Window { stride: [2; 2], ..Window::square(2) })?;
    let seen = small.forward(&[y])?;
    let mut sheet = Sheet::default();
    sheet.table(side_by_side(&[words.input_of_it(), words.output_of_it()], &[&image, &seen[0].1]));
    Ok(sheet)
}

fn shapes(request: &Request) -> Result<Sheet, Failure> {
    let words = request.language.words();
    let mut sheet = Sheet::default();
    let dataset = digits::dataset(request, &mut sheet)?;
    let settings = TrainingSettings {
        network: Some("simple-convnet".into()),
        ..TrainingSettings::new(dataset.name.clone(), Specification::new("adam", Dialect::Book))
    };
    let model = network::<f32>(&settings, &dataset)?;
    let plan = Plan::training(&model.graph, 1, model.loss, &[])?;
    let mut table = Table::new(vec![
        Column::text(words.node()),
        Column::text(words.op_of_it()),
        Column::text(words.shape_of_it()),
    ]);
    table.columns.push(Column::number(words.multiplications()));
    for node in plan.nodes() {
        table.push([
            node.name.as_str().into(),
            node.op.to_string().into(),
            format!("{:?}", node.shape).into(),
            grouped(node.multiply_adds).into(),
        ]);
    }
    sheet.table(table);
    let mut parameters = Table::new(vec![
        Column::text(words.node()),
        Column::text(words.shape_of_it()),
        Column::number(words.numbers_in_it()),
    ]);
    for tensor in model.graph.layout().tensors() {
        parameters.push([
            tensor.name.as_str().into(),
            format!("{:?}", tensor.shape).into(),
            grouped(tensor.range.len() as u64).into(),
        ]);
    }
    sheet.table(parameters);
    Ok(sheet)
}
