//! Every run of a comparison, to be looked up.

use super::table::rate;
use std::collections::BTreeMap;
use thalweg_lab::comparison::ProblemResult;
use thalweg_report::{Block, Language, Lookup};

/// A row of the list, before it is put into columns.
#[derive(Default)]
struct Row {
    rule: String,
    stage: String,
    rate: String,
    others: String,
    seed: String,
    validation: String,
    test: Option<String>,
    steps: String,
}

/// Lists every run, to be looked up.
pub(super) fn runs(result: &ProblemResult, language: Language) -> Block {
    let words = language.words();
    let rows = rows(result, language);
    let has_test = rows.iter().any(|row| row.test.is_some());
    let mut columns = vec![
        words.rule(),
        words.stage(),
        words.learning_rate(),
        words.others(),
        words.seed(),
        words.validation(),
    ];
    columns.extend(has_test.then(|| words.test()));
    columns.push(words.steps());
    let cells = |row: Row| {
        let mut cells = vec![row.rule, row.stage, row.rate, row.others, row.seed, row.validation];
        cells.extend(has_test.then(|| row.test.unwrap_or_else(|| "–".into())));
        cells.push(row.steps);
        cells
    };
    Lookup {
        title: words.all_runs().into(),
        columns: columns.into_iter().map(String::from).collect(),
        rows: rows.into_iter().map(cells).collect(),
    }
    .into()
}

fn rows(result: &ProblemResult, language: Language) -> Vec<Row> {
    let words = language.words();
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_string(), |value| format!("{value:.5}"));
    let mut rows = Vec::new();
    for rule in &result.rules {
        let tuning = rule.tuning.iter();
        for (number, trial) in tuning.clone().flat_map(|tuning| tuning.trials.iter().enumerate()) {
            let part = if trial.divisor > 1 { format!(" 1/{}", trial.divisor) } else { String::new() };
            rows.extend(trial.values.iter().map(|value| Row {
                rule: rule.label.clone(),
                stage: format!("{} {}{part}", words.tuning(), number + 1),
                rate: rate(trial.point.learning_rate),
                others: others(&trial.point.others),
                validation: match value {
                    Some(value) => format!("{value:.5}"),
                    None => words.diverged().into(),
                },
                ..Row::default()
            }));
        }
        for candidate in tuning.flat_map(|tuning| &tuning.candidates) {
            rows.extend(candidate.confirmed.iter().map(|&value| Row {
                rule: rule.label.clone(),
                stage: words.confirmation().into(),
                rate: rate(candidate.point.learning_rate),
                others: others(&candidate.point.others),
                validation: figure(value),
                ..Row::default()
            }));
        }
        rows.extend(rule.runs.iter().map(|run| Row {
            rule: rule.label.clone(),
            stage: words.final_stage().into(),
            rate: rate(rule.learning_rate),
            others: others(&rule.hyperparameters),
            seed: run.seed.to_string(),
            validation: figure(run.outcome.figure()),
            test: run.outcome.test.filter(|_| run.outcome.unsealed).map(|test| figure(Some(test))),
            steps: run.outcome.training_loss.steps.last().map(ToString::to_string).unwrap_or_default(),
        }));
    }
    rows
}

/// The hyper-parameters beside the rate.
fn others(hyperparameters: &BTreeMap<String, f64>) -> String {
    let named = hyperparameters.iter().filter(|(name, _)| *name != "learning_rate");
    named.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}
