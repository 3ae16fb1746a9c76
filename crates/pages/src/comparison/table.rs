//! The table of one problem, for the terminal and the page.

use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::digits::mean_and_deviation;
use thalweg_lab::experiment::Metric;
use thalweg_lab::search::show_rate;
use thalweg_lab::statistics::Summary;
use thalweg_report::{Cell, Column, Language, Table};

/// Builds the main table of one problem, with a row for each rule.
pub fn table(problem: &ProblemResult, language: Language) -> Table {
    let words = language.words();
    let has_test = problem.rules.iter().any(|rule| rule.test.is_some()) && !is_function(problem);
    let has_target = problem.rules.iter().any(|rule| rule.target.is_some());
    let mut columns = vec![
        Column::text(words.rule()),
        Column::number(words.learning_rate()).help(match is_function(problem) {
            true => words.rate_found(),
            false => words.rate_found_on_validation(),
        }),
    ];
    let searched = |rule: &RuleResult| rule.tuning.as_ref().is_some_and(|tuning| !tuning.others.is_empty());
    let has_others = problem.rules.iter().any(searched);
    if has_others {
        columns.push(Column::text(words.also_found()).help(words.also_found_help()));
    }
    columns.push(Column::number(validation(problem, language)));
    if has_test {
        let title = problem.metric.title(words, true);
        columns.push(Column::number(title).help(words.test_help()));
    }
    if has_target {
        columns.push(Column::number(words.steps_to_target()).help(words.steps_to_target_help()));
    }
    let has_wins = problem.rules.len() > 1 && problem.rules.iter().all(|rule| rule.wins_again.is_some());
    if has_wins {
        columns.push(Column::number(words.would_win_again()).help(words.would_win_again_help()));
    }
    columns.push(Column::number(words.time_per_step()));
    let mut table = Table::new(columns);
    // Where nothing is random there is no ranking, and nobody stands out.
    let best = problem.verdict.ranking.first().filter(|_| !problem.deterministic);
    for rule in &problem.rules {
        let name = Cell::rule(&rule.rule, &rule.label);
        let mut row = vec![if best == Some(&rule.label) { name.strong() } else { name }];
        row.push(Cell::value(format!("{}{}", chosen_rate(rule), edge(rule)), rule.learning_rate));
        if has_others {
            row.push(others(rule).into());
        }
        row.push(figure(&rule.validation, rule.diverged, language));
        if has_test {
            row.push(figure(&rule.test, rule.diverged, language));
        }
        if has_target {
            row.push(match rule.target.as_ref().and_then(|target| target.median) {
                Some(median) => Cell::value(format!("{median:.0}"), median),
                None => "–".into(),
            });
        }
        if has_wins {
            let share = rule.wins_again.unwrap_or(f64::NAN);
            row.push(Cell::value(format!("{:.0} %", 100.0 * share), share));
        }
        let time = rule.microseconds_per_step;
        row.push(Cell::value(if time < 1.0 { format!("{time:.3}") } else { format!("{time:.1}") }, time));
        table.push(row);
    }
    table
}

/// Writes an error in the units of a target: with four digits, and all of those before the point.
pub fn in_units(value: f64) -> String {
    let digits = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    match (-4.0..9.0).contains(&digits) {
        true => format!("{value:.*}", (3.0 - digits).max(0.0) as usize),
        false => format!("{value:.3e}"),
    }
}

/// Names the figure by which rates are chosen.
pub(super) fn validation(problem: &ProblemResult, language: Language) -> &'static str {
    problem.metric.title(language.words(), false)
}

pub(super) fn is_function(problem: &ProblemResult) -> bool {
    problem.metric == Metric::Value
}

fn edge(rule: &RuleResult) -> &'static str {
    match &rule.tuning {
        Some(tuning) if matches!(tuning.boundary, Boundary::Unresolved(_)) => "*",
        _ => "",
    }
}

/// The hyper-parameters found beside the rate.
fn others(rule: &RuleResult) -> String {
    let Some(tuning) = &rule.tuning else { return String::new() };
    let found = tuning.others.keys().map(|name| {
        let edge = if tuning.at_edge.contains(name) { "*" } else { "" };
        format!("{name} {}{edge}", show_rate(rule.hyperparameters[name]))
    });
    found.collect::<Vec<_>>().join(", ")
}

/// Returns the rate of a rule's final runs.
pub(super) fn chosen_rate(rule: &RuleResult) -> String {
    show_rate(rule.shown_rate(rule.learning_rate))
}

/// Returns a learning rate in three digits.
pub(super) fn rate(rate: f64) -> String {
    if (1e-3..1e3).contains(&rate) {
        format!("{:.1$}", rate, (2 - rate.log10().floor() as i32).max(0) as usize)
    } else {
        format!("{rate:.2e}")
    }
}

/// Returns a metric over some runs, and how many of them diverged.
pub(super) fn figure(summary: &Option<Summary>, diverged: usize, language: Language) -> Cell {
    let words = language.words();
    let Some(summary) = summary else { return words.diverged().into() };
    let mut text = mean_and_deviation(summary, 0);
    if diverged > 0 {
        text += &format!(" ({})", words.runs_diverged(diverged));
    }
    Cell::value(text, summary.mean)
}
