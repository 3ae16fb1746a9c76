//! Which rule reaches the target in fewer steps.

use super::in_language;
use crate::language::say;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::verdict::{TargetPair, TargetTime};
use thalweg_report::{Block, Cell, Column, Language, Table};

/// Returns the verdict on the steps to the target: its sentence, and a table with a row for each rule.
pub(super) fn time_to_target(result: &ProblemResult, language: Language) -> Vec<Block> {
    let Some(verdict) = &result.target_verdict else { return vec![] };
    let mut columns = vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::number(say(language, "mean steps to target", "목표까지 평균 갱신 횟수")).help(say(
            language,
            "restricted mean ± standard error: a run that does not get there counts as the whole budget",
            "제한 평균 ± 표준오차. 도달하지 못한 실행은 예산 전체로 셉니다",
        )),
        Column::number(say(language, "reached", "도달")),
    ];
    if !verdict.pairs.is_empty() {
        columns.push(Column::number(say(language, "behind the fastest", "가장 빠른 규칙과의 차이")).help(say(
            language,
            "steps more than the fastest rule, with the interval that decides: those of all pairs and looks hold together",
            "가장 빠른 규칙보다 더 걸린 갱신 횟수와 판정에 쓰는 구간. 모든 쌍과 모든 확인의 구간이 함께 성립합니다",
        )));
        columns.push(Column::number(say(language, "log-rank p", "로그순위 p")).help(say(
            language,
            "of the log-rank test against the fastest rule, not adjusted for the number of pairs",
            "가장 빠른 규칙과 견준 로그순위 검정의 p값. 쌍의 수로 보정하지 않았습니다",
        )));
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
    let (low, high) = (interval.low, interval.high);
    let text = say(
        language,
        &format!("{difference:.0} ({low:.0} to {high:.0})"),
        &format!("{difference:.0} ({low:.0}~{high:.0})"),
    );
    Cell::value(text, difference)
}

fn p_value(p: f64) -> String {
    if p < 0.0005 { "< 0.001".into() } else { format!("{p:.3}") }
}
