//! When the target is reached, or why it says nothing.

use super::figures::block;
use thalweg_lab::comparison::{ProblemResult, RuleResult, TargetRefused};
use thalweg_lab::experiment::Problem;
use thalweg_report::figures::{Band, Curve, Curves, Scale};
use thalweg_report::{Block, Language};

/// Says why the target tells nothing, if that is so, and what to do.
pub fn target_refused(result: &ProblemResult, language: Language) -> Option<&'static str> {
    let words = language.words();
    Some(match result.target_refused? {
        TargetRefused::NobodyReachedIt => words.nobody_reached_the_target(),
        TargetRefused::AllReachedItAtOnce => words.all_reached_the_target_at_once(),
    })
}

/// Draws the share of runs that had reached the target by each step.
pub(super) fn targets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let words = language.words();
    if let Some(refused) = target_refused(result, language) {
        return Some(refused.into());
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
        title: words.target_reached().into(),
        across: words.step().into(),
        up: words.share_of_runs().into(),
        scale: Scale::Linear,
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = words.target_caption().into();
    Some(block(figure, problem, "target"))
}
