//! What each rule was given, and what of it may have been unfair.

use super::table::rate;
use crate::language::say;
use thalweg_lab::comparison::{Boundary, Comparison, ProblemResult};
use thalweg_lab::experiment::{Experiment, Problem};
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
    let protocol = experiment.protocol_for(problem);
    let mut table = Table::new(vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::number(say(language, "trials", "시행")).help(say(
            language,
            "configurations tried, times the seeds behind each",
            "시도한 설정의 수 × 설정마다의 시드 수",
        )),
        Column::number(say(language, "hyper-parameters", "하이퍼파라미터")).help(say(
            language,
            "how many were searched for: more of them share the same number of trials",
            "탐색한 개수. 많을수록 같은 시행 수를 나누어 쓴다",
        )),
        Column::text(say(language, "rates searched", "탐색한 학습률")),
        Column::text(say(language, "at the edge", "범위의 끝")),
        Column::number(say(language, "winner's curse", "승자의 저주")).help(say(
            language,
            "by how much the best trial looked better than it was on fresh seeds",
            "최고 시행이 새 시드에서보다 얼마나 좋아 보였는가",
        )),
        Column::number(say(language, "final seeds", "최종 시드")),
        Column::number(say(language, "diverged", "발산")),
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
                    Boundary::Unresolved(_) => edges.insert(0, say(language, "learning rate", "학습률")),
                    Boundary::Extended => {
                        edges.insert(0, say(language, "no (range grew)", "아님 (범위 확장)"))
                    }
                    Boundary::Inside => {}
                }
                row.push(
                    if edges.is_empty() { say(language, "no", "아님") } else { edges.join(", ") }.into(),
                );
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
        MeasuredOn::Test => say(
            language,
            "chosen on validation, test read once at the end",
            "검증 데이터로 선택, 시험 데이터는 마지막에 한 번",
        ),
        MeasuredOn::Validation => {
            say(language, "chosen and judged on validation", "검증 데이터로 선택하고 판정도 검증 데이터로")
        }
        MeasuredOn::Function => say(language, "no data", "데이터 없음"),
    };
    let search = format!("{:?}", protocol.search).to_lowercase();
    let text = match language {
        Language::English => format!(
            "Was it fair? {search} search; {splits}; the same seeds and the same number of trials for every rule; code {}.",
            comparison.code
        ),
        Language::Korean => format!(
            "공정했는가? {search} 탐색; {splits}; 모든 규칙에 같은 시드와 같은 시행 수; 코드 {}.",
            comparison.code
        ),
    };
    let mut blocks = vec![Block::Text(text)];
    if let Some(factor) = protocol.halving {
        blocks.push(Block::Text(match language {
            Language::English => format!(
                "The search halved: all trials ran for a part of their steps, and the best one in {factor} went on, each time \
                 {factor} times as long. That saves time and favours rules and rates that start fast; figures of the search show \
                 whole runs only."
            ),
            Language::Korean => format!(
                "연속 반감 탐색: 모든 시행을 일부 갱신만 돌리고 상위 {factor}분의 1만 매번 {factor}배 길게 이어 갔다. 시간은 아끼지만 초반이 \
                 빠른 규칙과 학습률에 유리하다. 탐색 그림에는 끝까지 돌린 시행만 있다."
            ),
        }));
    }
    blocks.push(table.into());
    blocks
}
