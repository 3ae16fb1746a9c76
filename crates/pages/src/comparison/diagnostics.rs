//! Diagnostics of the networks: gradients, updates and dead units of the final runs.

use super::figures::{block, curve};
use crate::language::say;
use thalweg_lab::comparison::{ProblemResult, Run};
use thalweg_lab::experiment::Problem;
use thalweg_lab::outcome::{Curve as Measured, Outcome};
use thalweg_report::figures::{Band, Curves, Dots, Finals, Scale};
use thalweg_report::{Block, Language};

/// Draws gradient norm, update-to-weight ratio and dead units of each rule; nothing if there are no diagnostics.
pub(super) fn diagnostics(problem: &Problem, result: &ProblemResult, language: Language) -> Vec<Block> {
    let runs = || result.rules.iter().flat_map(|rule| &rule.runs);
    if runs().all(|run| run.outcome.inside.is_empty()) {
        return vec![];
    }
    let curves = |title: String, up: String, pick: fn(&Outcome) -> &Measured| Curves {
        title,
        across: say(language, "step", "갱신 횟수"),
        up,
        scale: Scale::Logarithmic,
        band: Band::Range,
        curves: result.rules.iter().map(|rule| curve(rule, pick)).collect(),
    };
    let mut ratios = curves(
        say(language, "Updates beside weights", "가중치에 대한 갱신의 비"),
        say(language, "update / weight", "갱신 / 가중치"),
        |outcome| &outcome.inside.update_ratio,
    )
    .figure(language);
    ratios.caption = say(
        language,
        "How far an update moves the weights, in lengths of the weights, right before each evaluation. Far above or below a \
         thousandth, another learning rate is worth a try. Line: mean over seeds. Band: smallest to largest.",
        "평가 직전의 갱신이 가중치를 그 길이에 견주어 얼마나 움직이는가. 천분의 일보다 훨씬 크거나 작으면 다른 학습률을 시도해 볼 만하다. \
         선: 시드 평균. 띠: 최솟값에서 최댓값까지.",
    );
    let gradients = curves(
        say(language, "Length of the gradients", "기울기의 크기"),
        say(language, "gradient norm", "기울기 노름"),
        |outcome| &outcome.inside.gradient_norm,
    );
    let mut blocks =
        vec![block(ratios, problem, "updates"), block(gradients.figure(language), problem, "gradients")];
    if runs().any(|run| run.outcome.inside.dead.is_some_and(|dead| dead > 0.0)) {
        let dead = |run: &Run| run.outcome.inside.dead.map_or(f64::NAN, f64::from);
        let dots = Dots {
            title: say(language, "Dead units at the end", "마지막에 죽어 있는 유닛"),
            across: say(language, "share that is 0 for every example", "모든 예제에서 0인 비율"),
            rules: result
                .rules
                .iter()
                .map(|rule| Finals {
                    rule: rule.rule.clone(),
                    label: rule.label.clone(),
                    values: rule.runs.iter().map(dead).collect(),
                })
                .collect(),
        };
        blocks.push(block(dots.figure(language), problem, "dead-units"));
    }
    blocks
}
