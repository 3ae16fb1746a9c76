//! How much the learning rate matters, in figures: the results at the defaults, the width of the good range, the distance to
//! the cliff.

use super::table::{figure, rate, validation};
use crate::language::say;
use thalweg_lab::comparison::{DefaultResult, ProblemResult, RuleResult};
use thalweg_report::{Block, Cell, Column, Language, Table};

/// Shows each rule at its defaults and tuned, and the range of rates that do as well as the one that was found. Returns nothing
/// if no rule was tuned.
pub(super) fn rate_tolerance(result: &ProblemResult, language: Language) -> Vec<Block> {
    let tuned = || result.rules.iter().filter(|rule| rule.tuning.is_some());
    if tuned().next().is_none() {
        return vec![];
    }
    let has_defaults = tuned().any(|rule| rule.default.is_some());
    let has_tolerance = tuned().any(|rule| result.tolerance(rule).is_some());
    let mut columns = vec![Column::text(say(language, "rule", "갱신 규칙"))];
    if has_defaults {
        columns.push(Column::number(say(language, "default rate", "기본 학습률")));
        columns.push(Column::number(say(language, "at its defaults", "기본값 그대로")).help(format!(
            "{}: {}",
            validation(result, language),
            say(language, "nothing tuned", "조율 없음")
        )));
    }
    columns.push(Column::number(say(language, "tuned rate", "조율한 학습률")));
    columns.push(Column::number(say(language, "tuned", "조율 후")).help(validation(result, language)));
    if has_tolerance {
        columns.push(Column::text(say(language, "as good between", "똑같이 좋은 범위")).help(say(
            language,
            "the rates tried around it that did as well: within the difference that matters and a seed's scatter",
            "의미 있는 차이와 시드의 흔들림 안에서 똑같이 좋았던 주변 학습률",
        )));
        columns.push(Column::number(say(language, "decades", "자릿수")).help(say(
            language,
            "how wide that is, in powers of ten: the wider, the less the rate has to be tuned",
            "그 폭(10의 거듭제곱 단위). 넓을수록 학습률을 덜 맞춰도 된다",
        )));
        columns.push(Column::number(say(language, "collapses at", "무너지는 학습률")).help(say(
            language,
            "the first larger rate tried where a run diverged or half of the gain was lost; in brackets, how many decades away",
            "시도한 더 큰 학습률 중 발산하거나 얻은 것의 절반을 잃은 첫 값. 괄호 안은 거기까지의 자릿수",
        )));
    }
    let mut table = Table::new(columns);
    for rule in tuned() {
        table.push(row(result, rule, (has_defaults, has_tolerance), language));
    }
    let title = say(
        language,
        "What tuning gained, and how much room it leaves the learning rate:",
        "조율로 얻은 것, 그리고 학습률에 남는 여유:",
    );
    vec![Block::Text(title), table.into()]
}

fn row(
    result: &ProblemResult,
    rule: &RuleResult,
    (has_defaults, has_tolerance): (bool, bool),
    language: Language,
) -> Vec<Cell> {
    let mut row = vec![Cell::rule(&rule.rule, &rule.label)];
    let number = |value: f64| Cell::value(rate(value), value);
    if has_defaults {
        let default_rate = |default: &DefaultResult| default.hyperparameters.get("learning_rate").copied();
        let default = rule.default.as_ref();
        row.push(default.and_then(default_rate).map_or("–".into(), number));
        row.push(default.map_or("–".into(), |default| {
            figure(&default.validation, result.metric, default.diverged, language)
        }));
    }
    row.push(number(rule.learning_rate));
    row.push(figure(&rule.validation, result.metric, rule.diverged, language));
    if !has_tolerance {
        return row;
    }
    let Some(tolerance) = result.tolerance(rule) else {
        row.extend(["–".into(), "–".into(), "–".into()]);
        return row;
    };
    row.push(format!("{} … {}", rate(tolerance.from), rate(tolerance.to)).into());
    row.push(Cell::value(format!("{:.1}", tolerance.decades()), tolerance.decades()));
    row.push(match (tolerance.cliff, tolerance.cliff_distance(rule.learning_rate)) {
        (Some(cliff), Some(distance)) => Cell::value(format!("{} ({distance:.1})", rate(cliff)), cliff),
        _ => say(language, "not seen", "보이지 않음").into(),
    });
    row
}
