//! The verdict: what the final runs say, and what they do not.
//!
//! The words are fixed beforehand, so that nobody can choose them after seeing the figures. The best rule is held against every
//! other. One interval of the difference decides, the one that is drawn; with `m` the difference that matters:
//!
//! - **clearly better**: the interval lies at `m` or above;
//! - **better**: it lies above 0; whether by as much as matters is open;
//! - **equivalent**: it lies between `-m` and `m`;
//! - **cannot tell**: none of these, with the number of seeds that would decide;
//! - **seeds cannot tell**: none of these, and no number of seeds would do: more test examples would, or a larger `m`.
//!
//! Differences are taken seed by seed, because seeds, initial values and batches are common to all rules. Where it is known which
//! test examples each run got right, the examples are a sample too, and the interval is of the difference on *new* examples; beside
//! it stands the narrower one on *these* examples. Intervals of all pairs hold together, because which rule is best was itself read
//! off the data (Bonferroni), and so do those of all [looks](Look). `docs/statistics.md` has the formulas.

mod pair;
mod planning;
mod sentence;
mod target;
mod tiers;
mod wording;

pub use planning::{Advice, MOST_SEEDS, Plan};
pub use sentence::{Sentence, conclusion, reach};
pub(crate) use target::{Racer, TargetTerms, judge_times};
pub use target::{TargetPair, TargetTime, TargetVerdict};

use serde::{Deserialize, Serialize};

use crate::experiment::{Metric, Problem, Workload};
use crate::statistics::{Interval, mean, spent_at, spent_by};

/// What is to be judged: a rule's final runs.
#[derive(Clone, Debug)]
pub struct Contender {
    /// The rule's label.
    pub label: String,
    /// Its learning rate, as it is to be shown.
    pub learning_rate: f64,
    /// The metric of each final run, the seeds in the same order for all rules; NaN where it diverged.
    pub values: Vec<f64>,
    /// Which test examples each of these runs got right, a bit each; empty where that is not known.
    pub correct: Vec<Vec<u8>>,
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
    /// Of a problem in which nothing is random: what its figures hold for.
    pub exact: Option<Exact>,
    /// The numbers of final seeds at which these rules were looked at, in the order of the looks, this one included; empty for
    /// a first look.
    pub looks: Vec<usize>,
    /// What is wrong before the first update, whatever the rate.
    pub start_fault: Option<Sentence>,
    /// The training loss at which every run ended up, if it is no lower than that of guessing.
    pub nothing_learnt: Option<f64>,
}

/// What the figures of a problem in which nothing is random hold for.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Where runs start; empty where only the problem itself knows.
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
    /// The smallest difference that matters, in the unit of the metric; absent where nothing is random or no run finished.
    pub margin: Option<f64>,
    /// How often these rules were looked at, and what the intervals allow for.
    pub look: Look,
    /// The best against each other rule, in that order; empty where nothing is random.
    pub judgements: Vec<Judgement>,
    /// The other pairs, each by the same measure: which rules can be told apart. Results of earlier versions have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Judgement>,
    /// Seeds more for each rule to decide all that seeds can; absent if nothing of that kind is open.
    pub more_seeds: Option<u64>,
    /// All of it in plain words.
    pub sentence: Sentence,
}

/// A look at the final runs. Every look spends a part of the 5 % that all verdicts on these rules may err with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Which look this is, from 1.
    pub number: usize,
    /// Earlier looks at fewer seeds: their numbers and their seeds.
    pub earlier: Vec<(usize, usize)>,
    /// Pairs of rules whose intervals hold together.
    pub pairs: usize,
    /// The confidence of each interval: 1 minus what this look spends, divided by the pairs.
    pub confidence: f64,
    /// What all looks so far have spent of the 5 %.
    #[serde(default)]
    pub spent: f64,
}

impl Look {
    /// The look at `rules` rules with `seeds` final seeds each, which is one of `looks`.
    fn new(looks: &[usize], seeds: usize, rules: usize) -> Self {
        let place = looks.iter().position(|&look| look == seeds).unwrap_or(looks.len());
        let earlier = looks.iter().enumerate().filter(|&(_, &look)| look < seeds);
        let (number, pairs) = (place + 1, (rules * rules.saturating_sub(1) / 2).max(1));
        Self {
            number,
            earlier: earlier.map(|(place, &look)| (place + 1, look)).collect(),
            pairs,
            confidence: 1.0 - spent_at(number) / pairs as f64,
            spent: spent_by(number),
        }
    }
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
    /// The verdict with the name of the rule it is about, as pages and Python show it: "adam better".
    #[serde(default)]
    pub label: Sentence,
    /// The mean difference over the seeds on which both finished, positive when the best is better; absent with fewer than two.
    pub difference: Option<f64>,
    /// The interval that decides: of all pairs and all looks together at 95 %, on new test examples where it is known which
    /// examples each run got right.
    pub interval: Option<Interval>,
    /// The same on these test examples, where the two differ: seeds alone are a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_these_examples: Option<Interval>,
    /// What that one decides, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word_on_these_examples: Option<Word>,
    /// What would decide; only of an open question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}

/// The words of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Better, by an amount that matters.
    ClearlyBetter,
    /// Better, but perhaps by less than what matters.
    Better,
    /// Closer together than what matters.
    Equivalent,
    /// The runs do not say; more seeds would.
    CannotTell,
    /// The runs do not say, and more seeds would not either.
    SeedsCannotTell,
    /// The other rule's runs diverged more often.
    OtherDiverges,
}

impl Terms {
    /// The terms of a problem.
    pub fn of(problem: &Problem, examples: Option<usize>, on_test: bool, looks: Vec<usize>) -> Self {
        let exact = match &problem.workload {
            Workload::Function(function) if problem.workload.is_deterministic() => {
                let along_axes = matches!(function.function.as_str(), "bowl" | "sphere");
                Some(Exact { start: function.start.clone(), steps: function.steps, along_axes })
            }
            Workload::Program(program) if program.deterministic => {
                Some(Exact { start: vec![], steps: program.steps, along_axes: false })
            }
            Workload::Command(training) if training.deterministic => {
                Some(Exact { start: vec![], steps: training.steps, along_axes: false })
            }
            _ => None,
        };
        let measured_on = match (&problem.workload, on_test) {
            (Workload::Function(_), _) => MeasuredOn::Function,
            (Workload::Training(_) | Workload::Program(_) | Workload::Command(_), true) => MeasuredOn::Test,
            (Workload::Training(_) | Workload::Program(_) | Workload::Command(_), false) => {
                MeasuredOn::Validation
            }
        };
        let (problem_name, metric) = (problem.name.clone(), problem.workload.metric());
        let difference = problem.difference;
        Self {
            problem: problem_name,
            metric,
            measured_on,
            examples,
            difference,
            exact,
            looks,
            start_fault: None,
            nothing_learnt: None,
        }
    }

    /// The difference that matters, in the unit of the metric.
    fn margin(&self, best: &Contender) -> f64 {
        match self.metric {
            Metric::Value => self.difference * best.mean().map_or(f64::NAN, f64::abs),
            _ => self.difference,
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
    let best = ranked.first().filter(|best| terms.exact.is_none() && best.mean().is_some());
    let seeds = contenders.iter().map(|contender| contender.values.len()).max().unwrap_or(0);
    let look = Look::new(&terms.looks, seeds, contenders.len());
    let margin = best.map(|best| terms.margin(best));
    let judgements = margin.map_or(vec![], |margin| pair::judgements(&ranked, &look, margin, terms));
    let pairs_from =
        |from: usize| margin.map_or(vec![], |margin| pair::judgements(&ranked[from..], &look, margin, terms));
    let between = (1..ranked.len()).flat_map(pairs_from).collect();
    let more_seeds = judgements.iter().filter_map(Judgement::more_seeds).max();
    Verdict {
        measured_on: terms.measured_on,
        ranking: ranked.iter().map(|contender| contender.label.clone()).collect(),
        sentence: sentence::sentence(&ranked, &judgements, &look, margin, terms),
        margin,
        look,
        judgements,
        between,
        more_seeds,
    }
}

impl Judgement {
    /// Seeds more for each of the two that would decide.
    pub fn more_seeds(&self) -> Option<u64> {
        match self.advice {
            Some(Advice::MoreSeeds(more)) => Some(more),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
