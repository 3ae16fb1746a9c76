//! What a comparison found: every figure behind the tables, the plots and the verdict.

mod effort;
mod target;
mod together;
mod tolerance;

pub use target::TimeToTarget;
pub use tolerance::Tolerance;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digits::rate_among;
use crate::experiment::{Arm, Around, Experiment, Metric, Preset, Problem, Protocol, Workload};
use crate::outcome::Outcome;
use crate::search::{Point, RateRange, Side, Space, Trial};
use crate::statistics::{Summary, median};
use crate::store::Tried;
use crate::verdict::{Contender, MeasuredOn, Sentence, TargetVerdict, Terms, Verdict, conclusion, judge};
use target::judge_target;
use together::{best_of, do_again, refuse_target};

/// The result of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the experiment is called.
    pub name: String,
    /// The number from which all randomness followed.
    pub seed: u64,
    /// The preset.
    pub preset: Preset,
    /// The budget, the same for every rule.
    pub protocol: Protocol,
    /// The version of the program that produced the numbers.
    pub code: String,
    /// The whole experiment as a file: running it again gives these results again.
    pub experiment: String,
    /// What can and what cannot be concluded.
    pub conclusion: Sentence,
    /// The results, problem by problem.
    pub problems: Vec<ProblemResult>,
}

/// The result on one problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemResult {
    /// The problem's name.
    pub name: String,
    /// How runs were judged.
    pub metric: Metric,
    /// Whether nothing was random, so that each figure is one run's.
    pub deterministic: bool,
    /// The smallest difference that matters; of a function, as a share of the best rule's mean value.
    pub difference: f64,
    /// How often a range grew; every rule got the same number of trials for it.
    pub extensions: usize,
    /// Why the target that was set says nothing, if so; the rules' times to it are left out then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_refused: Option<TargetRefused>,
    /// What was ever tried on the problem in this results store, by this experiment and others.
    #[serde(default)]
    pub tried: Tried,
    /// What can be concluded.
    pub verdict: Verdict,
    /// Which rule reaches the target in fewer steps; absent without a target that tells the rules apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_verdict: Option<TargetVerdict>,
    /// The results, rule by rule.
    pub rules: Vec<RuleResult>,
}

/// Why a target says nothing about the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetRefused {
    /// No final run reached it.
    NobodyReachedIt,
    /// Every final run had reached it when it was first looked at.
    AllReachedItAtOnce,
}

/// The result of one rule on one problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleResult {
    /// What the rule is called in reports.
    pub label: String,
    /// The rule.
    pub rule: String,
    /// Whose form of it.
    pub dialect: String,
    /// What stands around it.
    #[serde(default, skip_serializing_if = "Around::is_empty")]
    pub around: Around,
    /// The hyper-parameters of the final runs.
    pub hyperparameters: BTreeMap<String, f64>,
    /// Their learning rate.
    pub learning_rate: f64,
    /// How the rate was found; absent if it was given.
    pub tuning: Option<Tuning>,
    /// The metric on the validation split over the final seeds; absent if all diverged.
    pub validation: Option<Summary>,
    /// The metric on the test split; absent if there is none.
    pub test: Option<Summary>,
    /// How many final runs diverged.
    pub diverged: usize,
    /// How long the target took; absent if none was set, or if it says nothing.
    pub target: Option<TimeToTarget>,
    /// The share of cases in which this rule would come out best if the whole comparison were done again: the trials and the
    /// seeds drawn again (a two-level bootstrap), the final figures on the split of the verdict. Absent where nothing is random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wins_again: Option<f64>,
    /// The time of a step: the median over the final runs.
    #[serde(with = "crate::outcome::number")]
    pub microseconds_per_step: f64,
    /// The rule at its default hyper-parameters; absent if not run.
    pub default: Option<DefaultResult>,
    /// The final runs.
    pub runs: Vec<Run>,
}

/// How a configuration was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuning {
    /// The range of learning rates asked for; absent if the rate was given.
    pub asked: Option<RateRange>,
    /// The range searched in the end.
    pub searched: Option<RateRange>,
    /// Whether the chosen rate lies well inside.
    pub boundary: Boundary,
    /// The other hyper-parameters searched for, and where.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, Space>,
    /// Those of them whose chosen value lies at the edge of its range: a better one may lie beyond it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_edge: Vec<String>,
    /// The share of cases in which doing the search again would select each rate: the rates, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selected_again: Vec<(f64, f64)>,
    /// The metric that the best of 1, 2, … trials had on average: what a smaller budget would have found. A trial that diverged
    /// counts as the worst that did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub best_of: Vec<f64>,
    /// Every configuration tried, in the order of the trials.
    pub trials: Vec<Trial>,
    /// The best few, and what fresh seeds said about them.
    pub candidates: Vec<Candidate>,
    /// The winner's curse: by how much the best trial looked better when it was chosen than on fresh seeds (in the metric,
    /// positive when it was too good to be true). Absent without a confirmation.
    pub selection_drop: Option<f64>,
}

/// Where the chosen rate lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Boundary {
    /// Inside the range asked for.
    Inside,
    /// Inside the range after it grew.
    Extended,
    /// At an edge of the range searched in the end: a better rate may lie beyond it.
    Unresolved(Side),
}

/// A configuration run again on fresh seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The configuration.
    #[serde(flatten)]
    pub point: Point,
    /// Its mean when it was tried; absent if it diverged.
    pub tuned: Option<f64>,
    /// The metric on each fresh seed; absent where it diverged.
    pub confirmed: Vec<Option<f64>>,
}

/// A rule at its default hyper-parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultResult {
    /// The hyper-parameters.
    pub hyperparameters: BTreeMap<String, f64>,
    /// The metric on the validation split; absent if all runs diverged.
    pub validation: Option<Summary>,
    /// How many runs diverged.
    pub diverged: usize,
    /// The runs.
    pub runs: Vec<Run>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// Its result.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What is known of a problem beside its runs.
pub(crate) struct Known {
    /// How many test examples there are.
    pub(crate) test_examples: Option<usize>,
    /// The numbers of final seeds with which the rules were looked at.
    pub(crate) looks: Vec<usize>,
    /// What was ever tried on it in this store.
    pub(crate) tried: Tried,
    /// What is wrong before the first update.
    pub(crate) start_fault: Option<Sentence>,
    /// The training loss of guessing.
    pub(crate) guessing_loss: Option<f64>,
}

/// A training loss above this share of that of guessing is no progress.
const UNLEARNT: f64 = 0.98;

impl Comparison {
    pub(crate) fn new(experiment: &Experiment, code: &str, problems: Vec<ProblemResult>) -> Self {
        Self {
            name: experiment.name.clone(),
            seed: experiment.seed,
            preset: experiment.preset,
            protocol: experiment.protocol,
            code: code.to_string(),
            experiment: experiment.to_toml(),
            conclusion: conclusion(problems.iter().map(|problem| &problem.verdict)),
            problems,
        }
    }
}

impl ProblemResult {
    pub(crate) fn new(
        problem: &Problem,
        (protocol, seed): (&Protocol, u64),
        known: Known,
        extensions: usize,
        mut rules: Vec<RuleResult>,
    ) -> Self {
        let metric = problem.workload.metric();
        let target_refused = refuse_target(&mut rules);
        let finished =
            || rules.iter().flat_map(|rule| &rule.runs).filter(|run| run.outcome.figure().is_some());
        let data = !matches!(problem.workload, Workload::Function(_));
        let on_test = data && finished().next().is_some() && finished().all(|run| run.outcome.test.is_some());
        if !problem.workload.is_deterministic() {
            do_again(&mut rules, metric, on_test, protocol, seed);
        }
        let value = |run: &Run| run.outcome.judged(on_test).unwrap_or(f64::NAN);
        let contender = |rule: &RuleResult| Contender {
            label: rule.label.clone(),
            learning_rate: rule.shown_rate(rule.learning_rate),
            values: rule.runs.iter().map(value).collect(),
            correct: rule.runs.iter().map(|run| run.outcome.correct.clone()).filter(|_| on_test).collect(),
            tuned: rule.tuning.is_some(),
            at_edge: rule
                .tuning
                .as_ref()
                .is_some_and(|tuning| matches!(tuning.boundary, Boundary::Unresolved(_))),
            widened: rule.tuning.as_ref().is_some_and(|tuning| tuning.asked != tuning.searched),
        };
        let contenders: Vec<Contender> = rules.iter().map(contender).collect();
        let last = |run: &Run| run.outcome.training_loss.values.last().map(|&loss| f64::from(loss));
        let lasts: Option<Vec<f64>> = rules.iter().flat_map(|rule| &rule.runs).map(last).collect();
        let lowest = lasts.and_then(|lasts| lasts.into_iter().min_by(f64::total_cmp));
        let terms = Terms {
            start_fault: known.start_fault,
            nothing_learnt: known.guessing_loss.zip(lowest).and_then(|(guessing, loss)| {
                (loss >= UNLEARNT * guessing && loss.is_finite()).then_some(loss)
            }),
            ..Terms::of(problem, known.test_examples.filter(|_| on_test), on_test, known.looks)
        };
        let verdict = judge(&contenders, &terms);
        Self {
            target_verdict: judge_target(problem, &rules, &verdict.look),
            name: problem.name.clone(),
            metric,
            deterministic: problem.workload.is_deterministic(),
            difference: problem.difference,
            extensions,
            target_refused,
            tried: known.tried,
            verdict,
            rules,
        }
    }

    /// The figure of a final run that the verdict is about; absent if the run diverged.
    pub fn judged(&self, run: &Run) -> Option<f64> {
        run.outcome.judged(self.verdict.measured_on == MeasuredOn::Test)
    }
}

impl RuleResult {
    pub(crate) fn new(
        arm: &Arm,
        hyperparameters: BTreeMap<String, f64>,
        tuning: Option<Tuning>,
        runs: Vec<Run>,
        default: Option<DefaultResult>,
        has_target: bool,
    ) -> Self {
        let tests: Vec<f64> = finished(&runs).filter_map(|outcome| outcome.test).collect();
        let times: Vec<f64> = runs.iter().map(|run| 1e6 * run.outcome.seconds_per_step).collect();
        Self {
            label: arm.label.clone(),
            rule: arm.name.clone(),
            dialect: arm.dialect.clone(),
            around: arm.around.clone(),
            learning_rate: hyperparameters.get("learning_rate").copied().unwrap_or(f64::NAN),
            hyperparameters,
            tuning,
            validation: validation(&runs),
            test: Summary::of(&tests),
            diverged: diverged(&runs),
            target: has_target.then(|| TimeToTarget::of(&runs)),
            wins_again: None,
            microseconds_per_step: median(&times),
            default,
            runs,
        }
    }

    /// Returns a rate of the search with the digits that the search deserves. Without a search it stays as it is.
    pub fn shown_rate(&self, rate: f64) -> f64 {
        let trials = self.tuning.iter().flat_map(|tuning| &tuning.trials);
        rate_among(rate, trials.map(|trial| trial.point.learning_rate))
    }
}

impl DefaultResult {
    pub(crate) fn new(hyperparameters: BTreeMap<String, f64>, runs: Vec<Run>) -> Option<Self> {
        let (validation, diverged) = (validation(&runs), diverged(&runs));
        (!runs.is_empty()).then_some(Self { hyperparameters, validation, diverged, runs })
    }
}

impl Tuning {
    /// The trials that ran to the end: all of them, unless the search halved.
    pub fn whole(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.divisor == 1)
    }

    pub(crate) fn new(
        metric: Metric,
        ranges: Option<(RateRange, RateRange)>,
        arm: &Arm,
        chosen: &Point,
        boundary: Boundary,
        trials: &[Trial],
        candidates: &[Candidate],
    ) -> Self {
        let winner = candidates.first();
        let drop = winner
            .and_then(|winner| Some(metric.score(winner.tuned?) - metric.score(winner.as_trial().mean()?)));
        let at_edge = chosen.others.iter().filter(|&(name, &value)| arm.search[name].at_edge(value));
        Self {
            asked: ranges.map(|ranges| ranges.0),
            searched: ranges.map(|ranges| ranges.1),
            boundary,
            others: arm.search.clone(),
            at_edge: at_edge.map(|(name, _)| name.clone()).collect(),
            selected_again: vec![],
            best_of: best_of(metric, trials),
            trials: trials.to_vec(),
            candidates: candidates.to_vec(),
            selection_drop: drop,
        }
    }
}

impl Candidate {
    pub(crate) fn as_trial(&self) -> Trial {
        Trial { point: self.point.clone(), values: self.confirmed.clone(), divisor: 1 }
    }
}

fn finished(runs: &[Run]) -> impl Iterator<Item = &Outcome> {
    runs.iter().map(|run| &run.outcome).filter(|outcome| outcome.figure().is_some())
}

fn validation(runs: &[Run]) -> Option<Summary> {
    let values: Vec<f64> = finished(runs).filter_map(Outcome::figure).collect();
    Summary::of(&values)
}

fn diverged(runs: &[Run]) -> usize {
    runs.len() - finished(runs).count()
}
