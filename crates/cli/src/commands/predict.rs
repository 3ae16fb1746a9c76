//! `thalweg predict`: what a trained network says of single examples.

use super::evaluate::TrainedArguments;
use crate::failure::Failure;
use crate::language::words;
use crate::output;
use serde_json::json;
use std::io::IsTerminal;
use thalweg::data::picture::{Colour, Picture};
use thalweg::data::{Examples, TargetKind};
use thalweg::pages::comparison::in_units;
use thalweg::train::{Evaluator, Prediction};

/// Classify examples with trained weights, or predict their values
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg predict run.safetensors --dataset digits --index 0 --count 5
  thalweg predict houses.safetensors --dataset csv:without-prices.csv
  thalweg predict mnist-784-50-100-10.npz --dataset mnist --show")]
pub(crate) struct Arguments {
    #[command(flatten)]
    trained: TrainedArguments,
    /// The first example, counted from 0
    #[arg(long, default_value_t = 0)]
    index: usize,
    /// How many examples [default: 1, and all of data without targets]
    #[arg(long, value_parser = at_least_one)]
    count: Option<usize>,
    /// Draw each image
    #[arg(long)]
    show: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Parses a whole number that is not 0.
pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("it must be a whole number of at least 1".into()),
        Ok(number) => Ok(number),
    }
}

/// Says what the network predicts of values, and what they are, if that is known.
fn say_values(
    arguments: &Arguments,
    predicted: &[Vec<f64>],
    known: Option<&Examples>,
) -> Result<(), Failure> {
    let values = known.and_then(Examples::values);
    let width = predicted.first().map_or(1, Vec::len).max(1);
    let value = |row: usize| values.as_ref().map(|values| &values[row * width..(row + 1) * width]);
    if arguments.json {
        let rows = predicted.iter().enumerate().map(|(row, predicted)| {
            json!({ "index": arguments.index + row, "predicted": predicted, "value": value(row) })
        });
        return output::json(&rows.collect::<Vec<_>>());
    }
    let list = |values: &[f64]| values.iter().map(|value| in_units(*value)).collect::<Vec<_>>().join(", ");
    for (row, predicted) in predicted.iter().enumerate() {
        let truth =
            value(row).map(|value| format!(" {}", words().and_really(&list(value)))).unwrap_or_default();
        output::line(format!("{}: {}{truth}", arguments.index + row, list(predicted)))?;
    }
    Ok(())
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let (weights, dataset) = arguments.trained.load()?;
    let part = dataset.part(arguments.trained.split);
    let available = part.len();
    let count = arguments.count.unwrap_or(if dataset.has_targets { 1 } else { usize::MAX });
    let end = arguments.index.saturating_add(count).min(available);
    if arguments.index >= end {
        return Err(Failure::new(format!(
            "there is no example {}; {} {} has {available}, counted from 0",
            arguments.index, dataset.name, arguments.trained.split
        )));
    }
    let chosen = part.slice(arguments.index..end);
    let mut evaluator = Evaluator::new(weights.model, 100);
    evaluator.set_statistics(weights.statistics.values());
    if dataset.target_kind() == TargetKind::Values && !evaluator.reconstructs() {
        let predicted = evaluator.values(&weights.parameters, &chosen)?;
        return say_values(&arguments, &predicted, dataset.has_targets.then_some(&chosen));
    }
    let scores = evaluator.scores(&weights.parameters, &chosen)?;
    let predictions: Vec<Prediction> = scores.iter().map(|row| Prediction::of(row)).collect();
    let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let label = |row: usize| {
        let label = if dataset.has_targets { chosen.label(row) } else { None };
        label.map(|label| name(label as usize))
    };
    if arguments.json {
        let rows = predictions.iter().enumerate().map(|(row, prediction)| {
            json!({
                "index": arguments.index + row,
                "predicted": name(prediction.class),
                "probability": prediction.probability,
                "scores": scores[row],
                "label": label(row),
            })
        });
        return output::json(&rows.collect::<Vec<_>>());
    }
    for (row, prediction) in predictions.iter().enumerate() {
        if arguments.show {
            let colour = if std::io::stdout().is_terminal() { Colour::True } else { Colour::None };
            output::drawing(Picture::of(&dataset, &chosen, row)?.terminal(colour).trim_end_matches('\n'))?;
        }
        let truth = match &label(row) {
            Some(label) if *label == name(prediction.class) => format!(" {}", words().and_right(label)),
            Some(label) => format!(" {}", words().and_wrong(label)),
            None => String::new(),
        };
        let (index, percent) = (arguments.index + row, prediction.probability * 100.0);
        let class = words().predicted_with(&name(prediction.class), percent);
        output::line(format!("{index}: {class}{truth}"))?;
    }
    Ok(())
}
