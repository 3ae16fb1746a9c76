//! Every run of a comparison, to be looked up.

use super::table::rate;
use crate::language::say;
use thalweg::lab::comparison::ProblemResult;
use thalweg::report::{Block, Language, Lookup};

/// Lists every run, to be looked up.
pub(super) fn runs(result: &ProblemResult, language: Language) -> Block {
    let words = [
        ("rule", "규칙"),
        ("stage", "단계"),
        ("learning rate", "학습률"),
        ("others", "그 밖"),
        ("seed", "시드"),
        ("validation", "검증"),
        ("test", "시험"),
        ("steps", "갱신"),
    ];
    let others = |hyperparameters: &std::collections::BTreeMap<String, f64>| {
        let named = hyperparameters.iter().filter(|(name, _)| *name != "learning_rate");
        named.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_string(), |value| format!("{value:.5}"));
    let mut rows = Vec::new();
    for rule in &result.rules {
        let tuning = rule.tuning.iter();
        for (number, trial) in tuning.clone().flat_map(|tuning| tuning.trials.iter().enumerate()) {
            for &value in &trial.values {
                let value =
                    value.map_or_else(|| say(language, "diverged", "발산"), |value| format!("{value:.5}"));
                let part = if trial.divisor > 1 { format!(" 1/{}", trial.divisor) } else { String::new() };
                rows.push(vec![
                    rule.label.clone(),
                    format!("{} {}{part}", say(language, "tuning", "탐색"), number + 1),
                    rate(trial.point.learning_rate),
                    others(&trial.point.others),
                    String::new(),
                    value,
                    "–".into(),
                    String::new(),
                ]);
            }
        }
        for candidate in tuning.flat_map(|tuning| &tuning.candidates) {
            rows.extend(candidate.confirmed.iter().map(|&value| {
                vec![
                    rule.label.clone(),
                    say(language, "confirmation", "확인"),
                    rate(candidate.point.learning_rate),
                    others(&candidate.point.others),
                    String::new(),
                    figure(value),
                    "–".into(),
                    String::new(),
                ]
            }));
        }
        for run in &rule.runs {
            let steps = run.outcome.training_loss.steps.last().map(ToString::to_string).unwrap_or_default();
            rows.push(vec![
                rule.label.clone(),
                say(language, "final", "최종"),
                rate(rule.learning_rate),
                others(&rule.hyperparameters),
                run.seed.to_string(),
                figure(run.outcome.figure()),
                figure(run.outcome.test.filter(|_| run.outcome.unsealed)),
                steps,
            ]);
        }
    }
    Lookup {
        title: say(language, "All runs", "모든 실행"),
        columns: words.map(|(english, korean)| say(language, english, korean)).to_vec(),
        rows,
    }
    .into()
}
