//! The verdict on steps to the target in plain words.

use super::super::wording::{and, or};
use super::{TargetPair, TargetTerms, TargetTime, TargetVerdict};
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
            let list = times.join(", ");
            sentence.add(format!("The others: {list}."), format!("나머지 규칙: {list}."));
        }
    } else {
        let of_fastest = || verdict.pairs.iter().filter(|pair| pair.faster == fastest.label);
        faster(&mut sentence, &of_fastest().collect::<Vec<_>>(), verdict);
        open(&mut sentence, &of_fastest().collect::<Vec<_>>());
        unconfirmed(&mut sentence, &of_fastest().collect::<Vec<_>>(), terms);
    }
    let never: Vec<&str> =
        others.iter().filter(|rule| rule.reached == 0).map(|rule| rule.label.as_str()).collect();
    if !never.is_empty() {
        let verb = if never.len() == 1 { "does" } else { "do" };
        sentence.add(
            format!("{} {verb} not get there in any run.", and(&never)),
            format!("한 번도 도달하지 못한 규칙: {}.", never.join(", ")),
        );
    }
    sentence
}

fn lead(sentence: &mut Sentence, fastest: &TargetTime, verdict: &TargetVerdict, terms: &TargetTerms) {
    let (what, what_ko) = match terms.metric {
        Metric::Value => ("a value", "함숫값"),
        Metric::Accuracy | Metric::Loss => ("a validation loss", "검증 손실"),
    };
    let (problem, target, label) = (&terms.problem, verdict.target, &fastest.label);
    let (mean, horizon) = (steps(fastest.mean), steps(verdict.horizon));
    let (average, average_ko) = if terms.exact { ("", "") } else { (" on average", "평균 ") };
    sentence.add(
        format!(
            "On {problem}, {label} reaches {what} of {target} soonest, after {mean} of {horizon} steps{average}."
        ),
        format!(
            "{problem} 문제: {what_ko} {target}에 가장 먼저 도달하는 규칙은 {label}입니다({horizon}번 가운데 {average_ko}{mean}번 갱신)."
        ),
    );
    if !terms.exact && verdict.rules.iter().any(|rule| rule.reached < rule.runs) {
        sentence.add(
            format!("A run that does not get there counts as {horizon}."),
            format!("도달하지 못한 실행은 {horizon}번으로 셉니다."),
        );
    }
}

/// Over which rules the fastest leads, and with which it is level.
fn faster(sentence: &mut Sentence, pairs: &[&TargetPair], verdict: &TargetVerdict) {
    let ahead: Vec<&&TargetPair> =
        pairs.iter().filter(|pair| matches!(pair.word, Word::ClearlyBetter | Word::Better)).collect();
    let per_cent = rounded(100.0 * verdict.confidence);
    let list = |of: &dyn Fn(&TargetPair, &str, &str, &str) -> String| -> Vec<String> {
        let one = |pair: &&&TargetPair| {
            let interval = pair.interval?;
            let (lead, low, high) = (steps(pair.difference?), steps(interval.low), steps(interval.high));
            Some(of(pair, &lead, &low, &high))
        };
        ahead.iter().filter_map(one).collect()
    };
    let en = list(&|pair, lead, low, high| format!("{lead} fewer than {} ({low} to {high})", pair.slower));
    let ko = list(&|pair, lead, low, high| format!("{}보다 {lead}번({low}~{high})", pair.slower));
    if !en.is_empty() {
        let names: Vec<&str> = en.iter().map(String::as_str).collect();
        sentence.add(
            format!("That is {}; intervals hold together at {per_cent} %.", and(&names)),
            format!("{} 적습니다. 괄호 안의 구간은 {per_cent}% 수준에서 함께 성립합니다.", ko.join(", ")),
        );
    }
    let level: Vec<&str> =
        pairs.iter().filter(|pair| pair.word == Word::Equivalent).map(|pair| pair.slower.as_str()).collect();
    if !level.is_empty() {
        let margin = steps(verdict.margin);
        sentence.add(
            format!("{} as fast to within {margin} steps.", are(&level)),
            format!("{}도 {margin}번 안의 차이로 사실상 같습니다.", level.join(", ")),
        );
    }
}

/// What the runs do not say, and what would.
fn open(sentence: &mut Sentence, pairs: &[&TargetPair]) {
    let with =
        |word: Word| -> Vec<&TargetPair> { pairs.iter().copied().filter(|pair| pair.word == word).collect() };
    let names = |pairs: &[&TargetPair]| -> Vec<String> {
        let one = |pair: &&TargetPair| match (pair.difference, pair.interval) {
            (Some(lead), Some(interval)) => format!(
                "{} ({}, {} to {})",
                pair.slower,
                steps(lead),
                steps(interval.low),
                steps(interval.high)
            ),
            _ => pair.slower.clone(),
        };
        pairs.iter().map(one).collect()
    };
    let undecided = with(Word::CannotTell);
    if let Some(more) = undecided.iter().filter_map(|pair| pair.more_seeds()).max() {
        let listed = names(&undecided);
        let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
        let plural = if more == 1 { "seed" } else { "seeds" };
        sentence.add(
            format!(
                "Whether it needs fewer steps than {} cannot be told; about {more} more {plural} for each rule would decide.",
                or(&listed)
            ),
            format!(
                "{}에 대해서는 어느 쪽이 빠른지 알 수 없습니다. 규칙마다 시드를 {more}개쯤 더 쓰면 가릴 수 있습니다.",
                listed.join(", ").replace(" to ", "~")
            ),
        );
    }
    let hopeless = with(Word::SeedsCannotTell);
    if !hopeless.is_empty() {
        let listed = names(&hopeless);
        let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
        sentence.add(
            format!("Whether it needs fewer steps than {} no number of seeds settles.", or(&listed)),
            format!(
                "{}에 대해서는 시드를 늘려도 어느 쪽이 빠른지 가릴 수 없습니다.",
                listed.join(", ").replace(" to ", "~")
            ),
        );
    }
}

/// Where the log-rank test sees no difference.
fn unconfirmed(sentence: &mut Sentence, pairs: &[&TargetPair], terms: &TargetTerms) {
    let level = spent_at(terms.look.number) / terms.look.pairs as f64;
    let doubted = pairs.iter().filter(|pair| matches!(pair.word, Word::ClearlyBetter | Word::Better));
    let doubted = doubted.filter(|pair| pair.log_rank.is_none_or(|test| test.p_value > level));
    let names: Vec<&str> = doubted.map(|pair| pair.slower.as_str()).collect();
    if !names.is_empty() {
        sentence.add(
            format!(
                "The log-rank test, which knows of no common seeds, does not confirm it for {}.",
                and(&names)
            ),
            format!(
                "공통 시드를 고려하지 않는 로그순위 검정으로는 확인되지 않는 규칙: {}.",
                names.join(", ")
            ),
        );
    }
}

/// "a is", "a and b are".
fn are(names: &[&str]) -> String {
    format!("{} {}", and(names), if names.len() == 1 { "is" } else { "are" })
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
