//! The table of one problem, for the terminal and the page.

use crate::language::say;
use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::search::show_rate;
use thalweg_lab::statistics::Summary;
use thalweg_report::{Cell, Column, Language, Table};

/// Builds the main table of one problem, with a row for each rule.
pub fn table(problem: &ProblemResult, language: Language) -> Table {
    let has_test = problem.rules.iter().any(|rule| rule.test.is_some()) && !is_function(problem);
    let has_target = problem.rules.iter().any(|rule| rule.target.is_some());
    let mut columns = vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::number(say(language, "learning rate", "학습률")).help(match is_function(problem) {
            true => say(
                language,
                "found by search; * at the edge of the range searched",
                "탐색으로 찾은 값; *는 탐색 범위의 끝에 있음",
            ),
            false => say(
                language,
                "found by search on the validation split; * at the edge of the range searched",
                "검증 데이터로 찾은 값; *는 탐색 범위의 끝에 있음",
            ),
        }),
    ];
    let searched = |rule: &RuleResult| rule.tuning.as_ref().is_some_and(|tuning| !tuning.others.is_empty());
    let has_others = problem.rules.iter().any(searched);
    if has_others {
        columns.push(Column::text(say(language, "also found", "함께 찾은 값")).help(say(
            language,
            "the other hyper-parameters searched for; * at the edge of its range",
            "함께 탐색한 하이퍼파라미터; *는 그 범위의 끝에 있음",
        )));
    }
    columns.push(Column::number(validation(problem, language)));
    if has_test {
        let title = match problem.metric {
            Metric::Accuracy => say(language, "test accuracy", "시험 정확도"),
            _ => say(language, "test loss", "시험 손실"),
        };
        let help = say(
            language,
            "mean ± standard deviation over fresh seeds; the test split is read once, at the end",
            "새 시드들의 평균 ± 표준편차; 시험 데이터는 마지막에 한 번만 읽음",
        );
        columns.push(Column::number(title).help(help));
    }
    if has_target {
        columns.push(Column::number(say(language, "steps to target", "목표까지 갱신 횟수")).help(say(
            language,
            "median over the seeds; a run that did not get there counts as longer than the budget",
            "시드들의 중앙값; 도달하지 못한 실행은 예산보다 오래 걸린 것으로 봄",
        )));
    }
    let has_wins = problem.rules.len() > 1 && problem.rules.iter().all(|rule| rule.wins_again.is_some());
    if has_wins {
        let title = say(language, "would win again", "다시 해도 1위");
        columns.push(Column::number(title).help(say(
            language,
            "how often the rule would come out best if search and seeds were drawn again, judged as here",
            "탐색과 시드를 다시 뽑아 여기와 같은 기준으로 판정할 때 이 규칙이 1위가 되는 비율",
        )));
    }
    columns.push(Column::number(say(language, "µs a step", "한 번 갱신 (µs)")));
    let mut table = Table::new(columns);
    // Where nothing is random there is no ranking, and nobody stands out.
    let best = problem.verdict.ranking.first().filter(|_| !problem.deterministic);
    for rule in &problem.rules {
        let name = Cell::rule(&rule.rule, &rule.label);
        let mut row = vec![if best == Some(&rule.label) { name.strong() } else { name }];
        row.push(Cell::value(format!("{}{}", rate(rule.learning_rate), edge(rule)), rule.learning_rate));
        if has_others {
            row.push(others(rule).into());
        }
        row.push(figure(&rule.validation, problem.metric, rule.diverged, language));
        if has_test {
            row.push(figure(&rule.test, problem.metric, rule.diverged, language));
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

/// Names the figure by which rates are chosen.
pub(super) fn validation(problem: &ProblemResult, language: Language) -> String {
    match problem.metric {
        Metric::Accuracy => say(language, "validation accuracy", "검증 정확도"),
        Metric::Loss => say(language, "validation loss", "검증 손실"),
        Metric::Value => say(language, "final value", "마지막 함숫값"),
    }
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

/// Returns a learning rate in three digits.
pub(super) fn rate(rate: f64) -> String {
    if (1e-3..1e3).contains(&rate) {
        format!("{:.1$}", rate, (2 - rate.log10().floor() as i32).max(0) as usize)
    } else {
        format!("{rate:.2e}")
    }
}

/// Returns a metric over some runs, and how many of them diverged.
pub(super) fn figure(summary: &Option<Summary>, metric: Metric, diverged: usize, language: Language) -> Cell {
    let word = say(language, "diverged", "발산");
    let Some(summary) = summary else { return word.into() };
    let number = |value: f64| match metric {
        Metric::Accuracy => format!("{value:.4}"),
        Metric::Loss => format!("{value:.4}"),
        Metric::Value => format!("{value:.3e}"),
    };
    let mut text = number(summary.mean);
    if let Some(spread) = summary.standard_deviation {
        text += &format!(" ± {}", number(spread));
    }
    if diverged > 0 {
        text += &match language {
            Language::English => format!(" ({diverged} {word})"),
            Language::Korean => format!(" ({diverged}회 {word})"),
        };
    }
    Cell::value(text, summary.mean)
}
