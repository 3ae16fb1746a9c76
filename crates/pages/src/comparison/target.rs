//! When the target is reached, or why it says nothing.

use super::figures::block;
use crate::language::say;
use thalweg_lab::comparison::{ProblemResult, RuleResult, TargetRefused};
use thalweg_lab::experiment::Problem;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Says why the target tells nothing, if that is so, and what to do.
pub fn target_refused(result: &ProblemResult, language: Language) -> Option<String> {
    Some(match result.target_refused? {
        TargetRefused::NobodyReachedIt => say(
            language,
            "No final run reached the target, so it says nothing about the rules. Set an easier `target_loss`, or allow more \
             steps.",
            "목표에 도달한 최종 실행이 없어 목표로는 규칙을 비교할 수 없다. `target_loss`를 더 쉽게 잡거나 갱신 횟수를 늘리자.",
        ),
        TargetRefused::AllReachedItAtOnce => say(
            language,
            "Every final run had reached the target when it was first looked at, so it says nothing about the rules. Set a \
             harder `target_loss`, or look more often (`evaluate_every`).",
            "모든 최종 실행이 첫 평가 때 이미 목표에 도달해 목표로는 규칙을 비교할 수 없다. `target_loss`를 더 어렵게 잡거나 \
             더 자주 평가하자(`evaluate_every`).",
        ),
    })
}

/// Draws the share of runs that had reached the target by each step.
pub(super) fn targets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    if let Some(refused) = target_refused(result, language) {
        return Some(Block::Text(refused));
    }
    let last = |rule: &RuleResult| {
        let ends = rule.runs.iter().filter_map(|run| run.outcome.training_loss.steps.last());
        ends.max().copied().unwrap_or(0)
    };
    let budget = result.rules.iter().map(last).max().unwrap_or(0);
    let curves: Vec<Curve> = result
        .rules
        .iter()
        .filter_map(|rule| {
            let target = rule.target.as_ref()?;
            // A step function: it rises where a run reaches the target.
            let (mut steps, mut shares) = (vec![0.0], vec![0.0]);
            for &(step, share) in &target.by_step {
                steps.extend([step, step]);
                shares.extend([shares.last().copied().unwrap_or(0.0), share]);
            }
            steps.push(budget.into());
            shares.push(shares.last().copied().unwrap_or(0.0));
            Some(Curve { rule: rule.rule.clone(), label: rule.label.clone(), steps, runs: vec![shares] })
        })
        .collect();
    if curves.is_empty() {
        return None;
    }
    let figure = Curves {
        title: say(language, "When the target is reached", "목표에 도달하는 때"),
        across: say(language, "step", "갱신 횟수"),
        up: say(language, "share of the runs", "도달한 실행의 비율"),
        scale: Scale::Linear,
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = say(
        language,
        "Kaplan and Meier's estimate over the final runs. Runs that did not get there count as longer than the budget.",
        "최종 실행들의 카플란-마이어 추정. 도달하지 못한 실행은 예산보다 오래 걸린 것으로 본다.",
    );
    Some(block(figure, problem, "target"))
}
