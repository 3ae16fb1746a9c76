//! Every run of a comparison, to be looked up.

use super::table::rate;
use crate::language::say;
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
    let rows = rows(result, language);
    let has_test = rows.iter().any(|row| row.test.is_some());
    let columns = [
        ("rule", "규칙"),
        ("stage", "단계"),
        ("learning rate", "학습률"),
        ("others", "그 밖"),
        ("seed", "시드"),
        ("validation", "검증"),
        ("test", "시험"),
        ("steps", "갱신"),
    ];
    let columns = columns.iter().filter(|(english, _)| has_test || *english != "test");
    let cells = |row: Row| {
        let mut cells = vec![row.rule, row.stage, row.rate, row.others, row.seed, row.validation];
        cells.extend(has_test.then(|| row.test.unwrap_or_else(|| "–".into())));
        cells.push(row.steps);
        cells
    };
    Lookup {
        title: say(language, "All runs", "모든 실행"),
        columns: columns.map(|(english, korean)| say(language, english, korean)).collect(),
        rows: rows.into_iter().map(cells).collect(),
    }
    .into()
}

fn rows(result: &ProblemResult, language: Language) -> Vec<Row> {
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_string(), |value| format!("{value:.5}"));
    let mut rows = Vec::new();
    for rule in &result.rules {
        let tuning = rule.tuning.iter();
        for (number, trial) in tuning.clone().flat_map(|tuning| tuning.trials.iter().enumerate()) {
            let part = if trial.divisor > 1 { format!(" 1/{}", trial.divisor) } else { String::new() };
            rows.extend(trial.values.iter().map(|value| Row {
                rule: rule.label.clone(),
                stage: format!("{} {}{part}", say(language, "tuning", "탐색"), number + 1),
                rate: rate(trial.point.learning_rate),
                others: others(&trial.point.others),
                validation: match value {
                    Some(value) => format!("{value:.5}"),
                    None => say(language, "diverged", "발산"),
                },
                ..Row::default()
            }));
        }
        for candidate in tuning.flat_map(|tuning| &tuning.candidates) {
            rows.extend(candidate.confirmed.iter().map(|&value| Row {
                rule: rule.label.clone(),
                stage: say(language, "confirmation", "확인"),
                rate: rate(candidate.point.learning_rate),
                others: others(&candidate.point.others),
                validation: figure(value),
                ..Row::default()
            }));
        }
        rows.extend(rule.runs.iter().map(|run| Row {
            rule: rule.label.clone(),
            stage: say(language, "final", "최종"),
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
