//! The book's studies, as `thalweg run` carries them out, in seconds or at full size.

use super::digits;
use super::entry::Request;
use super::sheet::{Drawn, Sheet};
use crate::commands::compare::threads;
use crate::failure::Failure;
use crate::interrupt;
use crate::language::Language;
use thalweg::lab::experiment::Length;
use thalweg::pages;
use thalweg::report::{Cell, Column, Table};
use thalweg::train::ActivationDiagnostics;
use thalweg::workloads::engine::vocabulary;
use thalweg::workloads::study::{LineResult, Quantity, Shown, Study, run};

/// A file of experiments/book.
macro_rules! book {
    ($name:literal) => {
        include_str!(concat!("../../../../../experiments/book/", $name, ".toml"))
    };
}

pub(super) const ACTIVATIONS: &str = book!("activations");
pub(super) const BATCH_NORM: &str = book!("batch-norm");
pub(super) const CONVNET: &str = book!("convnet");
pub(super) const DROPOUT: &str = book!("overfit-dropout");
pub(super) const FILTERS: &str = book!("filters");
pub(super) const MISTAKES: &str = book!("mistakes");
pub(super) const OPTIMIZERS: &str = book!("optimizers");
pub(super) const RANDOM_SEARCH: &str = book!("random-search");
pub(super) const TWO_LAYERS: &str = book!("two-layer");
pub(super) const WEIGHT_DECAY: &str = book!("overfit-weight-decay");
pub(super) const WEIGHT_INIT: &str = book!("weight-init");
pub(super) const ZEROS: &str = book!("zeros");

/// A study of the book. The parts are TOML.
pub(super) struct BookStudy {
    /// The file.
    pub(super) text: &'static str,
    /// What a section shows of it.
    pub(super) chosen: &'static str,
    /// What makes it short.
    pub(super) smaller: &'static str,
}

/// Carries a study out and shows its table, its curves and its page.
pub(super) fn study(request: &Request, book: &BookStudy) -> Result<Sheet, Failure> {
    let (language, words) = (request.language, request.language.words());
    let mut sheet = Sheet::default();
    let basis =
        format!("seed = {}\n[problem]\ndataset = \"{}\"", request.seed, digits::name(request, &mut sheet));
    let read = |changes: &[&str]| Study::parse_changed("learn.toml", book.text, changes, &vocabulary());
    let whole = read(&[book.chosen, &basis])?;
    let mut study = if request.full { whole.clone() } else { read(&[book.chosen, book.smaller, &basis])? };
    if !request.full && !book.smaller.is_empty() {
        sheet.text(words.smaller_than_the_book(&amount(&study, language), &amount(&whole, language)));
    }
    for line in &mut study.lines {
        line.name = words.line_of_a_study(&line.name);
    }
    let stop = interrupt::flag()?;
    let runs: usize = study.lines.iter().map(|line| line.cells.len()).sum();
    let results = run(&study, &request.source, threads(None), &stop, &|_, _| {})?;
    if results.iter().map(|line| line.runs.len()).sum::<usize>() < runs {
        return Err(Failure::Interrupted(words.interrupted_study().into()));
    }
    sheet.table(match study.shown {
        Shown::Activations => histograms(&results, language),
        _ => pages::study::table(&study, &results, language),
    });
    let page = pages::study(&study, &results, &request.source, "", language)?;
    page.conclusion.iter().for_each(|sentence| sheet.text(sentence));
    draw(&study, &results, &mut sheet, language);
    page.sections.into_iter().for_each(|section| sheet.section(section));
    Ok(sheet)
}

/// How much a study does: runs, their length, examples.
fn amount(study: &Study, language: Language) -> String {
    let words = language.words();
    let runs = study.lines.iter().map(|line| line.cells.len()).sum();
    let Some(line) = study.lines.first() else { return String::new() };
    let length = match line.problem.length {
        Length::Steps(steps) => words.so_many_updates(steps),
        Length::Epochs(epochs) => words.so_many_epochs(epochs),
    };
    words.amount_of_a_study(runs, &length, line.problem.examples)
}

/// Draws the curves in the terminal, where there are few.
fn draw(study: &Study, results: &[LineResult], sheet: &mut Sheet, language: Language) {
    let words = language.words();
    let held_out = if study.test_curve { Quantity::TestAccuracy } else { Quantity::ValidationAccuracy };
    let of_test = if study.test_curve { words.test_accuracy() } else { words.validation_accuracy() };
    let quantities = match study.shown {
        Shown::Loss => vec![(Quantity::TrainingLoss, words.training_loss())],
        Shown::Accuracy => vec![(Quantity::TrainingAccuracy, words.training_accuracy()), (held_out, of_test)],
        _ => return,
    };
    let mut lines = Vec::new();
    for result in results.iter().filter(|result| result.line.panel.is_empty()) {
        for (quantity, name) in &quantities {
            let Some(run) = result.runs.first() else { continue };
            let label = if quantities.len() > 1 {
                format!("{}, {name}", result.line.name)
            } else {
                result.line.name.clone()
            };
            lines.push(Drawn::new(
                label,
                run.curve(*quantity).into_iter().map(|(step, value)| [step, value]).collect(),
            ));
        }
    }
    if !lines.is_empty() {
        sheet.plot(&lines);
    }
}

/// The activations of each line, layer by layer, as small histograms.
fn histograms(results: &[LineResult], language: Language) -> Table {
    let words = language.words();
    let mut table = Table::new(vec![
        Column::text(words.line()),
        Column::text(words.layer()),
        Column::text(words.histogram()),
    ]);
    table.columns.extend([words.mean(), words.deviation()].map(Column::number));
    for result in results {
        for one in result.runs.first().into_iter().flat_map(|run| &run.activations) {
            table.push([
                result.line.name.as_str().into(),
                one.layer.as_str().into(),
                bars(one).into(),
                Cell::value(format!("{:.3}", one.mean), one.mean),
                Cell::value(format!("{:.3}", one.deviation), one.deviation),
            ]);
        }
    }
    table
}

/// A histogram in letters.
fn bars(one: &ActivationDiagnostics) -> String {
    // The first is a letter of braille without dots: spaces side by side would be one.
    const LEVELS: [char; 9] = ['\u{2800}', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let per_letter = one.counts.len().div_ceil(20).max(1);
    let sums: Vec<u64> = one.counts.chunks(per_letter).map(|chunk| chunk.iter().sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    let letter = |count: &u64| LEVELS[(count * 8).div_ceil(most) as usize];
    format!("│{}│", sums.iter().map(letter).collect::<String>())
}
