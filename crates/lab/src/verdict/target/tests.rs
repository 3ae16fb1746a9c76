use super::*;
use crate::experiment::Metric;
use crate::verdict::Look;

fn arrives(times: &[f64]) -> Vec<Watched> {
    times.iter().map(|&time| Watched { time, happened: true }).collect()
}

fn waits(times: &[f64]) -> Vec<Watched> {
    times.iter().map(|&time| Watched { time, happened: false }).collect()
}

fn racer(label: &str, runs: Vec<Watched>) -> Racer {
    Racer { label: label.into(), runs }
}

fn terms(rules: usize) -> TargetTerms {
    TargetTerms {
        problem: "digits".into(),
        metric: Metric::Accuracy,
        target: 0.25,
        budget: 500.0,
        spacing: 10.0,
        look: Look::new(&[], 5, rules),
        exact: false,
    }
}

#[test]
fn pairs_of_seeds_give_what_scipy_says() {
    let fast = racer("adam", arrives(&[100.0, 120.0, 110.0, 130.0, 120.0]));
    let slow = racer("sgd", [arrives(&[420.0, 450.0, 440.0, 470.0]), waits(&[500.0])].concat());
    let verdict = judge_times(&[slow, fast], &terms(2)).unwrap();
    let labels: Vec<&str> = verdict.rules.iter().map(|rule| rule.label.as_str()).collect();
    assert_eq!((labels, verdict.rules[1].reached), (vec!["adam", "sgd"], 4));
    assert!((verdict.rules[0].mean - 116.0).abs() < 1e-12 && (verdict.rules[1].mean - 456.0).abs() < 1e-12);
    let pair = &verdict.pairs[0];
    assert_eq!((pair.word, pair.paired, pair.difference), (Word::ClearlyBetter, true, Some(340.0)));
    // scipy.stats.ttest_rel([420, 450, 440, 470, 500], [100, 120, 110, 130, 120]).confidence_interval(0.96)
    let interval = pair.interval.unwrap();
    assert!(
        (interval.low - 308.551_174_350_961_05).abs() < 1e-9
            && (interval.high - 371.448_825_649_038_95).abs() < 1e-9,
        "{interval:?}"
    );
    // scipy.stats.logrank of the same runs.
    let test = pair.log_rank.unwrap();
    assert!(
        (test.chi_squared - 9.495_697_439_711_037).abs() < 1e-9
            && (test.p_value - 0.002_059_542_815_816_619).abs() < 1e-12,
        "{test:?}"
    );
    assert_eq!(
        verdict.sentence.en,
        "On digits, adam reaches a validation loss of 0.25 soonest, after 116 of 500 steps on average. A run that does not get \
         there counts as 500. That is 340 fewer than sgd (309 to 371); intervals hold together at 96 %."
    );
    assert_eq!(
        verdict.sentence.ko,
        "digits 문제: 검증 손실 0.25에 가장 먼저 도달하는 규칙은 adam입니다(500번 가운데 평균 116번 갱신). 도달하지 못한 실행은 500번으로 \
         셉니다. sgd보다 340번(309~371) 적습니다. 괄호 안의 구간은 96% 수준에서 함께 성립합니다."
    );
}

#[test]
fn all_pairs_hold_together_and_each_word_has_its_case() {
    let steady = |label: &str, shift: f64| {
        racer(label, arrives(&[100.0, 120.0, 110.0, 130.0, 120.0].map(|time: f64| time + shift)))
    };
    let wild = racer("wild", arrives(&[60.0, 400.0, 90.0, 300.0, 80.0]));
    let never = racer("never", waits(&[500.0; 5]));
    let racers = [steady("a", 0.0), steady("b", 1.0), steady("c", 60.0), wild, never];
    let verdict = judge_times(&racers, &TargetTerms { spacing: 1.0, budget: 2_000.0, ..terms(5) });
    // Nobody knows what happens after step 500 to a rule of which all runs were stopped there.
    assert_eq!(verdict.unwrap().horizon, 500.0);
    let verdict = judge_times(&racers, &TargetTerms { spacing: 1.0, ..terms(5) }).unwrap();
    assert_eq!((verdict.pairs.len(), verdict.margin), (10, 5.0));
    let words: Vec<(&str, Word)> =
        verdict.pairs[..4].iter().map(|pair| (pair.slower.as_str(), pair.word)).collect();
    assert_eq!(
        words,
        [
            ("b", Word::Equivalent),
            ("c", Word::ClearlyBetter),
            ("wild", Word::CannotTell),
            ("never", Word::ClearlyBetter)
        ]
    );
    assert!(verdict.sentence.en.contains("b is as fast to within 5 steps."), "{}", verdict.sentence.en);
    assert!(verdict.sentence.en.contains("wild (70, "), "{}", verdict.sentence.en);
    assert!(verdict.sentence.en.ends_with("never does not get there in any run."), "{}", verdict.sentence.en);
    assert!(verdict.sentence.ko.ends_with("한 번도 도달하지 못한 규칙: never."), "{}", verdict.sentence.ko);
    // Two rules have a narrower interval than two of five: they are one pair of ten.
    let two = judge_times(&racers[..2], &TargetTerms { spacing: 1.0, ..terms(2) }).unwrap();
    let width = |pair: &TargetPair| pair.interval.unwrap().high - pair.interval.unwrap().low;
    assert!(width(&verdict.pairs[0]) > 1.5 * width(&two.pairs[0]));
}

#[test]
fn evaluations_far_apart_are_no_certainty() {
    // All runs of one were first seen below the target at 20, all of the other at 30: not a spread of nothing.
    let (a, b) = (racer("a", arrives(&[20.0; 3])), racer("b", arrives(&[30.0; 3])));
    let pair = &judge_times(&[a, b], &terms(2)).unwrap().pairs[0];
    let interval = pair.interval.unwrap();
    assert!(interval.low < 0.0 && interval.high > 20.0, "{interval:?}");
    assert_eq!(pair.word, Word::CannotTell);
}

#[test]
fn a_run_that_diverged_never_arrives_and_one_that_was_stopped_may() {
    let half = |rest: Vec<Watched>| racer("half", [arrives(&[100.0, 150.0, 120.0]), rest].concat());
    let steady = || racer("steady", arrives(&[200.0, 210.0, 190.0, 220.0, 200.0]));
    let diverged = judge_times(&[half(waits(&[f64::INFINITY; 2])), steady()], &terms(2)).unwrap();
    assert_eq!((diverged.rules[0].label.as_str(), diverged.pairs[0].paired), ("steady", true));
    // (100 + 150 + 120 + 500 + 500) / 5
    assert!((diverged.rules[1].mean - 274.0).abs() < 1e-12);
    let stopped = judge_times(&[half(waits(&[110.0, 130.0])), steady()], &terms(2)).unwrap();
    assert_eq!((stopped.rules[0].label.as_str(), stopped.pairs[0].paired), ("half", false));
    // Kaplan and Meier: 4/5 at 100, of three left 8/15 at 120, of one left nothing at 150.
    let mean = 100.0 + 0.8 * 20.0 + 0.8 * 2.0 / 3.0 * 30.0;
    assert!((stopped.rules[0].mean - mean).abs() < 1e-12, "{:?}", stopped.rules);
}

#[test]
fn one_seed_says_nothing_and_without_chance_it_says_all() {
    let racers = || [racer("a", arrives(&[20.0])), racer("b", arrives(&[40.0])), racer("c", waits(&[500.0]))];
    let one = judge_times(&racers(), &terms(3)).unwrap();
    assert_eq!((one.pairs[0].word, one.pairs[0].interval), (Word::CannotTell, None));
    assert_eq!(one.pairs[0].advice, Some(Advice::MoreSeeds(4)));
    let exact = judge_times(&racers(), &TargetTerms { exact: true, metric: Metric::Value, ..terms(3) });
    let exact = exact.unwrap();
    assert!(exact.pairs.is_empty());
    assert_eq!(
        exact.sentence.en,
        "On digits, a reaches a value of 0.25 soonest, after 20 of 500 steps. The others: b 40. c does not get there in any run."
    );
    assert_eq!(judge_times(&racers(), &TargetTerms { budget: 0.0, ..terms(3) }), None);
}
