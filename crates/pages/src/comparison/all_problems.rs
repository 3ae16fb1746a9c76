//! Several problems together.

use crate::language::say;
use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::statistics::{interquartile_mean, performance_profile};
use thalweg_report::figures::{Band, Curve, Curves, Scale as Counting};
use thalweg_report::{Block, Cell, Column, Language, Section, Table};

/// Shows all problems together: on what share of the problems each rule reaches the target within a multiple of the first
/// rule's steps, and the interquartile mean of all final accuracies.
pub(super) fn all_problems(results: &[&ProblemResult], language: Language) -> Option<Section> {
    let mut blocks: Vec<Block> = Vec::new();
    let labels: Vec<&str> = results.first()?.rules.iter().map(|rule| rule.label.as_str()).collect();
    let with_target: Vec<&&ProblemResult> =
        results.iter().filter(|result| result.rules.iter().any(|rule| rule.target.is_some())).collect();
    if with_target.len() > 1 {
        // Half of the runs reach it by then.
        let median = |rule: &RuleResult| {
            rule.target.as_ref()?.by_step.iter().find(|(_, share)| *share >= 0.5).map(|&(step, _)| step)
        };
        let factors: Vec<f64> = (-20..=20).map(|power| 10f64.powf(f64::from(power) / 20.0)).collect();
        let curve = |index: usize| {
            let needs: Vec<(Option<f64>, Option<f64>)> = with_target
                .iter()
                .map(|result| (median(&result.rules[index]), median(&result.rules[0])))
                .collect();
            let rule = &with_target[0].rules[index];
            Curve {
                rule: rule.rule.clone(),
                label: rule.label.clone(),
                steps: factors.clone(),
                runs: vec![performance_profile(&needs, &factors)],
            }
        };
        let mut figure = Curves {
            title: say(language, "Performance profile", "성능 프로파일"),
            across: format!("{} {}", say(language, "steps, in those of", "갱신 횟수, 기준:"), labels[0]),
            up: say(language, "share of the problems", "문제의 비율"),
            scale: Counting::Linear,
            band: Band::Range,
            curves: (0..labels.len()).map(curve).collect(),
        }
        .figure(language);
        figure.layout["xaxis"]["type"] = "log".into();
        figure.caption = say(
            language,
            "On what share of the problems half of a rule's runs reach the target within so many times the steps that the first \
             rule needs. The reference is fixed, so another rule changes nobody's curve (Dolan and Moré 2002).",
            "규칙의 실행 절반이 첫째 규칙의 몇 배 갱신 안에 목표에 닿는 문제의 비율. 기준이 고정되어 있어 다른 규칙이 더해져도 곡선은 그대로다\
             (Dolan, Moré 2002).",
        );
        blocks.push(figure.into());
    }
    let accurate: Vec<&&ProblemResult> =
        results.iter().filter(|result| result.metric == Metric::Accuracy).collect();
    if accurate.len() > 1 {
        let mut table = Table::new(vec![
            Column::text(say(language, "rule", "규칙")),
            Column::number(say(language, "interquartile mean", "사분위 범위 평균")).help(say(
                language,
                "the mean of the middle half of all final accuracies over the problems, diverged runs as 0",
                "모든 문제의 최종 정확도 중 가운데 절반의 평균(발산한 실행은 0)",
            )),
        ]);
        for (index, label) in labels.iter().enumerate() {
            let judged = |result: &&&ProblemResult| -> Vec<f64> {
                let runs = result.rules[index].runs.iter();
                runs.map(|run| result.judged(run).unwrap_or(0.0)).collect()
            };
            let values: Vec<f64> = accurate.iter().flat_map(judged).collect();
            let mean = interquartile_mean(&values);
            table.push([
                Cell::rule(&accurate[0].rules[index].rule, *label),
                Cell::value(format!("{mean:.4}"), mean),
            ]);
        }
        blocks.push(table.into());
    }
    let about = say(
        language,
        "Over all problems of this comparison. A mean over problems says something only of problems like these.",
        "이 비교의 모든 문제에 걸친 결과. 문제들의 평균은 이런 문제들에 대해서만 말해 준다.",
    );
    (!blocks.is_empty())
        .then(|| Section::new(say(language, "All problems together", "모든 문제를 함께"), about, blocks))
}
