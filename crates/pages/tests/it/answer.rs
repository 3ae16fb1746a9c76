//! The answer in short: one sentence of at most twenty words for every kind of verdict, tiers that say what the pairs say, and what
//! to do next.

use super::comparison::{checked, compare, on_squares};
use std::collections::BTreeMap;
use thalweg_data::Source;
use thalweg_lab::comparison::{Comparison, ProblemResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::verdict::{Advice, Word};
use thalweg_pages::comparison::{answer_text, brief, next_step, tier_line};
use thalweg_report::Language;
use thalweg_workloads::engine::Engine;

const WORDS: [Word; 6] = [
    Word::ClearlyBetter,
    Word::Better,
    Word::Equivalent,
    Word::CannotTell,
    Word::SeedsCannotTell,
    Word::OtherDiverges,
];

/// Four rules whose best one is to the others what `words` say, under these names from best to worst.
fn judged(words: [Word; 3], names: [&str; 4]) -> ProblemResult {
    let mut result = on_squares(4, false).problems.remove(0);
    let old = result.verdict.ranking.clone();
    let new = |label: &String| names[old.iter().position(|old| old == label).unwrap()].to_owned();
    for rule in &mut result.rules {
        rule.label = new(&rule.label);
    }
    for pair in result.verdict.judgements.iter_mut().chain(&mut result.verdict.between) {
        (pair.best, pair.other) = (new(&pair.best), new(&pair.other));
    }
    for (pair, word) in result.verdict.judgements.iter_mut().zip(words) {
        pair.word = word;
    }
    result.verdict.ranking = names.map(str::to_owned).into();
    result
}

fn assert_short(result: &ProblemResult) {
    for language in [Language::English, Language::Korean] {
        let sentence = brief(result, language);
        let words = sentence.split_whitespace().count();
        assert!(words <= 20, "{words} words: {sentence}");
        assert!(sentence.ends_with('.') && sentence.matches(". ").count() == 0, "one sentence: {sentence}");
        let hangul = sentence.chars().any(|letter| ('가'..='힣').contains(&letter));
        assert_eq!(hangul, language == Language::Korean, "{sentence}");
        // The Korean one is no longer on the line than the English one may be.
        assert!(sentence.chars().count() <= 140, "{sentence}");
    }
}

#[test]
fn every_verdict_is_a_sentence_of_twenty_words() {
    let long = ["muon and adamw", "no decay on biases", "clipped, cautious", "8-bit state"];
    for names in [["adam", "momentum", "nesterov", "sgd"], long] {
        let mut result = judged([Word::Better; 3], names);
        for words in
            WORDS.iter().flat_map(|a| WORDS.iter().flat_map(move |b| WORDS.iter().map(move |c| [*a, *b, *c])))
        {
            for (pair, word) in result.verdict.judgements.iter_mut().zip(words) {
                pair.word = word;
            }
            for metric in [Metric::Accuracy, Metric::Loss] {
                result.metric = metric;
                assert_short(&result);
            }
        }
        // Two rules only.
        result.rules.retain(|rule| names[..2].contains(&rule.label.as_str()));
        result.verdict.ranking.truncate(2);
        result.verdict.judgements.truncate(1);
        result.verdict.between.clear();
        for word in WORDS {
            result.verdict.judgements[0].word = word;
            assert_short(&result);
        }
    }
}

#[test]
fn the_sentence_says_what_the_verdict_says() {
    let names = ["adam", "momentum", "nesterov", "sgd"];
    let said = |words: [Word; 3]| brief(&judged(words, names), Language::English);
    assert!(
        said([Word::ClearlyBetter, Word::Better, Word::ClearlyBetter])
            .starts_with("adam is better than all 3 others, with a ")
    );
    assert!(
        said([Word::Equivalent; 3])
            .starts_with("adam is equivalent to all 3 others: they differ from it by less than ")
    );
    assert_eq!(said([Word::CannotTell; 3]), "These runs cannot tell which of the 4 rules is best.");
    assert_eq!(said([Word::SeedsCannotTell; 3]), "No number of seeds can tell which of the 4 rules is best.");
    assert_eq!(
        said([Word::CannotTell, Word::SeedsCannotTell, Word::Better]),
        "adam has the best mean, but these runs cannot tell it from momentum or nesterov."
    );
    assert_eq!(
        said([Word::Better, Word::SeedsCannotTell, Word::Equivalent]),
        "adam has the best mean, but no number of seeds can tell it from nesterov."
    );
    assert_eq!(
        said([Word::Equivalent, Word::Better, Word::OtherDiverges]),
        "adam has the best mean, with momentum equivalent and the rest worse."
    );
    assert_eq!(said([Word::OtherDiverges; 3]), "adam is ahead of all 3 others: more of their runs diverged.");
    let korean = brief(&judged([Word::CannotTell, Word::Better, Word::Better], names), Language::Korean);
    assert_eq!(korean, "adam의 평균이 가장 좋지만 momentum 규칙보다 나은지는 이 결과로 알 수 없습니다.");
}

#[test]
fn runs_that_all_diverged_and_a_rule_alone_are_said_to_be_so() {
    let mut diverged = judged([Word::CannotTell; 3], ["a", "b", "c", "d"]);
    diverged.rules.iter_mut().for_each(|rule| (rule.validation, rule.test) = (None, None));
    diverged.verdict.judgements.clear();
    diverged.verdict.between.clear();
    diverged.verdict.more_seeds = None;
    assert_short(&diverged);
    assert_eq!(brief(&diverged, Language::English), "Every final run diverged: there is nothing to compare.");
    assert_eq!(next_step(&diverged, Language::English), "Search smaller learning rates.");
    let alone = on_squares(1, true).problems.remove(0);
    assert_short(&alone);
    let found = brief(&alone, Language::English);
    assert!(
        found.starts_with("sgd has a test loss of 1") && found.ends_with("; nothing to compare it with."),
        "{found}"
    );
    assert_eq!(tier_line(&alone.verdict, Language::English), None);
    assert_eq!(next_step(&alone, Language::English), "Name a second rule to compare it with.");
}

#[test]
fn a_function_without_noise_has_no_tiers_and_asks_for_no_seeds() {
    let experiment = checked(
        "rules = [{ name = 'sgd', learning_rate = 0.03 }, { name = 'momentum', learning_rate = 0.1 }]\n\
         [protocol]\ndefault_seeds = 0\n[problem]\nfunction = 'bowl'",
    );
    let comparison = compare(&experiment, &Engine::new(&experiment, &Source::default()).unwrap());
    let result = &comparison.problems[0];
    assert_short(result);
    let found = brief(result, Language::English);
    assert!(found.ends_with("nothing is random, so this holds for this start only."), "{found}");
    assert_eq!(tier_line(&result.verdict, Language::English), None);
    assert_eq!(
        next_step(result, Language::English),
        "Nothing is open: more runs would not change this answer."
    );
}

/// Tells these pairs of four rules apart, and no others.
fn line(apart: &[(usize, usize)]) -> String {
    let names = ["a", "b", "c", "d"];
    let mut result = judged([Word::CannotTell; 3], names);
    for pair in result.verdict.judgements.iter_mut().chain(&mut result.verdict.between) {
        let is_apart =
            apart.iter().any(|&(better, worse)| pair.best == names[better] && pair.other == names[worse]);
        pair.word = if is_apart { Word::Better } else { Word::CannotTell };
    }
    tier_line(&result.verdict, Language::English).unwrap()
}

#[test]
fn tiers_in_a_line_are_read_as_the_pairs_are() {
    assert_eq!(line(&[(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)]), "a > b = c > d");
    assert_eq!(line(&[]), "a = b = c = d");
    // a = b, b = c, a > c: the chain alone would say that a and c are alike.
    assert_eq!(line(&[(0, 2), (0, 3), (1, 3), (2, 3)]), "a = b = c > d, but a > c");
    // b is better than c, but neither is told from a and d.
    assert_eq!(line(&[(1, 2)]), "a = b > c = d, but a = c; a = d; b = d");
}

#[test]
fn the_next_step_has_a_price() {
    let mut result = judged([Word::CannotTell, Word::Better, Word::Better], ["a", "b", "c", "d"]);
    result.verdict.more_seeds = Some(15);
    result.verdict.judgements.iter_mut().for_each(|pair| pair.advice = None);
    let steps: u32 =
        result.rules.iter().map(|rule| *rule.runs[0].outcome.training_loss.steps.last().unwrap()).sum();
    let found = next_step(&result, Language::English);
    let updates = format!("{},{:03}", steps * 15 / 1000, steps * 15 % 1000);
    assert_eq!(
        found,
        format!("About 15 more seeds for each rule would decide: {updates} updates, 1 s on one core.")
    );
    let found = next_step(&result, Language::Korean);
    assert!(found.starts_with("규칙마다 시드를 15개쯤 더 쓰면 가릴 수 있습니다(갱신 "), "{found}");
    result.verdict.more_seeds = None;
    result.metric = Metric::Accuracy;
    result.verdict.judgements[0].advice =
        Some(Advice::SeedsCannotTell { examples: Some(2_500), margin: 0.012 });
    assert_eq!(
        next_step(&result, Language::English),
        "About 2,500 more test examples would decide, or a margin (`difference`) of 1.2 percentage points; seeds alone would not."
    );
}

#[test]
fn page_and_terminal_say_the_same() {
    let comparison: Comparison = on_squares(3, true);
    for language in [Language::English, Language::Korean] {
        let result = &comparison.problems[0];
        let page = thalweg_pages::comparison(&comparison, &BTreeMap::new(), language).unwrap();
        let [card] = page.answers.as_slice() else { panic!("one problem has one card") };
        let text = answer_text(result, language);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [&card.sentence, &card.next, &tier_line(&result.verdict, language).unwrap()] {
            assert!(flat(&text).contains(&flat(part)), "{part} is not in {text}");
        }
        let tiers = card.tiers.as_ref().unwrap();
        assert_eq!(tiers.rows.len(), 3);
        assert!(tiers.rows[0].interval.is_none() && tiers.rows[1].interval.is_some());
        // Lower is better: the others' means lie above, and so do the intervals that exclude the best.
        let best = tiers.rows[0].mean;
        for (row, pair) in tiers.rows[1..].iter().zip(&result.verdict.judgements) {
            let [low, high] = row.interval.unwrap();
            assert!(low < row.mean + 1e-9 && row.mean < high + 1e-9, "{row:?}");
            assert_eq!(low > best, pair.interval.unwrap().low > 0.0, "{row:?}");
        }
        assert_eq!(tiers.groups, result.verdict.tiers());
    }
}
