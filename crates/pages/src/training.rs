//! A training run as a page: curves, diagnostics of the network, the network itself.

use crate::distributions::distributions;
use crate::error::PageError;
use crate::language::say;
use crate::network::network;
use thalweg_data::Image;
use thalweg_nn::Plan;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Cell, Column, Language, Page, Section, Table};
use thalweg_report::{Image as Picture, ImageGrid};
use thalweg_train::{Diagnostics, Evaluation, Point, Record, TrainingSettings};

/// What the page of a training run shows.
pub struct Training<'a> {
    /// The settings of the run.
    pub settings: &'a TrainingSettings,
    /// What was observed during the run.
    pub record: &'a Record,
    /// The evaluation on the test split; absent if it was not read.
    pub test: Option<Evaluation>,
    /// The size of test images, their pixels and what the network gave back; absent if it gives back no images.
    pub given_back: Option<(Image, Vec<f32>, Vec<f32>)>,
    /// The plan of the network.
    pub plan: &'a Plan,
    /// The command that repeats the run.
    pub command: String,
}

/// Builds the page of a training run.
///
/// # Errors
/// If the images that the network gave back have another size than the data's.
pub fn page(shown: &Training<'_>, language: Language) -> Result<Page, PageError> {
    let Training { settings, record, test, given_back, plan, command } = shown;
    let rule = format!("{} ({})", settings.rule.rule, settings.rule.dialect);
    let title = match language {
        Language::English => format!("{} with {rule}", settings.dataset),
        Language::Korean => format!("{}: {rule}", settings.dataset),
    };
    let mut page = Page::new(language, title);
    let steps = record.last().map_or(0, |point| point.step);
    page.subtitle = match language {
        Language::English => {
            format!("{steps} updates, batches of {}, seed {}", settings.batch, settings.seed)
        }
        Language::Korean => format!("갱신 {steps}회, 배치 {}, 시드 {}", settings.batch, settings.seed),
    };
    page.table = Some(results(record, *test, language));
    page.sections.push(curves(&record.points, language));
    if let Some((shape, images, outputs)) = given_back {
        page.sections.push(reconstructions(*shape, images, outputs, language)?);
    }
    if !record.diagnostics.is_empty() {
        page.sections.extend(diagnostics_sections(&record.diagnostics, language));
    }
    page.sections.push(network(plan, language));
    page.reproduce = vec![(say(language, "command", "명령"), command.clone())];
    Ok(page)
}

/// Images and, below each row of them, their reconstructions.
fn reconstructions(
    shape: Image,
    images: &[f32],
    outputs: &[f32],
    language: Language,
) -> Result<Section, PageError> {
    let size = shape.width * shape.height;
    let grid = |title: String, pixels: &[f32]| {
        let one = |(number, pixels): (usize, &[f32])| Picture {
            width: shape.width,
            height: shape.height,
            pixels: pixels.to_vec(),
            label: (number + 1).to_string(),
            predicted: None,
            probability: None,
        };
        ImageGrid::new(title, pixels.chunks_exact(size).enumerate().map(one).collect())
    };
    let blocks = vec![
        grid(say(language, "test images", "시험 이미지"), images)?.into(),
        grid(say(language, "what the network gives back", "신경망이 되돌려준 것"), outputs)?.into(),
    ];
    Ok(Section::new(say(language, "Given back", "재구성"), "", blocks))
}

fn results(record: &Record, test: Option<Evaluation>, language: Language) -> Table {
    let mut table = Table::new(vec![
        Column::text(say(language, "examples", "예제")),
        Column::number(say(language, "loss", "손실")),
        Column::number(say(language, "accuracy", "정확도")),
        Column::number(say(language, "how many", "개수")),
    ]);
    let last = record.last();
    for (name, evaluation) in [
        (say(language, "training", "학습"), last.and_then(|point| point.training)),
        (say(language, "validation", "검증"), last.and_then(|point| point.validation)),
        (say(language, "test", "시험"), test),
    ] {
        let Some(evaluation) = evaluation else { continue };
        let accuracy = evaluation.accuracy;
        table.push([
            name.as_str().into(),
            Cell::value(format!("{:.4}", evaluation.loss), evaluation.loss),
            accuracy.map_or_else(|| "".into(), |accuracy| Cell::value(format!("{accuracy:.4}"), accuracy)),
            Cell::value(evaluation.examples.to_string(), evaluation.examples as f64),
        ]);
    }
    table
}

/// One line of a figure.
fn line(label: String, values: Vec<(f64, f64)>) -> Option<Curve> {
    let (steps, values): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
    (!steps.is_empty()).then(|| Curve { rule: label.clone(), label, steps, runs: vec![values] })
}

/// The looks of batches, training examples, validation examples: grey, blue, orange, as those rules have them.
const LOOKS: [&str; 3] = ["sgd", "adam", "momentum"];

fn figure(title: String, up: String, scale: Scale, curves: Vec<Curve>, language: Language) -> Option<Block> {
    let across = say(language, "update", "갱신 횟수");
    (!curves.is_empty()).then(|| {
        let figure = Curves { title, across, up, scale, band: Band::Range, curves }.figure(language);
        // A single run has no band to explain.
        thalweg_report::Figure { caption: String::new(), ..figure }.into()
    })
}

fn curves(points: &[Point], language: Language) -> Section {
    let take = |label: String, look: &str, value: &dyn Fn(&Point) -> Option<f64>| {
        let values = points.iter().filter_map(|point| Some((point.step as f64, value(point)?))).collect();
        Some(Curve { rule: look.to_owned(), ..line(label, values)? })
    };
    let [batches, training, validation] = LOOKS;
    let named = |look: &str| match look {
        look if look == batches => say(language, "batches", "배치"),
        look if look == training => say(language, "training", "학습"),
        _ => say(language, "validation", "검증"),
    };
    type Value<'a> = &'a dyn Fn(&Point) -> Option<f64>;
    let loss: [(&str, Value<'_>); 3] = [
        (batches, &|point| point.batch_loss),
        (training, &|point| Some(point.training?.loss)),
        (validation, &|point| Some(point.validation?.loss)),
    ];
    let accuracy: [(&str, Value<'_>); 2] =
        [(training, &|point| point.training?.accuracy), (validation, &|point| point.validation?.accuracy)];
    let drawn = |all: &[(&str, Value<'_>)]| -> Vec<Curve> {
        all.iter().filter_map(|(look, value)| take(named(look), look, value)).collect()
    };
    let (losses, accuracies) = (drawn(&loss), drawn(&accuracy));
    let rate = |point: &Point| point.learning_rate.filter(|_| point.step > 0);
    let changes = points.iter().filter_map(rate).any(|one| Some(one) != points.iter().find_map(rate));
    let rates =
        if changes { take(say(language, "learning rate", "학습률"), training, &rate) } else { None };
    let (word, up) = (say(language, "Loss", "손실"), say(language, "loss", "손실"));
    let figures = [
        figure(word, up, Scale::Logarithmic, losses, language),
        figure(
            say(language, "Accuracy", "정확도"),
            say(language, "accuracy", "정확도"),
            Scale::Linear,
            accuracies,
            language,
        ),
        figure(
            say(language, "Learning rate", "학습률"),
            say(language, "learning rate", "학습률"),
            Scale::Linear,
            rates.into_iter().collect(),
            language,
        ),
    ];
    Section::new(say(language, "Curves", "곡선"), "", figures.into_iter().flatten().collect())
}

/// Gradients, updates and activations over time, and the last distributions.
fn diagnostics_sections(all: &[Diagnostics], language: Language) -> Vec<Section> {
    let mut tensors: Vec<&str> = Vec::new();
    let mut layers: Vec<&str> = Vec::new();
    for one in all {
        for tensor in &one.tensors {
            if !tensors.contains(&tensor.tensor.as_str()) {
                tensors.push(&tensor.tensor);
            }
        }
        for layer in &one.activations {
            if !layers.contains(&layer.layer.as_str()) {
                layers.push(&layer.layer);
            }
        }
    }
    let of_tensors = |value: &dyn Fn(&thalweg_train::TensorDiagnostics) -> Option<f64>| -> Vec<Curve> {
        let curve = |name: &&str| {
            let points = all.iter().filter_map(|one| {
                let found = one.tensors.iter().find(|tensor| tensor.tensor == *name)?;
                Some((one.step as f64, value(found)?))
            });
            line((*name).to_owned(), points.collect())
        };
        tensors.iter().filter_map(curve).collect()
    };
    let of_layers = |value: &dyn Fn(&thalweg_train::ActivationDiagnostics) -> f64| -> Vec<Curve> {
        let curve = |name: &&str| {
            let points = all.iter().filter_map(|one| {
                let found = one.activations.iter().find(|layer| layer.layer == *name)?;
                Some((one.step as f64, value(found)))
            });
            line((*name).to_owned(), points.collect())
        };
        layers.iter().filter_map(curve).collect()
    };
    let moving = [
        (
            say(language, "Length of the gradients", "기울기의 크기"),
            say(language, "gradient norm", "기울기 노름"),
            of_tensors(&|one| Some(one.gradient_norm)),
        ),
        (
            say(language, "Updates beside weights", "가중치에 대한 갱신의 비"),
            say(language, "update / weight", "갱신 / 가중치"),
            of_tensors(&|one| one.update_ratio),
        ),
    ];
    let updates = moving
        .into_iter()
        .filter_map(|(title, up, curves)| figure(title, up, Scale::Logarithmic, curves, language));
    let mut sections = vec![Section::new(
        say(language, "Gradients and updates", "기울기와 갱신"),
        say(
            language,
            "Each parameter tensor in the last update before an evaluation. A gradient that shrinks from layer to layer \
             vanishes; an update far above a thousandth of the weights, or far below, asks for another learning rate.",
            "평가 직전의 갱신에서 본 매개변수 텐서들. 층을 거치며 작아지는 기울기는 사라지는 중이고, 갱신이 가중치의 천분의 일보다 \
             훨씬 크거나 작으면 학습률을 바꿔 볼 때이다.",
        ),
        updates.collect(),
    )];
    if layers.is_empty() {
        return sections;
    }
    let still = [
        (
            say(language, "Mean of the activations", "활성화 값의 평균"),
            say(language, "mean", "평균"),
            of_layers(&|one| one.mean),
        ),
        (
            say(language, "Spread of the activations", "활성화 값의 퍼짐"),
            say(language, "standard deviation", "표준편차"),
            of_layers(&|one| one.deviation),
        ),
        (
            say(language, "Dead units", "죽은 유닛"),
            say(language, "share that is 0 for every example", "모든 예제에서 0인 비율"),
            of_layers(&|one| one.dead),
        ),
    ];
    let mut blocks: Vec<Block> = still
        .into_iter()
        .filter_map(|(title, up, curves)| figure(title, up, Scale::Linear, curves, language))
        .collect();
    if let Some(last) = all.last() {
        let title = match language {
            Language::English => format!("Activations after {} updates", last.step),
            Language::Korean => format!("갱신 {}회 후의 활성화 값", last.step),
        };
        blocks.push(distributions(title, &last.activations));
    }
    sections.push(Section::new(
        say(language, "Activations", "활성화 값"),
        say(
            language,
            "On the first 256 training examples, layer by layer.",
            "처음 학습 예제 256개에 대해, 층마다.",
        ),
        blocks,
    ));
    sections
}
