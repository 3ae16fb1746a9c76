//! The verdict: what the final runs say, and what they do not.
//!
//! The words are fixed beforehand, so that nobody can choose them after seeing the figures. The best rule is held against
//! every other:
//!
//! - **clearly better**: the difference is at least the one that matters, and Welch's test finds one at 5 %;
//! - **equivalent**: the two one-sided tests put the difference below the one that matters, at 5 %;
//! - **probably better**: Welch's test finds a difference at 5 %, how large cannot be said; a run of the best beats a run of
//!   the other with probability 0.75 or more, surely above 0.5; and both have five seeds or more;
//! - **cannot tell**: none of these, with the number of seeds that would be needed.
//!
//! Every p-value is corrected (Holm) for *all* pairs, not only those with the best, because which rule is best was itself
//! read off the data; so is the bound on the probability (Bonferroni). As both positive words need the same test, equal rules
//! earn one of them in at most 5 % of all experiments.

mod pair;
mod sentence;
mod wording;

pub use sentence::{Sentence, conclusion, reach};

use serde::{Deserialize, Serialize};

use crate::experiment::{Metric, Problem, Workload};
use crate::statistics::{Improvement, Interval, Paired, mean};

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
    /// Whether the chosen rate lies at the edge of the range searched in the end.
    pub at_edge: bool,
    /// Whether that range is wider than the one asked for.
    pub widened: bool,
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
    /// The smallest difference that matters; of a function, as a share of the best rule's mean value.
    pub difference: f64,
    /// Of a function without noise: what its figures hold for.
    pub exact: Option<Exact>,
    /// Seeds the resampling.
    pub seed: u64,
}

/// What the figures of a function without noise hold for.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Where runs start.
    pub start: Vec<f64>,
    /// How many steps they do.
    pub steps: u64,
    /// Whether it is a bowl whose axes are those of the coordinates.
    pub along_axes: bool,
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
    /// The interval of the difference seed by seed, where the two rise and fall together over the seeds. For information: the
    /// verdict's words do not use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paired: Option<Paired>,
    /// The bias-corrected and accelerated bootstrap 95 % interval of it, expanded for small samples.
    pub bootstrap: Option<Interval>,
    /// Welch's p-value after Holm's correction.
    pub p_value: Option<f64>,
    /// The p-value of "they differ by what matters or more" after Holm's correction.
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
    /// Better beyond doubt and in most runs, but perhaps by less than what matters.
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
                let along_axes = matches!(function.function.as_str(), "bowl" | "sphere");
                Some(Exact { start: function.start.clone(), steps: function.steps, along_axes })
            }
            _ => None,
        };
        let measured_on = match (&problem.workload, on_test) {
            (Workload::Function(_), _) => MeasuredOn::Function,
            (Workload::Training(_) | Workload::Program(_), true) => MeasuredOn::Test,
            (Workload::Training(_) | Workload::Program(_), false) => MeasuredOn::Validation,
        };
        let (problem_name, metric) = (problem.name.clone(), problem.workload.metric());
        let difference = problem.difference;
        Self { problem: problem_name, metric, measured_on, examples, difference, exact, seed }
    }

    /// The difference that matters, in the unit of the metric.
    fn margin(&self, best: &Contender) -> f64 {
        match self.metric {
            Metric::Accuracy | Metric::Loss => self.difference,
            Metric::Value => self.difference * best.mean().map_or(f64::NAN, f64::abs),
        }
    }

    /// The step in which the metric moves: one test example more or less. A mean difference is not known any better, however
    /// well the seeds agree.
    fn resolution(&self) -> f64 {
        match (self.metric, self.examples) {
            (Metric::Accuracy, Some(examples)) if examples > 0 => 1.0 / examples as f64,
            _ => 0.0,
        }
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
    let judgements = match ranked.first() {
        Some(best) if terms.exact.is_none() && best.mean().is_some() => pair::judgements(&ranked, terms),
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

#[cfg(test)]
mod tests;
