//! The verdict in plain words: which facts are said, and in which order. How they are said is for
//! [`thalweg_words`](thalweg_words::Words).

use serde::{Deserialize, Serialize};
use thalweg_words::catalogue::RuleOnProblem;
use thalweg_words::{Language, Words};

use super::wording::{margin, spread};
use super::{Advice, Contender, Exact, Judgement, Look, MeasuredOn, Terms, Verdict, Word};
use crate::experiment::Metric;
use crate::search::show_rate;
use crate::statistics::Summary;

/// The same statement in two languages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Sentence {
    /// Returns a statement from how each language says it.
    pub fn of(say: impl Fn(&dyn Words) -> String) -> Self {
        Self { en: say(Language::English.words()), ko: say(Language::Korean.words()) }
    }

    /// Returns the statement in a language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }

    /// Adds another statement.
    pub(crate) fn add(&mut self, other: &Self) {
        for (text, more) in [(&mut self.en, &other.en), (&mut self.ko, &other.ko)] {
            if !text.is_empty() && !more.is_empty() {
                text.push(' ');
            }
            text.push_str(more);
        }
    }

    /// Adds what each language says.
    pub(super) fn say(&mut self, say: impl Fn(&dyn Words) -> String) {
        self.add(&Self::of(say));
    }
}

/// The conclusion of a whole comparison: problem by problem, and how far it reaches.
pub fn conclusion<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Sentence {
    let mut sentence = Sentence::default();
    verdicts.for_each(|verdict| sentence.add(&verdict.sentence));
    sentence.add(&reach());
    sentence
}

/// How far any conclusion reaches.
pub fn reach() -> Sentence {
    Sentence::of(|words| words.how_far_it_reaches().into())
}

/// What the verdict on one problem says; `ranked` from best to worst, `least` the difference that matters in the metric's unit.
pub(super) fn sentence(
    ranked: &[&Contender],
    judgements: &[Judgement],
    look: &Look,
    least: Option<f64>,
    terms: &Terms,
) -> Sentence {
    let mut sentence = Sentence::default();
    let Some(best) = ranked.first().filter(|best| best.mean().is_some()) else {
        sentence.say(|words| words.every_run_diverged(&terms.problem));
        match &terms.start_fault {
            Some(fault) => sentence.add(fault),
            None => sentence.say(|words| words.search_smaller_rates().into()),
        }
        return sentence;
    };
    match &terms.exact {
        Some(of) => exact(&mut sentence, ranked, of, terms),
        None => lead(&mut sentence, best, ranked.len() > 1, terms),
    }
    against_others(&mut sentence, judgements, least, terms);
    on_these_examples(&mut sentence, judgements, terms);
    if look.number > 1 && !judgements.is_empty() {
        sentence.say(|words| words.look_number(look.number));
    }
    caveats(&mut sentence, ranked, terms);
    sentence
}

/// Nothing was random: the figures are what they are, and a ranking only where every rule's best rate was found.
fn exact(sentence: &mut Sentence, ranked: &[&Contender], of: &Exact, terms: &Terms) {
    let point = of.start.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let start = (!point.is_empty()).then_some(point.as_str());
    let highest_first = terms.metric.higher_is_better();
    let rules = |words: &dyn Words| {
        let one = |contender: &&Contender| {
            let value = spread(words, terms.metric, &Summary::of(&contender.values)?);
            Some(words.rule_with_value(&contender.label, &show_rate(contender.learning_rate), &value))
        };
        ranked.iter().filter_map(one).collect::<Vec<_>>().join(", ")
    };
    if ranked.iter().any(|contender| contender.at_edge) {
        sentence.say(|words| words.values_on(&terms.problem, start, of.steps, &rules(words)));
        sentence.say(|words| words.no_ranking().into());
    } else {
        sentence.say(|words| words.order_on(&terms.problem, start, of.steps, highest_first, &rules(words)));
        sentence.say(|words| words.ranking_of_this_function().into());
    }
    if of.along_axes && ranked.len() > 1 {
        sentence.say(|words| words.luck_along_axes().into());
    }
}

/// Who has the best mean; of a single rule, what it is.
fn lead(sentence: &mut Sentence, best: &Contender, has_rivals: bool, terms: &Terms) {
    let Some(summary) = Summary::of(&best.values) else { return };
    let rate = show_rate(best.learning_rate);
    let rule = RuleOnProblem { problem: &terms.problem, rule: &best.label, rate: &rate };
    sentence.say(|words| {
        let figure = terms.metric.title(words, terms.measured_on == MeasuredOn::Test);
        let mean = spread(words, terms.metric, &summary);
        match (has_rivals, terms.metric.higher_is_better()) {
            (false, _) => words.mean_of_the_only_rule(&rule, figure, &mean, summary.count),
            (true, true) => words.highest_mean(&rule, figure, &mean, summary.count),
            (true, false) => words.lowest_mean(&rule, figure, &mean, summary.count),
        }
    });
}

/// The best against the others, grouped by the word.
fn against_others(sentence: &mut Sentence, judgements: &[Judgement], least: Option<f64>, terms: &Terms) {
    let with = |word: Word| -> Vec<&str> {
        judgements
            .iter()
            .filter(|judgement| judgement.word == word)
            .map(|judgement| judgement.other.as_str())
            .collect()
    };
    let difference = |words: &dyn Words| margin(words, terms.metric, terms.difference);
    let clearly = with(Word::ClearlyBetter);
    if !clearly.is_empty() {
        sentence.say(|words| words.clearly_better_than(&clearly));
    }
    let better = with(Word::Better);
    if !better.is_empty() {
        sentence.say(|words| words.better_than(&better, &difference(words)));
    }
    let equivalent = with(Word::Equivalent);
    if !equivalent.is_empty() {
        sentence.say(|words| words.equivalent_to(&equivalent, &difference(words)));
    }
    open(sentence, judgements);
    beyond_seeds(sentence, judgements, least, terms);
}

/// What more seeds would decide.
fn open(sentence: &mut Sentence, judgements: &[Judgement]) {
    let open: Vec<&Judgement> =
        judgements.iter().filter(|judgement| judgement.word == Word::CannotTell).collect();
    let Some(more) = open.iter().filter_map(|judgement| judgement.more_seeds()).max() else { return };
    let others: Vec<&str> = open.iter().map(|judgement| judgement.other.as_str()).collect();
    if open.iter().all(|judgement| judgement.difference.is_none()) {
        sentence.say(|words| words.spread_unknown(&others, more));
    } else {
        sentence.say(|words| words.seeds_would_decide(&others, more));
    }
}

/// What no number of seeds would decide, and what would.
fn beyond_seeds(sentence: &mut Sentence, judgements: &[Judgement], least: Option<f64>, terms: &Terms) {
    let (mut others, mut wanted, mut examples): (Vec<&str>, f64, Vec<Option<u64>>) = (vec![], 0.0, vec![]);
    for judgement in judgements {
        if let Some(Advice::SeedsCannotTell { examples: more, margin }) = judgement.advice {
            others.push(&judgement.other);
            wanted = wanted.max(margin);
            examples.push(more);
        }
    }
    if others.is_empty() {
        return;
    }
    // Of a function, the margin is written as a share of the value.
    if let (Metric::Value, Some(least)) = (terms.metric, least) {
        wanted *= terms.difference / least;
    }
    let more: Option<Vec<u64>> = examples.into_iter().collect();
    let more = more.and_then(|more| more.into_iter().max());
    sentence.say(|words| {
        let wide = margin(words, terms.metric, wanted);
        match (more, terms.examples) {
            (Some(more), Some(at_hand)) => words.examples_would_settle(&others, at_hand, more, &wide),
            _ => words.margin_would_settle(&others, &wide),
        }
    });
}

/// Where these very test examples say more than what holds for new ones.
fn on_these_examples(sentence: &mut Sentence, judgements: &[Judgement], terms: &Terms) {
    let better: Vec<&str> = judgements
        .iter()
        .filter(|judgement| matches!(judgement.word, Word::CannotTell | Word::SeedsCannotTell))
        .filter(|judgement| {
            matches!(judgement.word_on_these_examples, Some(Word::ClearlyBetter | Word::Better))
        })
        .map(|judgement| judgement.other.as_str())
        .collect();
    if let (false, Some(examples)) = (better.is_empty(), terms.examples) {
        sentence.say(|words| words.better_on_these_examples(&better, examples));
    }
}

/// What takes away from the comparison.
fn caveats(sentence: &mut Sentence, ranked: &[&Contender], terms: &Terms) {
    if let Some(fault) = &terms.start_fault {
        sentence.add(fault);
    } else if let Some(loss) = terms.nothing_learnt {
        sentence.say(|words| words.nothing_learnt(loss));
    }
    for contender in ranked.iter().filter(|contender| contender.diverged() > 0) {
        let (diverged, runs) = (contender.diverged(), contender.values.len());
        sentence.say(|words| words.diverged_in(&contender.label, diverged, runs));
    }
    for widened in [true, false] {
        let at_edge = labels(ranked, |contender| contender.at_edge && contender.widened == widened);
        if !at_edge.is_empty() {
            sentence.say(|words| words.best_rate_at_the_edge(&at_edge, widened));
        }
    }
    let given = labels(ranked, |contender| !contender.tuned);
    if !given.is_empty() && given.len() < ranked.len() {
        sentence.say(|words| words.rate_was_given(&given));
    }
    if terms.measured_on == MeasuredOn::Validation {
        sentence.say(|words| words.no_test_split().into());
    }
}

fn labels<'a>(ranked: &[&'a Contender], wanted: impl Fn(&Contender) -> bool) -> Vec<&'a str> {
    ranked.iter().filter(|contender| wanted(contender)).map(|contender| contender.label.as_str()).collect()
}
