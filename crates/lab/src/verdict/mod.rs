//! The verdict: what the final runs say, and what they do not.
//!
//! The words are fixed beforehand, so that nobody can choose them after seeing the figures. The best rule is held against
//! every other:
//!
//! - **clearly better**: the difference is at least the one that matters, and Welch's test finds it at 5 % after Holm's
//!   correction over *all* pairs (not only those with the best, because which rule is best was itself read off the data);
//! - **equivalent**: the two one-sided tests put the difference below the one that matters, at 5 %;
//! - **probably better**: a run of the best beats a run of the other with probability 0.75 or more, surely above 0.5;
//! - **cannot tell**: none of these, with the number of seeds that would be needed.

mod sentence;

pub use sentence::{Sentence, conclusion, reach};

use serde::{Deserialize, Serialize};

use crate::experiment::{Metric, Problem, Workload};
use crate::statistics::{
    EIGHTY_PERCENT, FIVE_PERCENT, Improvement, Interval, Welch, bias_corrected, equivalence_p_value, holm,
    mean, sample_standard_deviation, seeds_needed,
};

/// What is to be judged: a rule's final runs.
#[derive(Clone, Debug)]
pub struct Contender {
    /// The rule's label.
    pub label: String,
    /// Its learning rate.
    pub learning_rate: f64,
    /// The metric of each final run; NaN where it diverged.
    pub values: Vec<f64>,
    /// Whether the learning rate was searched for.
    pub tuned: bool,
    /// Whether the best rate lay at the edge of the range to the end.
    pub at_edge: bool,
}

/// How to judge.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The problem's name.
    pub problem: String,
    /// What the values are.
    pub metric: Metric,
    /// Where they were measured.
    pub measured_on: MeasuredOn,
    /// How many test examples the figures come from, where known.
    pub examples: Option<usize>,
    /// The smallest difference that matters.
    pub difference: f64,
    /// Of a function without noise: where runs start and how many steps they do.
    pub exact: Option<(Vec<f64>, u64)>,
    /// Seeds the resampling.
    pub seed: u64,
}

/// Where the final figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MeasuredOn {
    /// The test split, read at the very end.
    Test,
    /// The validation split, on which the rates were chosen too; there is no test split.
    Validation,
    /// The function itself.
    Function,
}

/// The verdict on one problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Where the figures come from.
    pub measured_on: MeasuredOn,
    /// The labels from best to worst by their mean (rules with diverged runs last). An order, not a claim.
    pub ranking: Vec<String>,
    /// The best against each other rule, in that order; empty where nothing is random.
    pub judgements: Vec<Judgement>,
    /// Seeds more for each rule to decide what cannot be told; absent if nothing is open.
    pub more_seeds: Option<u64>,
    /// All of it in plain words.
    pub sentence: Sentence,
}

/// The best rule against another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The best rule.
    pub best: String,
    /// The other.
    pub other: String,
    /// The verdict.
    pub word: Word,
    /// Difference of the means, positive when the best is better; absent if runs diverged.
    pub difference: Option<f64>,
    /// Welch's 95 % interval of it, not corrected for the number of pairs.
    pub welch: Option<Interval>,
    /// The bias-corrected and accelerated bootstrap 95 % interval of it.
    pub bootstrap: Option<Interval>,
    /// Welch's p-value after Holm's correction.
    pub p_value: Option<f64>,
    /// The p-value of "they differ by what matters or more".
    pub equivalence_p_value: Option<f64>,
    /// The probability that a run of the best beats a run of the other.
    pub improvement: Improvement,
    /// Seeds more for each of the two to tell; only when it cannot be told.
    pub more_seeds: Option<u64>,
}

/// The words of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Better beyond doubt, by an amount that matters.
    ClearlyBetter,
    /// Better in most runs.
    ProbablyBetter,
    /// Closer together than what matters.
    Equivalent,
    /// The runs do not say.
    CannotTell,
    /// The other rule's runs diverged more often.
    OtherDiverges,
}

impl Terms {
    /// The terms of a problem.
    pub fn of(problem: &Problem, examples: Option<usize>, on_test: bool, seed: u64) -> Self {
        let exact = match &problem.workload {
            Workload::Function(function) if problem.workload.is_deterministic() => {
                Some((function.start.clone(), function.steps))
            }
            _ => None,
        };
        let measured_on = match (&problem.workload, on_test) {
            (Workload::Function(_), _) => MeasuredOn::Function,
            (Workload::Training(_), true) => MeasuredOn::Test,
            (Workload::Training(_), false) => MeasuredOn::Validation,
        };
        let (problem_name, metric) = (problem.name.clone(), problem.workload.metric());
        let difference = problem.difference;
        Self { problem: problem_name, metric, measured_on, examples, difference, exact, seed }
    }
}

impl Contender {
    fn diverged(&self) -> usize {
        self.values.iter().filter(|value| !value.is_finite()).count()
    }

    /// The values turned so that higher is better; NaN where diverged.
    fn scores(&self, metric: Metric) -> Vec<f64> {
        self.values
            .iter()
            .map(|&value| if value.is_finite() { metric.score(value) } else { f64::NAN })
            .collect()
    }

    /// The mean of the runs that gave a number.
    fn mean(&self) -> Option<f64> {
        let finite: Vec<f64> = self.values.iter().copied().filter(|value| value.is_finite()).collect();
        (!finite.is_empty()).then(|| mean(&finite))
    }
}

/// Judges the final runs of several rules.
pub fn judge(contenders: &[Contender], terms: &Terms) -> Verdict {
    let mut ranked: Vec<&Contender> = contenders.iter().collect();
    let score =
        |contender: &Contender| contender.mean().map_or(f64::NEG_INFINITY, |mean| terms.metric.score(mean));
    ranked.sort_by(|a, b| a.diverged().cmp(&b.diverged()).then(score(b).total_cmp(&score(a))));
    let judgements = match ranked.split_first() {
        Some((best, others)) if terms.exact.is_none() && best.mean().is_some() => {
            let corrected = corrected_p_values(&ranked, terms.metric);
            // The best is the first of the ranking, so its pairs come first.
            let judge = |(index, other): (usize, &&Contender)| pair(best, other, corrected[index], terms);
            others.iter().enumerate().map(judge).collect()
        }
        _ => vec![],
    };
    let more_seeds = judgements.iter().filter_map(|judgement| judgement.more_seeds).max();
    Verdict {
        measured_on: terms.measured_on,
        ranking: ranked.iter().map(|contender| contender.label.clone()).collect(),
        sentence: sentence::sentence(&ranked, &judgements, more_seeds, terms),
        judgements,
        more_seeds,
    }
}

/// Holm's p-values of all pairs that can be tested, the pairs of the first contender first.
fn corrected_p_values(contenders: &[&Contender], metric: Metric) -> Vec<Option<f64>> {
    let scores: Vec<Vec<f64>> = contenders.iter().map(|contender| contender.scores(metric)).collect();
    let mut raw = Vec::new();
    for a in 0..scores.len() {
        for b in a + 1..scores.len() {
            raw.push(Welch::of(&scores[a], &scores[b]).map(|welch| welch.p_value()));
        }
    }
    let tested: Vec<f64> = raw.iter().copied().flatten().collect();
    let mut corrected = holm(&tested).into_iter();
    raw.into_iter().map(|p_value| p_value.and_then(|_| corrected.next())).collect()
}

fn pair(best: &Contender, other: &Contender, p_value: Option<f64>, terms: &Terms) -> Judgement {
    let (ours, theirs) = (best.scores(terms.metric), other.scores(terms.metric));
    let welch = Welch::of(&ours, &theirs);
    let improvement = Improvement::of(&ours, &theirs, terms.seed);
    let equivalence = welch.map(|welch| equivalence_p_value(&welch, terms.difference));
    let significant = p_value.is_some_and(|p_value| p_value < FIVE_PERCENT);
    let matters = welch.is_some_and(|welch| welch.difference >= terms.difference);
    let word = if other.diverged() > best.diverged() {
        Word::OtherDiverges
    } else if significant && matters {
        Word::ClearlyBetter
    } else if equivalence.is_some_and(|p_value| p_value < FIVE_PERCENT) {
        Word::Equivalent
    } else if improvement.probability >= 0.75 && improvement.interval.low > 0.5 && welch.is_some() {
        Word::ProbablyBetter
    } else {
        Word::CannotTell
    };
    Judgement {
        best: best.label.clone(),
        other: other.label.clone(),
        word,
        difference: welch.map(|welch| welch.difference),
        welch: welch.map(|welch| welch.interval(0.95)),
        bootstrap: welch.map(|_| bias_corrected(&ours, &theirs, 0.95, terms.seed)),
        p_value,
        equivalence_p_value: equivalence,
        improvement,
        more_seeds: (word == Word::CannotTell)
            .then(|| more_seeds(&ours, &theirs, terms.difference))
            .flatten(),
    }
}

/// Seeds beyond those at hand to find a difference that matters with a chance of 80 %. If there are as many already, the true
/// difference is near the one that matters, and as many again is the honest guess.
fn more_seeds(ours: &[f64], theirs: &[f64], difference: f64) -> Option<u64> {
    let (a, b) = (sample_standard_deviation(ours), sample_standard_deviation(theirs));
    let needed = seeds_needed(a, b, difference, FIVE_PERCENT, EIGHTY_PERCENT)?;
    let at_hand = ours.len().min(theirs.len()) as u64;
    Some(if needed > at_hand { needed - at_hand } else { at_hand })
}

#[cfg(test)]
mod tests;
