//! How much the learning rate matters, in figures: the results at the defaults, the width of the good range, the distance to
//! the cliff.

use super::table::{figure, rate, validation};
use thalweg_lab::comparison::{DefaultResult, ProblemResult, RuleResult};
use thalweg_lab::search::show_rate;
use thalweg_report::{Block, Cell, Column, Language, Table};

/// Shows each rule at its defaults and tuned, and the range of rates that do as well as the one that was found. Returns nothing
/// if no rule was tuned.
pub(super) fn rate_tolerance(result: &ProblemResult, language: Language) -> Vec<Block> {
    let words = language.words();
    let tuned = || result.rules.iter().filter(|rule| rule.tuning.is_some());
    if tuned().next().is_none() {
        return vec![];
    }
    let has_defaults = tuned().any(|rule| rule.default.is_some());
    let has_tolerance = tuned().any(|rule| result.tolerance(rule).is_some());
    let mut columns = vec![Column::text(words.rule())];
    if has_defaults {
        columns.push(Column::number(words.default_rate()));
        columns.push(Column::number(words.at_its_defaults()).help(format!(
            "{}: {}",
            validation(result, language),
            words.nothing_tuned()
        )));
    }
    columns.push(Column::number(words.tuned_rate()));
    columns.push(Column::number(words.tuned()).help(validation(result, language)));
    if has_tolerance {
        columns.push(Column::text(words.as_good_between()).help(words.as_good_between_help()));
        columns.push(Column::number(words.decades()).help(words.decades_help()));
        columns.push(Column::number(words.collapses_at()).help(words.collapses_at_help()));
    }
    let mut table = Table::new(columns);
    for rule in tuned() {
        table.push(row(result, rule, (has_defaults, has_tolerance), language));
    }
    let title = words.tuning_gained().into();
    vec![Block::Text(title), table.into()]
}

fn row(
    result: &ProblemResult,
    rule: &RuleResult,
    (has_defaults, has_tolerance): (bool, bool),
    language: Language,
) -> Vec<Cell> {
    let words = language.words();
    let mut row = vec![Cell::rule(&rule.rule, &rule.label)];
    let number = |value: f64| Cell::value(rate(value), value);
    let searched = |value: f64| show_rate(rule.shown_rate(value));
    if has_defaults {
        let default_rate = |default: &DefaultResult| default.hyperparameters.get("learning_rate").copied();
        let default = rule.default.as_ref();
        row.push(default.and_then(default_rate).map_or("–".into(), number));
        row.push(
            default.map_or("–".into(), |default| figure(&default.validation, default.diverged, language)),
        );
    }
    row.push(Cell::value(searched(rule.learning_rate), rule.learning_rate));
    row.push(figure(&rule.validation, rule.diverged, language));
    if !has_tolerance {
        return row;
    }
    let Some(tolerance) = result.tolerance(rule) else {
        row.extend(["–".into(), "–".into(), "–".into()]);
        return row;
    };
    row.push(format!("{} … {}", searched(tolerance.from), searched(tolerance.to)).into());
    row.push(Cell::value(format!("{:.1}", tolerance.decades()), tolerance.decades()));
    row.push(match (tolerance.cliff, tolerance.cliff_distance(rule.learning_rate)) {
        (Some(cliff), Some(distance)) => Cell::value(format!("{} ({distance:.1})", searched(cliff)), cliff),
        _ => words.not_seen().into(),
    });
    row
}
