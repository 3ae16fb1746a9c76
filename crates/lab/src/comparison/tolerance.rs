//! How much room a learning rate leaves: over how wide a range it does as well, and how far away the cliff is.

use serde::{Deserialize, Serialize};

use super::{ProblemResult, RuleResult};
use crate::experiment::Metric;
use crate::search::Trial;

/// The room around a chosen learning rate, as the trials of its search show it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// The smallest rate from which on every rate tried, up to the chosen one, did as well: within the difference that matters,
    /// and one standard deviation of the rule's final runs, because a trial is no surer than its seeds.
    pub from: f64,
    /// The largest such rate.
    pub to: f64,
    /// The smallest larger rate that collapsed: a run diverged, or half of what the chosen rate gained over the start was lost.
    /// Absent if none did.
    pub cliff: Option<f64>,
}

impl Tolerance {
    /// Decades from the smallest to the largest rate that does as well; 0 where only the chosen one does.
    pub fn decades(&self) -> f64 {
        (self.to / self.from).log10()
    }

    /// Decades from the chosen `rate` to the cliff.
    pub fn cliff_distance(&self, rate: f64) -> Option<f64> {
        self.cliff.map(|cliff| (cliff / rate).log10())
    }
}

impl ProblemResult {
    /// The room around the rate chosen for `rule`. Absent unless the learning rate, and nothing else, was searched: other
    /// hyper-parameters that change from trial to trial hide what the rate does.
    pub fn tolerance(&self, rule: &RuleResult) -> Option<Tolerance> {
        let tuning =
            rule.tuning.as_ref().filter(|tuning| tuning.asked.is_some() && tuning.others.is_empty())?;
        let mut trials: Vec<&Trial> = tuning.whole().collect();
        trials.sort_by(|a, b| a.point.learning_rate.total_cmp(&b.point.learning_rate));
        let chosen = trials.iter().position(|trial| trial.point.learning_rate == rule.learning_rate)?;
        let score = |trial: &Trial| trial.mean().map(|mean| self.metric.score(mean));
        let best = score(trials[chosen])?;
        let margin = match self.metric {
            Metric::Value => self.difference * best.abs(),
            _ => self.difference,
        };
        let margin =
            margin + rule.validation.as_ref().and_then(|found| found.standard_deviation).unwrap_or(0.0);
        let as_good = |trial: &&&Trial| score(trial).is_some_and(|score| score >= best - margin);
        let start = at_the_start(rule).map(|value| self.metric.score(value));
        let collapsed = |trial: &&&Trial| match (score(trial), start) {
            (None, _) => true,
            (Some(score), Some(start)) => start < best && score <= (start + best) / 2.0,
            (Some(_), None) => false,
        };
        let rate = |trial: &&Trial| trial.point.learning_rate;
        let (below, above) = (trials[..=chosen].iter().rev(), trials[chosen..].iter());
        Some(Tolerance {
            from: below.take_while(as_good).last().map_or(rule.learning_rate, rate),
            to: above.clone().take_while(as_good).last().map_or(rule.learning_rate, rate),
            cliff: above.skip(1).find(collapsed).map(rate),
        })
    }
}

/// What the metric was before the first update: the mean over the final runs.
fn at_the_start(rule: &RuleResult) -> Option<f64> {
    let first = |curve: &crate::outcome::Curve| match curve.steps.first() {
        Some(0) => curve.values.first().copied().filter(|value| value.is_finite()),
        _ => None,
    };
    let values: Vec<f64> =
        rule.runs.iter().filter_map(|run| first(&run.outcome.validation_curve)).map(f64::from).collect();
    (!values.is_empty()).then(|| crate::statistics::mean(&values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{Boundary, Run, Tuning};
    use crate::outcome::{Curve, Outcome};
    use crate::search::{Point, RateRange, Space};
    use crate::statistics::Summary;
    use crate::verdict::{MeasuredOn, Sentence, Verdict};
    use std::collections::BTreeMap;

    /// A rule that was tried at powers of ten, the last run's metric at the start being `start`.
    fn found(
        metric: Metric,
        tried: &[(f64, Option<f64>)],
        chosen: f64,
        start: f32,
    ) -> (ProblemResult, RuleResult) {
        let trial = |&(learning_rate, value): &(f64, Option<f64>)| Trial {
            point: Point { learning_rate, others: BTreeMap::new() },
            values: vec![value],
            divisor: 1,
        };
        let range = RateRange { from: tried[0].0, to: tried[tried.len() - 1].0 };
        let tuning = Tuning {
            asked: Some(range),
            searched: Some(range),
            boundary: Boundary::Inside,
            others: BTreeMap::new(),
            at_edge: vec![],
            selected_again: vec![],
            best_of: vec![],
            // In whatever order they were tried.
            trials: tried.iter().rev().map(trial).collect(),
            candidates: vec![],
            selection_drop: None,
        };
        let curve = Curve { steps: vec![0, 10], values: vec![start, 0.5] };
        let outcome = Outcome { validation_curve: curve, ..Outcome::default() };
        let rule = RuleResult {
            label: "sgd".into(),
            rule: "sgd".into(),
            dialect: "book".into(),
            around: Default::default(),
            hyperparameters: BTreeMap::new(),
            learning_rate: chosen,
            tuning: Some(tuning),
            validation: None,
            test: None,
            diverged: 0,
            target: None,
            wins_again: None,
            microseconds_per_step: 1.0,
            default: None,
            runs: vec![Run { seed: 1, outcome }],
        };
        let sentence = Sentence { en: String::new(), ko: String::new() };
        let problem = ProblemResult {
            name: "p".into(),
            metric,
            deterministic: false,
            difference: 0.01,
            extensions: 0,
            target_refused: None,
            tried: Default::default(),
            verdict: Verdict {
                measured_on: MeasuredOn::Validation,
                ranking: vec![],
                margin: None,
                look: Default::default(),
                judgements: vec![],
                between: vec![],
                more_seeds: None,
                sentence,
            },
            target_verdict: None,
            rules: vec![],
        };
        (problem, rule)
    }

    #[test]
    fn as_good_means_within_the_difference_and_without_a_gap() {
        let tried = [
            (0.001, Some(0.895)),
            (0.01, Some(0.80)),
            (0.1, Some(0.895)),
            (1.0, Some(0.90)),
            (10.0, Some(0.892)),
            (100.0, Some(0.52)),
            (1000.0, Some(0.45)),
            (1e4, None),
        ];
        let (problem, rule) = found(Metric::Accuracy, &tried, 1.0, 0.1);
        let tolerance = problem.tolerance(&rule).unwrap();
        // 0.895 at 0.001 lies beyond a gap; half of the gain from 0.1 to 0.9 is lost at 0.5.
        assert_eq!(tolerance, Tolerance { from: 0.1, to: 10.0, cliff: Some(1000.0) });
        assert!((tolerance.decades() - 2.0).abs() < 1e-12);
        assert!((tolerance.cliff_distance(1.0).unwrap() - 3.0).abs() < 1e-12);
        // A rule that scatters is given that much more room.
        let mut scattered = rule.clone();
        scattered.validation = Summary::of(&[0.85, 0.95]);
        assert_eq!(problem.tolerance(&scattered).unwrap().from, 0.1);
        scattered.validation = Summary::of(&[0.8, 1.0]);
        assert_eq!(problem.tolerance(&scattered).unwrap().from, 0.001);
        // Not known where the runs started: only a run that diverged is a collapse.
        let (problem, rule) = found(Metric::Accuracy, &tried, 1.0, f32::NAN);
        assert_eq!(problem.tolerance(&rule).unwrap().cliff, Some(1e4));
    }

    #[test]
    fn a_lower_loss_is_better_and_a_function_counts_in_shares() {
        let tried =
            [(0.1, Some(2.1)), (1.0, Some(0.30)), (10.0, Some(0.305)), (100.0, Some(1.4)), (1e3, Some(0.3))];
        let (problem, rule) = found(Metric::Loss, &tried, 1.0, 2.3);
        let expected = Tolerance { from: 1.0, to: 10.0, cliff: Some(100.0) };
        assert_eq!(problem.tolerance(&rule), Some(expected));
        let (mut problem, rule) = found(Metric::Value, &tried, 1.0, 2.3);
        problem.difference = 0.01;
        assert_eq!(problem.tolerance(&rule), Some(Tolerance { to: 1.0, ..expected }));
        problem.difference = 0.02;
        assert_eq!(problem.tolerance(&rule), Some(expected));
    }

    #[test]
    fn nothing_is_said_where_other_things_changed_or_the_rate_was_given() {
        let (problem, mut rule) = found(Metric::Loss, &[(0.1, Some(1.0)), (1.0, None)], 0.1, 2.0);
        assert_eq!(problem.tolerance(&rule), Some(Tolerance { from: 0.1, to: 0.1, cliff: Some(1.0) }));
        let tuning = rule.tuning.as_mut().unwrap();
        tuning.others.insert("momentum".into(), Space::Among { values: vec![0.0, 0.9] });
        assert_eq!(problem.tolerance(&rule), None);
        rule.tuning = None;
        assert_eq!(problem.tolerance(&rule), None);
    }
}
