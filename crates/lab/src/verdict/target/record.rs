//! What a verdict on the steps to a target says, and by what it is reached.

use serde::{Deserialize, Serialize};

use crate::experiment::Metric;
use crate::statistics::{Interval, LogRank};
use crate::verdict::planning::Advice;
use crate::verdict::{Look, Sentence, Word};

/// What the racers are judged by.
pub(crate) struct TargetTerms {
    pub(crate) problem: String,
    pub(crate) metric: Metric,
    /// The loss, or the value of a function, to be reached.
    pub(crate) target: f64,
    /// The steps of a whole run.
    pub(crate) budget: f64,
    /// The most steps between two evaluations: arrivals are known to this resolution.
    pub(crate) spacing: f64,
    /// The look at these rules.
    pub(crate) look: Look,
    /// Whether nothing is random.
    pub(crate) exact: bool,
}

/// Which rule reaches the target in fewer steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetVerdict {
    /// The validation loss to be reached; of a function, its value.
    pub target: f64,
    /// The number of steps that a run which does not arrive counts as: the budget, or less if runs of a rule were all stopped before.
    pub horizon: f64,
    /// The smallest difference that matters, in steps: the distance of two evaluations, at least a hundredth of the horizon.
    pub margin: f64,
    /// With which confidence all intervals hold together, at this look.
    pub confidence: f64,
    /// The rules, the fastest first. An order, not a claim.
    pub rules: Vec<TargetTime>,
    /// All pairs of rules, in this order; empty where nothing is random.
    pub pairs: Vec<TargetPair>,
    /// All of it in plain words.
    pub sentence: Sentence,
}

/// How long a rule takes to the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetTime {
    /// The rule's label.
    pub label: String,
    /// The restricted mean number of steps.
    pub mean: f64,
    /// Its standard error; absent with fewer than two runs.
    pub standard_error: Option<f64>,
    /// How many runs arrived within the horizon.
    pub reached: usize,
    /// How many runs there are.
    pub runs: usize,
}

/// Two rules on their way to the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetPair {
    /// The rule with the smaller restricted mean.
    pub faster: String,
    /// The other.
    pub slower: String,
    /// The verdict on the first one's lead: [`Word::ClearlyBetter`] is faster by what matters, and so on.
    pub word: Word,
    /// How many steps fewer the first one takes; absent with fewer than two seeds.
    pub difference: Option<f64>,
    /// The interval of this number that decides: those of all pairs and all looks hold together.
    pub interval: Option<Interval>,
    /// Whether it is paired by seed; otherwise some runs were stopped before they arrived.
    pub paired: bool,
    /// The log-rank test, which knows of no seeds and of no horizon; absent where nobody arrived.
    pub log_rank: Option<LogRank>,
    /// What would decide; only of an open question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}
