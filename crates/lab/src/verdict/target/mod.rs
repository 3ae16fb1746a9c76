//! How fast each rule reaches the target: a verdict of its own, beside that on the final figures.
//!
//! What is compared is the restricted mean: the mean number of steps to the target, where a run that has not reached it after as
//! many steps as the *horizon* counts as the horizon. The horizon is the budget: every run is watched so long, or is known never to
//! arrive because it diverged. So each run's number is known, and rules are paired by seed as in the other verdict. Where runs were
//! stopped early without arriving, their numbers are not known: then the means are those of Kaplan and Meier's curves, compared
//! without pairs. The log-rank test stands beside it as a check with other assumptions.

mod record;
mod sentence;

pub(crate) use record::TargetTerms;
pub use record::{TargetPair, TargetTime, TargetVerdict};

use super::pair::{over_all_looks, word};
use super::planning::{Advice, CHANCE, advice, first_seeds};
use super::{Sentence, Word};
use crate::statistics::{
    PairedDifference, Watched, common_horizon, log_rank, restricted_mean, spent_at, spent_by,
};

/// The share of the budget that two rules have to differ by to be different, unless evaluations are further apart.
const LEAST_SHARE: f64 = 0.01;

/// A rule's final runs on their way to the target, the seeds in the same order for all rules.
pub(crate) struct Racer {
    pub(crate) label: String,
    /// When each run arrived, or how long it was watched in vain: infinitely long if it diverged.
    pub(crate) runs: Vec<Watched>,
}

/// Judges how fast rules reach the target; `None` if nothing was watched.
pub(crate) fn judge_times(racers: &[Racer], terms: &TargetTerms) -> Option<TargetVerdict> {
    let horizon = common_horizon(racers.iter().map(|racer| racer.runs.as_slice()), terms.budget)?;
    let cut: Vec<Racer> = racers.iter().map(|racer| racer.cut(horizon)).collect();
    let mut rules: Vec<(TargetTime, &Racer)> = Vec::with_capacity(cut.len());
    for racer in &cut {
        let found = restricted_mean(&racer.runs, horizon)?;
        let time = TargetTime {
            label: racer.label.clone(),
            mean: found.mean,
            standard_error: Some(found.variance.sqrt()).filter(|error| error.is_finite()),
            reached: racer.runs.iter().filter(|run| run.happened).count(),
            runs: racer.runs.len(),
        };
        rules.push((time, racer));
    }
    rules.sort_by(|a, b| a.0.mean.total_cmp(&b.0.mean));
    let margin = terms.spacing.max(LEAST_SHARE * horizon);
    let mut pairs = Vec::new();
    for (place, (_, faster)) in rules.iter().enumerate().filter(|_| !terms.exact) {
        for (_, slower) in &rules[place + 1..] {
            pairs.push(judge(faster, slower, (horizon, margin), terms));
        }
    }
    let rules: Vec<TargetTime> = rules.into_iter().map(|(time, _)| time).collect();
    let mut verdict = TargetVerdict {
        target: terms.target,
        horizon,
        margin,
        confidence: 1.0 - spent_by(terms.look.number),
        rules,
        pairs,
        sentence: Sentence::default(),
    };
    verdict.sentence = sentence::sentence(&verdict, terms);
    Some(verdict)
}

fn judge(faster: &Racer, slower: &Racer, (horizon, margin): (f64, f64), terms: &TargetTerms) -> TargetPair {
    let paired = faster.is_watched_until(horizon) && slower.is_watched_until(horizon);
    // The lead of the faster one over the first seeds; no finer than two roundings to the distance of evaluations.
    let first = |seeds: usize| -> Option<PairedDifference> {
        let [faster, slower] = [faster, slower].map(|racer| &racer.runs[..seeds.min(racer.runs.len())]);
        let known =
            if paired { pair(faster, slower, horizon)? } else { compare_means(faster, slower, horizon)? };
        Some(known.no_finer_than(terms.spacing / 6_f64.sqrt()))
    };
    let known = first(usize::MAX);
    let interval = over_all_looks(&terms.look, &first);
    let found = interval.and_then(|interval| word(&interval, margin));
    let next = spent_at(terms.look.number + 1) / terms.look.pairs as f64;
    let open = || match &known {
        Some(known) => advice(known, margin, next, CHANCE),
        None => first_seeds(faster.runs.len().min(slower.runs.len())),
    };
    let advice = found.is_none().then(open);
    let word = found.or(advice.map(Advice::word)).unwrap_or(Word::CannotTell);
    TargetPair {
        faster: faster.label.clone(),
        slower: slower.label.clone(),
        word,
        difference: known.map(|known| known.mean),
        interval,
        paired,
        log_rank: log_rank(&faster.runs, &slower.runs),
        advice,
    }
}

/// The lead seed by seed.
fn pair(faster: &[Watched], slower: &[Watched], horizon: f64) -> Option<PairedDifference> {
    let steps = |runs: &[Watched]| -> Vec<f64> { runs.iter().map(|run| run.time.min(horizon)).collect() };
    PairedDifference::of(&steps(slower), &steps(faster))
}

/// The difference of the means of two curves, in the form of a paired one: its degrees of freedom are those of the fewer runs.
fn compare_means(faster: &[Watched], slower: &[Watched], horizon: f64) -> Option<PairedDifference> {
    let seeds = faster.len().min(slower.len());
    let (fast, slow) = (restricted_mean(faster, horizon)?, restricted_mean(slower, horizon)?);
    let (mean, seed_variance) = (slow.mean - fast.mean, slow.variance + fast.variance);
    (seeds > 1).then_some(PairedDifference { mean, seeds, seed_variance, examples: None })
}

impl TargetPair {
    /// Seeds more for each of the two that would decide.
    pub fn more_seeds(&self) -> Option<u64> {
        match self.advice {
            Some(Advice::MoreSeeds(more)) => Some(more),
            _ => None,
        }
    }
}

impl Racer {
    /// The same, watched until the horizon only.
    fn cut(&self, horizon: f64) -> Self {
        let cut = |run: &Watched| Watched { happened: run.happened && run.time <= horizon, ..*run };
        Self { label: self.label.clone(), runs: self.runs.iter().map(cut).collect() }
    }

    /// Whether no run was stopped before the horizon without arriving.
    fn is_watched_until(&self, horizon: f64) -> bool {
        self.runs.iter().all(|run| run.happened || run.time >= horizon)
    }
}

#[cfg(test)]
mod tests;
