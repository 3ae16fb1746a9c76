//! The verdict on one problem in one sentence of at most twenty words.

use super::figures::judged;
use super::table::figure;
use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::statistics::Summary;
use thalweg_lab::verdict::{Judgement, MeasuredOn, Word};
use thalweg_report::Language;
use thalweg_words::catalogue::Others;

/// The most words of a sentence. A sentence with rules by name that is longer counts them instead.
pub(super) const MOST_WORDS: usize = 20;

/// Returns the final figures that the verdict compares; absent if every run diverged.
pub(super) fn finals<'a>(result: &ProblemResult, rule: &'a RuleResult) -> Option<&'a Summary> {
    match result.verdict.measured_on {
        MeasuredOn::Test => rule.test.as_ref(),
        MeasuredOn::Validation | MeasuredOn::Function => rule.validation.as_ref(),
    }
}

/// Returns the verdict in one short sentence.
pub fn brief(result: &ProblemResult, language: Language) -> String {
    let words = language.words();
    let Some((best, found)) = best(result) else { return words.every_final_run_diverged().into() };
    let what = judged(result, language);
    let shown = figure(&Some(found.clone()), 0, language).text;
    let (label, seeds) = (best.label.as_str(), found.count);
    if result.rules.len() == 1 {
        return words.only_rule(label, what, &shown, seeds);
    }
    if result.deterministic {
        let unresolved = |rule: &RuleResult| {
            rule.tuning.as_ref().is_some_and(|tuning| matches!(tuning.boundary, Boundary::Unresolved(_)))
        };
        let is_ranking = !result.rules.iter().any(unresolved);
        return words.ends_at(label, result.metric.higher_is_better(), &shown, is_ranking);
    }
    let sides = Sides::of(&result.verdict.judgements);
    let names = sides.open_names();
    let seeds_help = sides.closed.len() < names.len();
    match (sides.worse.len(), sides.equal.len(), names.len()) {
        (_, 0, 0) => better(label, &sides.worse, (what, &shown), seeds, language),
        (0, _, 0) => words.is_equivalent(label, others(&sides.equal), &difference(result, language)),
        (_, _, 0) => {
            let equals = few(&sides.equal, words.rules_and(&sides.equal), language);
            shortest(equals.map(|equals| words.best_with_equals(label, &equals)))
        }
        (0, 0, _) => words.nothing_told(label, others(&names), seeds_help),
        _ => {
            let open = few(&names, words.rules_or(&names), language);
            shortest(open.map(|open| words.best_but_open(label, &open, seeds_help)))
        }
    }
}

/// The other rules by what the best one is to them.
struct Sides<'a> {
    worse: Vec<&'a Judgement>,
    equal: Vec<&'a str>,
    open: Vec<&'a str>,
    closed: Vec<&'a str>,
}

impl<'a> Sides<'a> {
    fn of(judgements: &'a [Judgement]) -> Self {
        let with = |word: Word| -> Vec<&'a str> {
            let found = judgements.iter().filter(move |judgement| judgement.word == word);
            found.map(|judgement| judgement.other.as_str()).collect()
        };
        Self {
            worse: judgements.iter().filter(|judgement| judgement.word.tells_apart()).collect(),
            equal: with(Word::Equivalent),
            open: with(Word::CannotTell),
            closed: with(Word::SeedsCannotTell),
        }
    }

    fn open_names(&self) -> Vec<&'a str> {
        self.open.iter().chain(&self.closed).copied().collect()
    }
}

/// The rule that stands first, with its figures.
fn best(result: &ProblemResult) -> Option<(&RuleResult, &Summary)> {
    let label = result.verdict.ranking.first()?;
    let rule = result.rules.iter().find(|rule| rule.label == *label)?;
    Some((rule, finals(result, rule)?))
}

/// The best rule is better than all others.
fn better(
    label: &str,
    worse: &[&Judgement],
    figure: (&str, &str),
    seeds: usize,
    language: Language,
) -> String {
    let words = language.words();
    let names: Vec<&str> = worse.iter().map(|judgement| judgement.other.as_str()).collect();
    if worse.iter().all(|judgement| judgement.word == Word::OtherDiverges) {
        return words.diverges_less(label, others(&names));
    }
    shortest([Some(seeds), None].map(|seeds| words.is_better(label, others(&names), figure, seeds)))
}

/// One rule by its name, several by their number.
fn others<'a>(names: &[&'a str]) -> Others<'a> {
    match names {
        [one] => Others::One(one),
        _ => Others::Many(names.len()),
    }
}

/// Some of the other rules: by name where there are one or two, and by number.
fn few(names: &[&str], named: String, language: Language) -> [String; 2] {
    let counted = language.words().other_rules(names.len());
    if names.len() <= 2 { [named, counted] } else { [counted.clone(), counted] }
}

/// The first sentence, or the second where the first is too long.
fn shortest(sentences: [String; 2]) -> String {
    let [first, second] = sentences;
    if first.split_whitespace().count() <= MOST_WORDS { first } else { second }
}

/// The difference that matters, in words.
pub(super) fn difference(result: &ProblemResult, language: Language) -> String {
    amount(result.metric, result.verdict.margin.unwrap_or(f64::NAN), language)
}

/// A difference in words: of accuracies in percentage points.
pub(super) fn amount(metric: Metric, value: f64, language: Language) -> String {
    // Without the tail that binary fractions leave.
    let short = |value: f64| crate::number(format!("{value:.2e}").parse().unwrap_or(value));
    match metric {
        Metric::Accuracy => language.words().percentage_points(&short(100.0 * value)),
        _ => short(value),
    }
}
