//! The figures at the end of the runs as a table.

use super::language::in_language;
use super::quantities::{BEST, named, ranked};
use crate::time::time;
use thalweg_report::{Cell, Column, Language, Table};
use thalweg_workloads::study::{LineResult, Quantity, Shown, Study, StudyRun};

/// Which figures a study's table shows.
fn quantities(study: &Study) -> &'static [Quantity] {
    match study.shown {
        Shown::Loss => &[Quantity::TrainingLoss, Quantity::ValidationAccuracy, Quantity::TestAccuracy],
        Shown::Accuracy => {
            &[Quantity::TrainingAccuracy, Quantity::ValidationAccuracy, Quantity::TestAccuracy]
        }
        Shown::Activations => &[],
        Shown::Filters | Shown::Mistakes => &[Quantity::TrainingLoss, Quantity::TestAccuracy],
        Shown::Search => &[Quantity::ValidationAccuracy],
    }
}

/// Builds the table of the figures at the end of the runs, line by line, beside those of the book.
pub fn table(study: &Study, results: &[LineResult], language: Language) -> Table {
    let (study, results) = in_language(study, results, language);
    of(&study, &results, language)
}

/// Builds the table of a study whose texts are in the language already.
pub(super) fn of(study: &Study, results: &[LineResult], language: Language) -> Table {
    match study.shown {
        Shown::Activations => activation_table(results, language),
        Shown::Search => search_table(study, results, language),
        _ => line_table(study, results, language),
    }
}

fn line_table(study: &Study, results: &[LineResult], language: Language) -> Table {
    let words = language.words();
    let panels = results.iter().any(|result| !result.line.panel.is_empty());
    let seen = |quantity: &&Quantity| results.iter().any(|result| !result.finals(**quantity).is_empty());
    let quantities: Vec<Quantity> = quantities(study).iter().filter(seen).copied().collect();
    let book = |quantity: &Quantity| results.iter().any(|result| result.line.book.contains_key(quantity));
    let mut columns = Vec::new();
    if panels {
        columns.push(Column::text(words.panel()));
    }
    columns.push(Column::text(words.line()));
    for quantity in &quantities {
        columns.push(Column::number(named(*quantity, language)));
        if book(quantity) {
            columns.push(Column::number(words.in_the_book()));
        }
    }
    columns.push(Column::number(words.time_of_a_run()));
    let mut table = Table::new(columns);
    for result in results {
        let mut row: Vec<Cell> = Vec::new();
        if panels {
            row.push(result.line.panel.as_str().into());
        }
        row.push(result.line.name.as_str().into());
        for quantity in &quantities {
            row.push(spread(&result.finals(*quantity), result.runs.len(), language));
            if book(quantity) {
                let value = result.line.book.get(quantity);
                row.push(value.map_or_else(|| "".into(), |value| Cell::value(format!("{value}"), *value)));
            }
        }
        row.push(duration(&result.runs, language));
        table.push(row);
    }
    table
}

/// `0.132 ± 0.004`, or what happened instead.
fn spread(finals: &[f64], runs: usize, language: Language) -> Cell {
    let words = language.words();
    if finals.is_empty() {
        return words.diverged().into();
    }
    let n = finals.len() as f64;
    let mean = finals.iter().sum::<f64>() / n;
    let deviation = (finals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    let lost = runs - finals.len();
    let lost = if lost > 0 { format!(" ({})", words.runs_diverged(lost)) } else { String::new() };
    let text = if finals.len() > 1 {
        format!("{mean:.4} ± {deviation:.4}{lost}")
    } else {
        format!("{mean:.4}{lost}")
    };
    Cell::value(text, mean)
}

/// The median time that the updates of a run took, evaluations not counted.
fn duration(runs: &[StudyRun], language: Language) -> Cell {
    let times: Vec<f64> = runs.iter().filter_map(|run| Some(run.points.last()?.seconds)).collect();
    if times.is_empty() {
        return "".into();
    }
    let seconds = thalweg_lab::statistics::median(&times);
    let text = match seconds >= 10.0 {
        true => time(seconds, language),
        false => language.words().seconds(&format!("{seconds:.2}")),
    };
    Cell::value(text, seconds)
}

fn activation_table(results: &[LineResult], language: Language) -> Table {
    let words = language.words();
    let mut table = Table::new(vec![
        Column::text(words.line()),
        Column::text(words.layer()),
        Column::number(words.mean()),
        Column::number(words.deviation()),
        Column::number(words.exactly_zero()),
    ]);
    for result in results {
        for one in result.runs.first().into_iter().flat_map(|run| &run.activations) {
            table.push([
                result.line.name.as_str().into(),
                one.layer.as_str().into(),
                Cell::value(format!("{:.4}", one.mean), one.mean),
                Cell::value(format!("{:.4}", one.deviation), one.deviation),
                Cell::value(format!("{:.1} %", 100.0 * one.zeros), one.zeros),
            ]);
        }
    }
    table
}

fn search_table(study: &Study, results: &[LineResult], language: Language) -> Table {
    let words = language.words();
    let mut columns = vec![Column::text(words.trial())];
    columns.extend(study.searched.iter().map(|(name, _)| Column::number(name)));
    columns.push(Column::number(named(Quantity::ValidationAccuracy, language)));
    let mut table = Table::new(columns);
    for (result, _) in ranked(results).into_iter().take(BEST) {
        let mut row: Vec<Cell> = vec![result.line.name.as_str().into()];
        row.extend(result.line.drawn.iter().map(|value| Cell::value(format!("{value:.3e}"), *value)));
        row.push(spread(&result.finals(Quantity::ValidationAccuracy), result.runs.len(), language));
        table.push(row);
    }
    table
}
