//! `thalweg check-gradients`: backpropagation against central differences.

use crate::experiment::{Training, TrainingArguments};
use crate::failure::Failure;
use crate::language::words;
use crate::output;
use serde_json::json;
use thalweg::arena::Arena;
use thalweg::nn::{Session, check_gradients, initialise};
use thalweg::report::{Cell, Column, Table};
use thalweg::train::{check_memory, derive, fill, network};

/// Compare backpropagation with central differences, parameter by parameter
#[derive(clap::Args)]
#[command(after_help = "\
The comparison is made in f64 on the first examples of the training part, with biases a little off 0. It fails (exit status 1) \
when a gradient is off by more than the tolerance.

Examples:
  thalweg check-gradients
  thalweg check-gradients --dataset mnist --hidden 50 --activation sigmoid --initial 0.01 --count 3")]
pub(crate) struct Arguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// How many examples the loss is taken over
    #[arg(long, default_value_t = 3, value_parser = super::predict::at_least_one)]
    count: usize,
    /// Elements compared in each tensor, evenly spread; 0 for all
    #[arg(long, default_value_t = 1000)]
    sample: usize,
    /// The largest relative difference that passes
    #[arg(long, default_value_t = 1e-4)]
    tolerance: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    if !(arguments.tolerance > 0.0) {
        return Err(Failure::new(format!(
            "--tolerance {} is out of range; it must be above 0",
            arguments.tolerance
        )));
    }
    let Training { settings, dataset } = arguments.training.load()?;
    let model = network::<f64>(&settings, &dataset)?;
    check_memory(&model, arguments.count)?;
    let initial = settings.initial.parse()?;
    let mut parameters = initialise(&model.graph, initial, derive(settings.seed, "initial values"));
    move_biases(&mut parameters);
    let count = arguments.count.min(dataset.train.len());
    let mut session = Session::training(&model.graph, count, model.loss, &[])?;
    let indices: Vec<u32> = (0..count as u32).collect();
    fill(&mut session, &model, &dataset.train, &indices, true)?;
    let sample = (arguments.sample > 0).then_some(arguments.sample);
    let checks = check_gradients(&mut session, parameters.values(), sample)?;
    // A relu whose input lies within the step of its kink has no difference quotient to compare with: `max` shows it.
    let failed: Vec<&str> = checks
        .iter()
        .filter(|check| !(check.max_relative_difference <= arguments.tolerance))
        .map(|check| check.name.as_str())
        .collect();
    if arguments.json {
        let rows: Vec<_> = checks
            .iter()
            .map(|check| {
                json!({
                    "parameter": check.name,
                    "compared": check.compared,
                    "mean_absolute_difference": check.mean_absolute_difference,
                    "max_relative_difference": check.max_relative_difference,
                    "passed": check.max_relative_difference <= arguments.tolerance,
                })
            })
            .collect();
        output::json(&json!({ "examples": count, "tolerance": arguments.tolerance, "parameters": rows }))?;
    } else {
        let mut table = Table::new(vec![
            Column::text(words().parameter()),
            Column::number(words().compared()),
            Column::number(words().mean_absolute_difference()),
            Column::number(words().largest_relative_difference()),
            Column::text(""),
        ]);
        for check in &checks {
            let passed =
                if failed.contains(&check.name.as_str()) { words().failed_check() } else { words().ok() };
            table.push([
                Cell::from(check.name.as_str()),
                Cell::from(check.compared.to_string().as_str()),
                Cell::from(format!("{:.2e}", check.mean_absolute_difference).as_str()),
                Cell::from(format!("{:.2e}", check.max_relative_difference).as_str()),
                Cell::from(passed),
            ]);
        }
        output::line(table.to_text(crate::output::width()).trim_end())?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    if checks.iter().any(|check| !check.mean_absolute_difference.is_finite()) {
        return Err(Failure::new(
            "the gradients are not finite: the initial weights are too large; try --initial he",
        ));
    }
    Err(Failure::new(format!(
        "backpropagation and central differences disagree on {} by more than {}; a relu close to its kink can do that (try \
         another --seed), anything else is a wrong gradient",
        failed.join(", "),
        arguments.tolerance
    )))
}

/// Moves biases away from 0: a filter that sees a black corner of an image would otherwise be right at the kink of its relu.
fn move_biases(parameters: &mut Arena<f64>) {
    let layout = parameters.layout().clone();
    for tensor in layout.tensors().iter().filter(|tensor| tensor.shape.len() < 2) {
        for (at, value) in parameters.values_mut()[tensor.range.clone()].iter_mut().enumerate() {
            // Spread evenly over ±0.01, without repetition.
            *value += 0.02 * ((at + 1) as f64 * 0.618_033_988_749).fract() - 0.01;
        }
    }
}
