//! Training loss against seconds instead of steps.

use super::figures::block;
use crate::language::say;
use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::experiment::Problem;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Draws training loss against seconds instead of steps.
pub(super) fn seconds(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let curve = |rule: &RuleResult| {
        let runs: Vec<_> = rule.runs.iter().map(|run| &run.outcome.training_loss).collect();
        let longest = runs.iter().max_by_key(|curve| curve.len())?;
        // One clock for a rule: the median of its runs, so that seeds can be averaged at the same moments.
        let second = rule.microseconds_per_step * 1e-6;
        Some(Curve {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            steps: longest.steps.iter().map(|&step| f64::from(step) * second).collect(),
            runs: runs.iter().map(|run| run.values.iter().map(|&value| f64::from(value)).collect()).collect(),
        })
        .filter(|_| second.is_finite())
    };
    let figure = Curves {
        title: say(language, "Training loss against time", "시간에 따른 훈련 손실"),
        across: say(language, "seconds (evaluation not counted)", "초 (평가 시간 제외)"),
        up: say(language, "mean loss of the batches", "배치 손실의 평균"),
        scale: Scale::Logarithmic,
        band: Band::Range,
        curves: result.rules.iter().filter_map(curve).collect(),
    };
    Some(block(figure.figure(language), problem, "seconds"))
}
