//! Training loss against seconds instead of steps.

use super::figures::block;
use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::experiment::Problem;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Draws training loss against seconds instead of steps.
pub(super) fn seconds(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let words = language.words();
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
        title: words.training_loss_against_time().into(),
        across: words.seconds_across().into(),
        up: words.batch_loss().into(),
        scale: Scale::Logarithmic,
        band: Band::Range,
        curves: result.rules.iter().filter_map(curve).collect(),
    };
    Some(block(figure.figure(language), problem, "seconds"))
}
