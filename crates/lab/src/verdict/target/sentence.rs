//! The verdict on steps to the target: which facts are said, and in which order.

use thalweg_words::Words;
use thalweg_words::catalogue::RuleOnTarget;

use super::record::{TargetPair, TargetTerms, TargetTime, TargetVerdict};
use crate::experiment::Metric;
use crate::statistics::spent_at;
use crate::verdict::{Sentence, Word};

/// What the verdict says: the fastest rule, by how much it leads, what is open, and who never arrives.
pub(super) fn sentence(verdict: &TargetVerdict, terms: &TargetTerms) -> Sentence {
    let mut sentence = Sentence::default();
    let Some((fastest, others)) = verdict.rules.split_first().filter(|(fastest, _)| fastest.reached > 0)
    else {
        return sentence;
    };
    lead(&mut sentence, fastest, verdict, terms);
    if terms.exact {
        let times = others.iter().filter(|rule| rule.reached > 0);
        let times: Vec<String> = times.map(|rule| format!("{} {}", rule.label, steps(rule.mean))).collect();
        if !times.is_empty() {
            sentence.say(|words| words.others_with_steps(&times.join(", ")));
        }
    } else {
        let pairs: Vec<&TargetPair> =
            verdict.pairs.iter().filter(|pair| pair.faster == fastest.label).collect();
        faster(&mut sentence, &pairs, verdict);
        open(&mut sentence, &pairs);
        unconfirmed(&mut sentence, &pairs, terms);
    }
    let never: Vec<&str> =
        others.iter().filter(|rule| rule.reached == 0).map(|rule| rule.label.as_str()).collect();
    if !never.is_empty() {
        sentence.say(|words| words.never_arrive(&never));
    }
    sentence
}

fn lead(sentence: &mut Sentence, fastest: &TargetTime, verdict: &TargetVerdict, terms: &TargetTerms) {
    let (mean, horizon) = (steps(fastest.mean), steps(verdict.horizon));
    sentence.say(|words| {
        let measure = match terms.metric {
            Metric::Value => words.a_value(),
            _ => words.a_validation_loss(),
        };
        let rule =
            RuleOnTarget { problem: &terms.problem, rule: &fastest.label, measure, target: verdict.target };
        words.reaches_soonest(&rule, &mean, &horizon, !terms.exact)
    });
    if !terms.exact && verdict.rules.iter().any(|rule| rule.reached < rule.runs) {
        sentence.say(|words| words.counts_as_the_budget(&horizon));
    }
}

/// Over which rules the fastest leads, and with which it is level.
fn faster(sentence: &mut Sentence, pairs: &[&TargetPair], verdict: &TargetVerdict) {
    let ahead: Vec<&TargetPair> = pairs
        .iter()
        .copied()
        .filter(|pair| matches!(pair.word, Word::ClearlyBetter | Word::Better))
        .filter(|pair| pair.difference.is_some() && pair.interval.is_some())
        .collect();
    let per_cent = rounded(100.0 * verdict.confidence);
    if !ahead.is_empty() {
        sentence.say(|words| {
            let leads: Vec<String> = ahead
                .iter()
                .map(|pair| {
                    in_list(pair, &|rule, [lead, low, high]| words.fewer_steps_than(rule, lead, low, high))
                })
                .collect();
            words.leads_over(&borrowed(&leads), &per_cent)
        });
    }
    let level: Vec<&str> =
        pairs.iter().filter(|pair| pair.word == Word::Equivalent).map(|pair| pair.slower.as_str()).collect();
    if !level.is_empty() {
        sentence.say(|words| words.as_fast_to_within(&level, &steps(verdict.margin)));
    }
}

/// What the runs do not say, and what would.
fn open(sentence: &mut Sentence, pairs: &[&TargetPair]) {
    let with =
        |word: Word| -> Vec<&TargetPair> { pairs.iter().copied().filter(|pair| pair.word == word).collect() };
    let names = |words: &dyn Words, pairs: &[&TargetPair]| -> Vec<String> {
        let listed = |rule: &str, [lead, low, high]: [&str; 3]| words.with_lead(rule, lead, low, high);
        pairs.iter().map(|pair| in_list(pair, &listed)).collect()
    };
    let undecided = with(Word::CannotTell);
    if let Some(more) = undecided.iter().filter_map(|pair| pair.more_seeds()).max() {
        sentence.say(|words| words.seeds_would_decide_steps(&borrowed(&names(words, &undecided)), more));
    }
    let hopeless = with(Word::SeedsCannotTell);
    if !hopeless.is_empty() {
        sentence.say(|words| words.no_seeds_settle_steps(&borrowed(&names(words, &hopeless))));
    }
}

/// Where the log-rank test sees no difference.
fn unconfirmed(sentence: &mut Sentence, pairs: &[&TargetPair], terms: &TargetTerms) {
    let level = spent_at(terms.look.number) / terms.look.pairs as f64;
    let doubted = pairs.iter().filter(|pair| matches!(pair.word, Word::ClearlyBetter | Word::Better));
    let doubted = doubted.filter(|pair| pair.log_rank.is_none_or(|test| test.p_value > level));
    let names: Vec<&str> = doubted.map(|pair| pair.slower.as_str()).collect();
    if !names.is_empty() {
        sentence.say(|words| words.log_rank_does_not_confirm(&names));
    }
}

/// The slower rule of a pair with the lead over it and its interval, as `say` lists them; alone where they are not known.
fn in_list(pair: &TargetPair, say: &dyn Fn(&str, [&str; 3]) -> String) -> String {
    match (pair.difference, pair.interval) {
        (Some(lead), Some(interval)) => {
            let [lead, low, high] = [lead, interval.low, interval.high].map(steps);
            say(&pair.slower, [&lead, &low, &high])
        }
        _ => pair.slower.clone(),
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// A number of steps.
fn steps(count: f64) -> String {
    // No "-0".
    (count.round() + 0.0).to_string()
}

/// A percentage to one digit behind the point, if it has one.
fn rounded(per_cent: f64) -> String {
    format!("{per_cent:.1}").trim_end_matches(".0").to_string()
}
