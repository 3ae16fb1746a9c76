//! What only the results of all rules together say: whether the target tells them apart, and how often each would win again.

use super::{RuleResult, Run, TargetRefused};
use crate::cell::Stage;
use crate::experiment::{Metric, Protocol};
use crate::search::Trial;
use crate::seeds::seed;
use crate::statistics::{ROUNDS, Repetition, Tried, again, expected_best};

/// Takes a target away that no run reached, or that all had reached when it was first looked at: it tells no rule from another.
pub(super) fn refuse_target(rules: &mut [RuleResult]) -> Option<TargetRefused> {
    let runs = || rules.iter().filter(|rule| rule.target.is_some()).flat_map(|rule| &rule.runs);
    let at_once = |run: &Run| {
        let first = run.outcome.validation_curve.steps.iter().find(|&&step| step > 0);
        run.outcome.steps_to_target.is_some_and(|steps| first.is_some_and(|&first| steps <= first.into()))
    };
    let refused = if runs().next().is_none() {
        return None;
    } else if runs().all(|run| run.outcome.steps_to_target.is_none()) {
        TargetRefused::NobodyReachedIt
    } else if runs().all(at_once) {
        TargetRefused::AllReachedItAtOnce
    } else {
        return None;
    };
    rules.iter_mut().for_each(|rule| rule.target = None);
    Some(refused)
}

/// How often each rule would win, and each rate be selected, if all were done again: the search on the validation split, the final
/// figures where those of the verdict were measured.
pub(super) fn do_again(
    rules: &mut [RuleResult],
    metric: Metric,
    on_test: bool,
    protocol: &Protocol,
    master: u64,
) {
    let score = |value: Option<f64>| value.map_or(f64::NAN, |value| metric.score(value));
    let last = |run: &Run| score(run.outcome.judged(on_test));
    let finals = |rule: &RuleResult| -> Vec<f64> { rule.runs.iter().map(last).collect() };
    let tried = |rule: &RuleResult| -> Vec<Tried> {
        let Some(tuning) = &rule.tuning else {
            return vec![Tried { finals: finals(rule), ..Tried::default() }];
        };
        let one = |trial: &Trial| {
            let candidate = tuning.candidates.iter().find(|candidate| candidate.point == trial.point);
            let confirmed = candidate.into_iter().flat_map(|candidate| &candidate.confirmed);
            let chosen = trial.point.learning_rate == rule.learning_rate
                && trial
                    .point
                    .others
                    .iter()
                    .all(|(name, value)| rule.hyperparameters.get(name) == Some(value));
            let mut found = Tried {
                tuned: trial.values.iter().map(|&value| score(value)).collect(),
                fresh: confirmed.map(|&value| score(value)).collect(),
                finals: vec![],
            };
            if chosen {
                found.fresh.extend(rule.runs.iter().map(|run| score(run.outcome.figure())));
                found.finals = finals(rule);
            }
            found
        };
        tuning.whole().map(one).collect()
    };
    let all: Vec<Vec<Tried>> = rules.iter().map(tried).collect();
    let seeds = rules.iter().map(|rule| rule.runs.len()).max().unwrap_or(0);
    let usable = |tried: &Vec<Tried>| {
        !tried.is_empty()
            && tried
                .iter()
                .all(|one| !(one.tuned.is_empty() && one.fresh.is_empty() && one.finals.is_empty()))
    };
    if seeds == 0 || !all.iter().all(usable) {
        return;
    }
    let repetition = Repetition {
        confirmed: protocol.confirmation_top,
        confirmation_seeds: protocol.confirmation_seeds,
        final_seeds: seeds,
    };
    let found = again(&all, repetition, ROUNDS, seed(master, Stage::Final, usize::MAX));
    for ((rule, wins), selected) in rules.iter_mut().zip(found.wins).zip(found.selected) {
        rule.wins_again = Some(wins);
        if let Some(tuning) = &mut rule.tuning {
            let mut rates: Vec<(f64, f64)> = Vec::new();
            for (trial, share) in tuning.whole().zip(selected).filter(|(_, share)| *share > 0.0) {
                let rate = trial.point.learning_rate;
                match rates.iter_mut().find(|(other, _)| *other == rate) {
                    Some((_, sum)) => *sum += share,
                    None => rates.push((rate, share)),
                }
            }
            rates.sort_by(|a, b| a.0.total_cmp(&b.0));
            tuning.selected_again = rates;
        }
    }
}

/// What the best of 1, 2, … trials had on average.
pub(super) fn best_of(metric: Metric, trials: &[Trial]) -> Vec<f64> {
    let scores: Vec<Option<f64>> = trials
        .iter()
        .filter(|trial| trial.divisor == 1)
        .map(|trial| trial.mean().map(|mean| metric.score(mean)))
        .collect();
    let Some(worst) = scores.iter().flatten().copied().min_by(f64::total_cmp) else { return vec![] };
    let scores: Vec<f64> = scores.into_iter().map(|score| score.unwrap_or(worst)).collect();
    // A score is the metric or its negative.
    expected_best(&scores).into_iter().map(|score| metric.score(score)).collect()
}
