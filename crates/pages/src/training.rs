//! A training run as a page: curves, diagnostics of the network, the network itself.

use crate::comparison::in_units;
use crate::distributions::distributions;
use crate::error::PageError;
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
    let words = language.words();
    let Training { settings, record, test, given_back, plan, command } = shown;
    let rule = format!("{} ({})", settings.rule.rule, settings.rule.dialect);
    let mut page = Page::new(language, words.training_title(&settings.dataset, &rule));
    let steps = record.last().map_or(0, |point| point.step);
    page.subtitle = words.training_subtitle(steps, settings.batch, settings.seed);
    page.table = Some(results(record, *test, language));
    page.sections.push(curves(&record.points, language));
    if let Some((shape, images, outputs)) = given_back {
        page.sections.push(reconstructions(*shape, images, outputs, language)?);
    }
    if !record.diagnostics.is_empty() {
        page.sections.extend(diagnostics_sections(&record.diagnostics, language));
    }
    page.sections.push(network(plan, language));
    page.reproduce = vec![(words.command().into(), command.clone())];
    Ok(page)
}

/// Images and, below each row of them, their reconstructions.
fn reconstructions(
    shape: Image,
    images: &[f32],
    outputs: &[f32],
    language: Language,
) -> Result<Section, PageError> {
    let words = language.words();
    let size = shape.width * shape.height;
    let grid = |title: &str, pixels: &[f32]| {
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
    let blocks =
        vec![grid(words.images_given(), images)?.into(), grid(words.images_given_back(), outputs)?.into()];
    Ok(Section::new(words.given_back(), "", blocks))
}

/// The figures of predicted values, by the names that all languages use.
const VALUE_ERRORS: [&str; 3] = ["RMSE", "MAE", "R²"];

fn results(record: &Record, test: Option<Evaluation>, language: Language) -> Table {
    let words = language.words();
    let last = record.last();
    let evaluations = [
        (words.training(), last.and_then(|point| point.training)),
        (words.validation(), last.and_then(|point| point.validation)),
        (words.test(), test),
    ];
    let are_values = evaluations.iter().any(|(_, one)| one.is_some_and(|one| one.values.is_some()));
    let figures: &[&str] = if are_values { &VALUE_ERRORS } else { &[words.accuracy()] };
    let mut columns = vec![Column::text(words.examples()), Column::number(words.loss())];
    columns.extend(figures.iter().map(|figure| Column::number(*figure)));
    columns.push(Column::number(words.how_many()));
    let mut table = Table::new(columns);
    for (name, evaluation) in evaluations {
        let Some(evaluation) = evaluation else { continue };
        let four = |value: f64| Cell::value(format!("{value:.4}"), value);
        let mut row = vec![name.into(), four(evaluation.loss)];
        match evaluation.values {
            Some(errors) => {
                row.extend([errors.rmse, errors.mae].map(|error| Cell::value(in_units(error), error)));
                row.push(four(errors.r2));
            }
            None => row.push(evaluation.accuracy.map_or_else(|| "".into(), four)),
        }
        row.push(Cell::value(evaluation.examples.to_string(), evaluation.examples as f64));
        table.push(row);
    }
    table
}

/// One line of a figure.
fn line(label: &str, values: Vec<(f64, f64)>) -> Option<Curve> {
    let (steps, values): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
    (!steps.is_empty()).then(|| Curve { rule: label.into(), label: label.into(), steps, runs: vec![values] })
}

/// The looks of batches, training examples, validation examples: grey, blue, orange, as those rules have them.
const LOOKS: [&str; 3] = ["sgd", "adam", "momentum"];

fn figure(title: &str, up: &str, scale: Scale, curves: Vec<Curve>, language: Language) -> Option<Block> {
    let words = language.words();
    let across = words.update().into();
    (!curves.is_empty()).then(|| {
        let figure = Curves { title: title.into(), across, up: up.into(), scale, band: Band::Range, curves }
            .figure(language);
        // A single run has no band to explain.
        thalweg_report::Figure { caption: String::new(), ..figure }.into()
    })
}

fn curves(points: &[Point], language: Language) -> Section {
    let words = language.words();
    let take = |label: &str, look: &str, value: &dyn Fn(&Point) -> Option<f64>| {
        let values = points.iter().filter_map(|point| Some((point.step as f64, value(point)?))).collect();
        Some(Curve { rule: look.to_owned(), ..line(label, values)? })
    };
    let [batches, training, validation] = LOOKS;
    let named = |look: &str| match look {
        look if look == batches => words.batches(),
        look if look == training => words.training(),
        _ => words.validation(),
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
    let errors: [(&str, Value<'_>); 2] = [
        (training, &|point| Some(point.training?.values?.rmse)),
        (validation, &|point| Some(point.validation?.values?.rmse)),
    ];
    let (losses, accuracies, errors) = (drawn(&loss), drawn(&accuracy), drawn(&errors));
    let [rmse, ..] = VALUE_ERRORS;
    let rate = |point: &Point| point.learning_rate.filter(|_| point.step > 0);
    let changes = points.iter().filter_map(rate).any(|one| Some(one) != points.iter().find_map(rate));
    let rates = if changes { take(words.learning_rate(), training, &rate) } else { None };
    let figures = [
        figure(words.loss_title(), words.loss(), Scale::Logarithmic, losses, language),
        figure(words.accuracy_title(), words.accuracy(), Scale::Linear, accuracies, language),
        figure(rmse, rmse, Scale::Logarithmic, errors, language),
        figure(
            words.learning_rate_title(),
            words.learning_rate(),
            Scale::Linear,
            rates.into_iter().collect(),
            language,
        ),
    ];
    Section::new(words.curves(), "", figures.into_iter().flatten().collect())
}

/// Gradients, updates and activations over time, and the last distributions.
fn diagnostics_sections(all: &[Diagnostics], language: Language) -> Vec<Section> {
    let words = language.words();
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
            line(name, points.collect())
        };
        tensors.iter().filter_map(curve).collect()
    };
    let of_layers = |value: &dyn Fn(&thalweg_train::ActivationDiagnostics) -> f64| -> Vec<Curve> {
        let curve = |name: &&str| {
            let points = all.iter().filter_map(|one| {
                let found = one.activations.iter().find(|layer| layer.layer == *name)?;
                Some((one.step as f64, value(found)))
            });
            line(name, points.collect())
        };
        layers.iter().filter_map(curve).collect()
    };
    let moving = [
        (words.gradient_norms(), words.gradient_norm(), of_tensors(&|one| Some(one.gradient_norm))),
        (words.update_ratios(), words.update_ratio(), of_tensors(&|one| one.update_ratio)),
    ];
    let updates = moving
        .into_iter()
        .filter_map(|(title, up, curves)| figure(title, up, Scale::Logarithmic, curves, language));
    let mut sections = vec![Section::new(
        words.gradients_and_updates(),
        words.gradients_and_updates_about(),
        updates.collect(),
    )];
    if layers.is_empty() {
        return sections;
    }
    let still = [
        (words.mean_of_activations(), words.mean(), of_layers(&|one| one.mean)),
        (words.spread_of_activations(), words.standard_deviation(), of_layers(&|one| one.deviation)),
        (words.dead_units(), words.share_of_zeros(), of_layers(&|one| one.dead)),
    ];
    let mut blocks: Vec<Block> = still
        .into_iter()
        .filter_map(|(title, up, curves)| figure(title, up, Scale::Linear, curves, language))
        .collect();
    if let Some(Block::Figure(dead)) = blocks.last_mut() {
        dead.layout["yaxis"]["range"] = crate::number::SHARES.into();
    }
    if let Some(last) = all.last() {
        let title = words.activations_after(last.step);
        blocks.push(distributions(title, &last.activations));
    }
    sections.push(Section::new(words.activations(), words.activations_about(), blocks));
    sections
}
