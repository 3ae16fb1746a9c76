//! Which rule reaches the target in fewer steps.

use super::in_language;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::verdict::{TargetPair, TargetTime};
use thalweg_report::{Block, Cell, Column, Language, Table};

/// Returns the verdict on the steps to the target: its sentence, and a table with a row for each rule.
pub(super) fn time_to_target(result: &ProblemResult, language: Language) -> Vec<Block> {
    let Some(verdict) = &result.target_verdict else { return vec![] };
    let words = language.words();
    let mut columns = vec![
        Column::text(words.rule()),
        Column::number(words.mean_steps_to_target()).help(words.mean_steps_to_target_help()),
        Column::number(words.reached()),
    ];
    if !verdict.pairs.is_empty() {
        columns.push(Column::number(words.behind_the_fastest()).help(words.behind_the_fastest_help()));
        columns.push(Column::number(words.log_rank_p()).help(words.log_rank_p_help()));
    }
    let mut table = Table::new(columns);
    let fastest = verdict.rules.first().map(|rule| rule.label.as_str());
    for time in &verdict.rules {
        let rule = result.rules.iter().find(|rule| rule.label == time.label);
        let pair = verdict
            .pairs
            .iter()
            .find(|pair| Some(pair.faster.as_str()) == fastest && pair.slower == time.label);
        let mut row = vec![
            Cell::rule(rule.map_or("", |rule| &rule.rule), &time.label),
            mean(time),
            Cell::value(format!("{} / {}", time.reached, time.runs), time.reached as f64),
        ];
        if !verdict.pairs.is_empty() {
            row.push(pair.map_or("–".into(), |pair| behind(pair, language)));
            row.push(match pair.and_then(|pair| pair.log_rank) {
                Some(test) => Cell::value(p_value(test.p_value), test.p_value),
                None => "–".into(),
            });
        }
        table.push(row);
    }
    vec![Block::Text(in_language(&verdict.sentence, language)), table.into()]
}

fn mean(time: &TargetTime) -> Cell {
    let text = match time.standard_error {
        Some(error) => format!("{:.0} ± {error:.0}", time.mean),
        None => format!("{:.0}", time.mean),
    };
    Cell::value(text, time.mean)
}

fn behind(pair: &TargetPair, language: Language) -> Cell {
    let (Some(difference), Some(interval)) = (pair.difference, pair.interval) else { return "–".into() };
    let [low, high] = [interval.low, interval.high].map(|steps| format!("{steps:.0}"));
    let text = format!("{difference:.0} ({})", language.words().interval(&low, &high));
    Cell::value(text, difference)
}

fn p_value(p: f64) -> String {
    if p < 0.0005 { "< 0.001".into() } else { format!("{p:.3}") }
}
