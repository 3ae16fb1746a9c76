//! How many steps rules take to the target.

use serde::{Deserialize, Serialize};

use super::{RuleResult, Run};
use crate::experiment::Problem;
use crate::statistics::{Watched, kaplan_meier, median};
use crate::verdict::{Look, Racer, TargetTerms, TargetVerdict, judge_times};

/// How many steps the target took. Runs that did not reach it count as "longer than the budget", never as the budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeToTarget {
    /// The share of the final runs that reached it.
    pub reached: f64,
    /// The median number of steps, if more than half reached it.
    pub median: Option<f64>,
    /// Kaplan and Meier's estimate: steps, and the share of the runs that had reached the target by then.
    pub by_step: Vec<(f64, f64)>,
}

impl TimeToTarget {
    pub(super) fn of(runs: &[Run]) -> Self {
        let steps: Vec<Option<u64>> = runs.iter().map(|run| run.outcome.steps_to_target).collect();
        let reached = steps.iter().flatten().count();
        let censored: Vec<f64> =
            steps.iter().map(|steps| steps.map_or(f64::INFINITY, |steps| steps as f64)).collect();
        let median = Some(median(&censored)).filter(|median| 2 * reached > steps.len() && median.is_finite());
        let watched: Vec<Watched> = runs.iter().map(|run| run.outcome.on_the_way()).collect();
        let by_step = kaplan_meier(&watched).into_iter().map(|(time, share, _)| (time, share)).collect();
        Self { reached: reached as f64 / steps.len().max(1) as f64, median, by_step }
    }
}

/// Judges which rule reaches the target in fewer steps, if there is a target that tells them apart.
pub(super) fn judge_target(problem: &Problem, rules: &[RuleResult], look: &Look) -> Option<TargetVerdict> {
    let target = problem.workload.target_loss()?;
    if rules.iter().any(|rule| rule.target.is_none()) {
        return None;
    }
    let runs = || rules.iter().flat_map(|rule| &rule.runs);
    let gap = |run: &Run| {
        let steps = &run.outcome.validation_curve.steps;
        steps.windows(2).map(|pair| f64::from(pair[1].saturating_sub(pair[0]))).fold(0.0, f64::max)
    };
    let racer = |rule: &RuleResult| Racer {
        label: rule.label.clone(),
        runs: rule.runs.iter().map(|run| run.outcome.on_the_way()).collect(),
    };
    let racers: Vec<Racer> = rules.iter().map(racer).collect();
    let terms = TargetTerms {
        problem: problem.name.clone(),
        metric: problem.workload.metric(),
        target,
        budget: runs().map(|run| run.outcome.last_step()).fold(0.0, f64::max),
        spacing: runs().map(gap).fold(0.0, f64::max),
        look: look.clone(),
        exact: problem.workload.is_deterministic(),
    };
    judge_times(&racers, &terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Curve, Outcome};

    #[test]
    fn a_run_that_diverged_is_not_taken_out_of_the_count() {
        let run = |reached: Option<u64>, last: u32, diverged_at: Option<u64>| {
            let training_loss = Curve { steps: vec![0, last], values: vec![1.0; 2] };
            let outcome =
                Outcome { training_loss, steps_to_target: reached, diverged_at, ..Outcome::default() };
            Run { seed: 0, outcome }
        };
        // Half of the runs blow up early and never arrive: at the end, half of the runs have arrived, not all.
        let runs = [
            run(None, 10, Some(10)),
            run(None, 12, Some(12)),
            run(Some(50), 100, None),
            run(Some(60), 100, None),
        ];
        let found = TimeToTarget::of(&runs);
        assert_eq!(found.by_step, [(50.0, 0.25), (60.0, 0.5)]);
    }
}
