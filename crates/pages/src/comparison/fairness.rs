//! What each rule was given, and what of it may have been unfair.

use super::table::rate;
use thalweg_lab::comparison::{Boundary, Comparison, ProblemResult};
use thalweg_lab::experiment::{Experiment, Problem, SearchKind};
use thalweg_lab::search::show_rate;
use thalweg_lab::verdict::MeasuredOn;
use thalweg_report::{Block, Cell, Column, Language, Table};

/// Says what each rule was given, and what of it may have been unfair.
pub(super) fn fairness(
    comparison: &Comparison,
    experiment: &Experiment,
    problem: &Problem,
    result: &ProblemResult,
    language: Language,
) -> Vec<Block> {
    let words = language.words();
    let protocol = experiment.protocol_for(problem);
    let mut table = Table::new(vec![
        Column::text(words.rule()),
        Column::number(words.trials()).help(words.trials_help()),
        Column::number(words.hyperparameters()).help(words.hyperparameters_help()),
        Column::text(words.rates_searched()),
        Column::text(words.at_the_edge()),
        Column::number(words.winners_curse()).help(words.winners_curse_help()),
        Column::number(words.final_seeds()),
        Column::number(words.diverged()),
    ]);
    for rule in &result.rules {
        let mut row = vec![Cell::rule(&rule.rule, &rule.label)];
        match &rule.tuning {
            Some(tuning) => {
                let trials = tuning.trials.len();
                row.push(Cell::value(format!("{trials} × {}", protocol.tuning_seeds), trials as f64));
                let dimensions = tuning.others.len() + usize::from(tuning.asked.is_some());
                row.push(Cell::value(dimensions.to_string(), dimensions as f64));
                row.push(match &tuning.searched {
                    Some(range) => format!("{} … {}", show_rate(range.from), show_rate(range.to)).into(),
                    None => rate(rule.learning_rate).into(),
                });
                let mut edges: Vec<String> = tuning.at_edge.clone();
                match tuning.boundary {
                    Boundary::Unresolved(_) => edges.insert(0, words.learning_rate().into()),
                    Boundary::Extended => edges.insert(0, words.range_grew().into()),
                    Boundary::Inside => {}
                }
                row.push(if edges.is_empty() { words.no().into() } else { edges.join(", ") }.into());
                row.push(match tuning.selection_drop {
                    Some(drop) => Cell::value(format!("{drop:+.4}"), drop),
                    None => "–".into(),
                });
            }
            None => {
                row.push("0".into());
                row.push("0".into());
                row.push(rate(rule.learning_rate).into());
                row.extend(["–".into(), "–".into()]);
            }
        }
        let tried = rule.tuning.iter().flat_map(|tuning| &tuning.trials).map(|trial| trial.diverged());
        let diverged = tried.sum::<usize>() + rule.diverged;
        row.push(Cell::value(rule.runs.len().to_string(), rule.runs.len() as f64));
        row.push(Cell::value(diverged.to_string(), diverged as f64));
        table.push(row);
    }
    let splits = match result.verdict.measured_on {
        MeasuredOn::Test => words.chosen_on_validation_tested_once(),
        MeasuredOn::Validation => words.chosen_and_judged_on_validation(),
        MeasuredOn::Function => words.no_data(),
    };
    let search = match protocol.search {
        SearchKind::Grid => words.search_on_a_grid(),
        SearchKind::Random => words.search_at_random(),
        SearchKind::Sobol => words.search_by_sobol(),
    };
    let mut blocks = vec![Block::Text(words.was_it_fair(search, splits, &comparison.code))];
    blocks.extend(protocol.halving.map(|factor| Block::Text(words.halved(factor))));
    blocks.push(table.into());
    blocks
}
