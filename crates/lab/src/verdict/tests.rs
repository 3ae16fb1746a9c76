mod tiers;

use super::*;
use crate::statistics::sample_standard_deviation;
use thalweg_words::Language;

/// Values with exactly this mean and standard deviation.
fn sample(mean_wanted: f64, deviation: f64, shape: &[f64]) -> Vec<f64> {
    let (centre, spread) = (mean(shape), sample_standard_deviation(shape));
    shape.iter().map(|value| mean_wanted + deviation * (value - centre) / spread).collect()
}

const SHAPES: [[f64; 10]; 3] = [
    [-1.5, -1.0, -0.7, -0.4, -0.1, 0.1, 0.4, 0.7, 1.0, 1.5],
    [0.3, -0.9, 1.2, -0.2, 0.8, -1.4, 0.1, -0.5, 1.6, -1.0],
    [1.1, 0.2, -0.3, -1.2, 0.9, 0.5, -0.8, -0.1, 1.4, -1.7],
];

fn contender(label: &str, values: Vec<f64>) -> Contender {
    Contender {
        label: label.into(),
        learning_rate: 0.1,
        values,
        correct: vec![],
        tuned: true,
        at_edge: false,
        widened: false,
    }
}

fn terms(difference: f64) -> Terms {
    Terms {
        problem: "fmnist".into(),
        metric: Metric::Accuracy,
        measured_on: MeasuredOn::Test,
        examples: None,
        difference,
        exact: None,
        looks: vec![],
        start_fault: None,
        nothing_learnt: None,
    }
}

#[test]
fn the_published_baselines_cannot_be_told_apart() {
    // DeepOBS, fmnist_2c2d, ten seeds each: which of the three is best to within 0.1 points nobody can say.
    let contenders = [
        contender("sgd", sample(0.9227, 0.0018, &SHAPES[0])),
        contender("adam", sample(0.9234, 0.0029, &SHAPES[1])),
        contender("momentum", sample(0.9214, 0.0021, &SHAPES[2])),
    ];
    let verdict = judge(&contenders, &terms(0.001));
    assert_eq!(verdict.ranking, ["adam", "sgd", "momentum"]);
    assert_eq!(verdict.judgements.iter().map(|pair| pair.word).collect::<Vec<_>>(), [Word::CannotTell; 2]);
    // Seeds by which the shapes of these samples would decide; the interval holds for three pairs, at the first look.
    assert_eq!((verdict.look.number, verdict.look.pairs), (1, 3));
    assert!((verdict.look.confidence - (1.0 - 0.04 / 3.0)).abs() < 1e-15);
    let more: Vec<u64> = verdict.judgements.iter().map(|pair| pair.more_seeds().unwrap()).collect();
    assert_eq!(verdict.more_seeds, more.iter().copied().max());
    assert!(more.iter().all(|more| (40..=800).contains(more)), "{more:?}");
    let more = verdict.more_seeds.unwrap();
    assert_eq!(
        verdict.sentence.en,
        format!(
            "On fmnist, adam at 0.1 has the highest mean test accuracy: 92.34 ± 0.29 % over 10 seeds. Whether it is better than \
             sgd or momentum cannot be told from these runs; about {more} more seeds for each rule would decide."
        )
    );
    assert_eq!(
        verdict.sentence.ko,
        format!(
            "fmnist 문제: adam(학습률 0.1)의 시험 정확도 평균이 가장 높습니다(시드 10개에서 92.34 ± 0.29%). sgd, momentum에 대해서는 \
             이 결과만으로 우열을 가릴 수 없습니다. 규칙마다 시드를 {more}개쯤 더 쓰면 가릴 수 있습니다."
        )
    );
}

/// The final validation losses of a record of the NanoGPT speed-run (GPT-2 medium, target 2.92), before and after: runs that have no
/// seeds in common. github.com/KellerJordan/modded-nanogpt, records/082825_Medium_NewValemb/README.md (28 August 2025).
const BEFORE: [f64; 28] = [
    2.919321, 2.919348, 2.920103, 2.920455, 2.91936, 2.919165, 2.920336, 2.919816, 2.919747, 2.918579,
    2.920533, 2.920729, 2.918076, 2.919458, 2.920759, 2.919738, 2.92073, 2.919327, 2.919639, 2.91942,
    2.920585, 2.920464, 2.918828, 2.919279, 2.920514, 2.919351, 2.918162, 2.920809,
];
const AFTER: [f64; 37] = [
    2.919612, 2.919458, 2.918941, 2.917664, 2.91856, 2.919706, 2.919218, 2.918082, 2.919345, 2.920486,
    2.919293, 2.917286, 2.921162, 2.919861, 2.917587, 2.919488, 2.919955, 2.919172, 2.919245, 2.918839,
    2.918381, 2.919301, 2.917944, 2.919178, 2.918395, 2.920141, 2.918754, 2.918432, 2.919958, 2.91978,
    2.919916, 2.919711, 2.918025, 2.919342, 2.920571, 2.917387, 2.919093,
];

#[test]
fn a_published_record_of_a_speed_run_is_one() {
    use crate::statistics::{Summary, Welch, student_cdf};
    // What the record says of itself: count, mean, standard deviation, and the t-test of "the mean is 2.92 or more".
    for (losses, mean, deviation, t, p) in [
        (&BEFORE[..], 2.9197368214285713, 0.0007835970267072948, -1.7772018695052398, 0.04340171700038697),
        (&AFTER[..], 2.919115378378378, 0.000915598388163916, -5.876968901489202, 5.07368129288152e-07),
    ] {
        let found = Summary::of(losses).unwrap();
        assert!((found.mean - mean).abs() < 1e-14, "{found:?}");
        let spread = found.standard_deviation.unwrap();
        assert!((spread - deviation).abs() < 1e-15, "{found:?}");
        let count = losses.len() as f64;
        let statistic = (found.mean - 2.92) / (spread / count.sqrt());
        assert!((statistic - t).abs() < 1e-8, "{statistic}");
        assert!((student_cdf(statistic, count - 1.0) / p - 1.0).abs() < 1e-7, "{p}");
    }
    // scipy.stats.ttest_ind(BEFORE, AFTER, equal_var=False): a difference of 0.00062 that is none of chance.
    let welch = Welch::of(&BEFORE, &AFTER).unwrap();
    assert!((welch.p_value() - 0.004_567_825_425_111_87).abs() < 1e-10, "{}", welch.p_value());
    // The lab says so too, with the seeds of the shorter list, and asks for a margin below the difference to call it clear.
    let rules = || [contender("before", BEFORE.to_vec()), contender("after", AFTER[..28].to_vec())];
    let words = [0.00005, 0.0005, 0.01].map(|margin| {
        let verdict = judge(&rules(), &Terms { metric: Metric::Loss, ..terms(margin) });
        assert_eq!(verdict.ranking, ["after", "before"]);
        verdict.judgements[0].word
    });
    assert_eq!(words, [Word::ClearlyBetter, Word::Better, Word::Equivalent]);
}

#[test]
fn each_word_has_its_case() {
    let verdict = judge(
        &[
            contender("best", sample(0.95, 0.001, &SHAPES[0])),
            contender("twin", sample(0.9499, 0.001, &SHAPES[1])),
            contender("near", sample(0.9465, 0.001, &SHAPES[2])),
            contender("far", sample(0.90, 0.001, &SHAPES[1])),
            contender("wild", sample(0.94, 0.1, &SHAPES[2])),
        ],
        &terms(0.004),
    );
    let words: Vec<_> = verdict.judgements.iter().map(|pair| (pair.other.as_str(), pair.word)).collect();
    assert_eq!(
        words,
        [
            ("twin", Word::Equivalent),
            ("near", Word::Better),
            ("wild", Word::SeedsCannotTell),
            ("far", Word::ClearlyBetter)
        ]
    );
    let labels: Vec<_> = verdict.judgements.iter().map(|pair| pair.label.en.as_str()).collect();
    assert_eq!(labels, ["equivalent", "best better", "seeds cannot tell", "best clearly better"]);
    assert_eq!(verdict.judgements[1].label.ko, "best가 나음");
    // The word follows from the interval that is drawn, and from nothing else.
    for pair in &verdict.judgements {
        let Interval { low, high } = pair.interval.unwrap();
        let follows = match pair.word {
            Word::ClearlyBetter => low >= 0.004,
            Word::Better => low > 0.0 && low < 0.004 && high >= 0.004,
            Word::Equivalent => -0.004 < low && high < 0.004,
            _ => low <= 0.0 && high >= 0.004,
        };
        assert!(follows, "{pair:?}");
        assert!(low < pair.difference.unwrap() && pair.difference.unwrap() < high, "{pair:?}");
    }
    assert_eq!(
        verdict.sentence.en.split_once("seeds. ").unwrap().1,
        "It is clearly better than far. It is better than near; whether by 0.4 percentage points or more is open. It is \
         equivalent to twin within 0.4 percentage points. Whether it is better than wild no number of seeds can settle: the runs \
         scatter too much. A margin of at least 1.8 percentage points can be settled."
    );
    assert!(verdict.sentence.ko.contains(
        "far보다 확실히 낫습니다. near보다 낫습니다. 다만 0.4%포인트 이상 나은지는 알 수 없습니다."
    ));
}

#[test]
fn a_difference_beyond_the_margin_is_never_called_open() {
    // The interval is 0.0073 to 0.0385 and the margin 0.005: the interval alone decides.
    let found = [0.0073, 0.0385].map(|end: f64| end);
    let centre = 0.5 * (found[0] + found[1]);
    let reach = crate::statistics::student_quantile(0.98, 9.0) / 10_f64.sqrt();
    let deviation = (found[1] - centre) / reach;
    let base = vec![0.9; 10];
    let ahead = sample(0.9 + centre, deviation, &SHAPES[0]);
    let verdict = judge(&[contender("a", ahead), contender("b", base)], &terms(0.005));
    let interval = verdict.judgements[0].interval.unwrap();
    assert!((interval.low - 0.0073).abs() < 1e-9 && (interval.high - 0.0385).abs() < 1e-9, "{interval:?}");
    assert_eq!(verdict.judgements[0].word, Word::ClearlyBetter);
}

#[test]
fn a_difference_too_small_to_matter_is_never_clearly_better() {
    let contenders =
        [contender("a", sample(0.95, 1e-5, &SHAPES[0])), contender("b", sample(0.9498, 1e-5, &SHAPES[1]))];
    let verdict = judge(&contenders, &terms(0.005));
    assert!(verdict.judgements[0].interval.unwrap().low > 0.0);
    assert_eq!(verdict.judgements[0].word, Word::Equivalent);
}

#[test]
fn what_the_seeds_have_in_common_does_not_hide_a_difference() {
    // Both rise and fall by a point with the seed, and are half a point apart on each.
    let common = sample(0.95, 0.01, &SHAPES[0]);
    let shift = sample(0.005, 0.001, &SHAPES[1]);
    let behind: Vec<f64> = common.iter().zip(&shift).map(|(value, shift)| value - shift).collect();
    let verdict = judge(&[contender("a", common.clone()), contender("b", behind)], &terms(0.002));
    assert_eq!(verdict.judgements[0].word, Word::ClearlyBetter);
    // An unpaired interval would hold 0.
    let apart = crate::statistics::Welch::of(&common, &[0.945, 0.955, 0.935, 0.965]).unwrap();
    assert!(apart.interval(0.95).contains(0.0));
}

#[test]
fn equal_runs_end_it_at_once() {
    let verdict = judge(&[contender("a", vec![1.0; 5]), contender("b", vec![1.0; 5])], &terms(0.005));
    assert_eq!((verdict.judgements[0].word, verdict.more_seeds), (Word::Equivalent, None));
    let same = Contender { correct: vec![vec![0xff; 45]; 5], ..contender("a", vec![1.0; 5]) };
    let on = Terms { examples: Some(360), ..terms(0.005) };
    let verdict = judge(&[same.clone(), Contender { label: "b".into(), ..same }], &on);
    assert_eq!((verdict.judgements[0].word, verdict.more_seeds), (Word::Equivalent, None));
}

#[test]
fn lower_is_better_for_a_loss() {
    let contenders =
        [contender("high", sample(0.5, 0.01, &SHAPES[0])), contender("low", sample(0.4, 0.01, &SHAPES[1]))];
    let verdict = judge(&contenders, &Terms { metric: Metric::Loss, ..terms(0.01) });
    assert_eq!(verdict.ranking, ["low", "high"]);
    assert_eq!(verdict.judgements[0].word, Word::ClearlyBetter);
    assert!((verdict.judgements[0].difference.unwrap() - 0.1).abs() < 1e-12);
    assert!(
        verdict
            .sentence
            .en
            .starts_with("On fmnist, low at 0.1 has the lowest mean test loss: 0.4000 ± 0.0100 over")
    );
}

#[test]
fn without_chance_the_ranking_holds_for_that_function_only() {
    let exact = Terms {
        problem: "bowl".into(),
        metric: Metric::Value,
        measured_on: MeasuredOn::Function,
        exact: Some(Exact { start: vec![-7.0, 2.0], steps: 30, along_axes: false }),
        ..terms(0.001)
    };
    let verdict = judge(&[contender("sgd", vec![0.0091]), contender("nesterov", vec![1.5e-4])], &exact);
    assert!(verdict.judgements.is_empty());
    assert_eq!(
        verdict.sentence.en,
        "On bowl, from (-7, 2) in 30 steps, the order from the lowest value is nesterov at 0.1 (0.00015), sgd at 0.1 \
         (0.0091). Nothing here is random, so running it again changes nothing; the ranking holds for this function, this \
         start and this number of steps only."
    );
    assert_eq!(
        verdict.sentence.ko,
        "bowl 문제: 시작점 (-7, 2), 갱신 30회. 낮은 값부터 nesterov(학습률 0.1, 값 0.00015), sgd(학습률 0.1, 값 0.0091) \
         순입니다. 무작위 요소가 없으므로 다시 실행해도 결과는 같지만, 이 순위는 이 함수와 이 시작점, 이 갱신 횟수에서만 \
         성립합니다."
    );
}

#[test]
fn a_difference_between_functions_is_a_share_of_the_value() {
    // The same figures in other units: the verdict is the same, and so is the number of seeds it asks for.
    let judged = |scale: f64| {
        let rule =
            |label: &str, value: f64, shape| contender(label, sample(scale * value, scale * 0.4, shape));
        let contenders =
            [rule("a", 1.0, &SHAPES[0][..]), rule("b", 1.3, &SHAPES[1]), rule("c", 4.0, &SHAPES[2])];
        let functions = Terms { metric: Metric::Value, measured_on: MeasuredOn::Function, ..terms(0.5) };
        judge(&contenders, &functions)
    };
    let (small, large) = (judged(1e-6), judged(1e3));
    let words = |verdict: &Verdict| verdict.judgements.iter().map(|pair| pair.word).collect::<Vec<_>>();
    assert_eq!(words(&small), [Word::CannotTell, Word::ClearlyBetter]);
    assert_eq!(words(&large), words(&small));
    assert_eq!(small.more_seeds, large.more_seeds);
    // With the spread 0.59 of the differences, of which the variance may be 1.67 times as large, 68 seeds leave a half-width of 0.29, and
    // the difference will have moved from 0.3 by 0.22: it is found, or found to be less than 0.5, with the chance 0.8.
    assert!(small.more_seeds.is_some_and(|more| (55..=61).contains(&more)), "{:?}", small.more_seeds);
    assert!((small.margin.unwrap() - 5e-7).abs() < 1e-12 && (large.margin.unwrap() - 500.0).abs() < 1e-9);
}

#[test]
fn without_every_best_rate_there_is_no_ranking() {
    let exact = Terms {
        problem: "bowl".into(),
        metric: Metric::Value,
        measured_on: MeasuredOn::Function,
        exact: Some(Exact { start: vec![-7.0, 2.0], steps: 30, along_axes: true }),
        ..terms(0.5)
    };
    let edge = Contender { at_edge: true, ..contender("adagrad", vec![1.5e-4]) };
    let sentence = judge(&[contender("sgd", vec![0.0091]), edge], &exact).sentence;
    assert_eq!(
        sentence.en,
        "On bowl, from (-7, 2) in 30 steps, the values are adagrad at 0.1 (0.00015), sgd at 0.1 (0.0091). Nothing here is \
         random, so running it again changes nothing, but this is no ranking: not every rule's best rate was found. The \
         values hold for this function, this start and this number of steps only. On a bowl along the axes, rules that scale \
         each coordinate by itself can land on the minimum by luck of rate and step count. The best learning rate of adagrad \
         lies at the edge of its range: a better one may lie beyond it."
    );
    assert!(
        sentence.ko.contains("순위로 볼 수 없습니다") && !sentence.ko.contains("순입니다"),
        "{}",
        sentence.ko
    );
    assert!(sentence.ko.contains("축에 나란한 그릇에서는"), "{}", sentence.ko);
}

#[test]
fn diverged_runs_are_named_and_come_last() {
    let mut values = sample(0.99, 0.001, &SHAPES[0]);
    values[3] = f64::NAN;
    let steady = contender("steady", sample(0.95, 0.001, &SHAPES[1]));
    let verdict = judge(&[contender("shaky", values), steady], &terms(0.005));
    assert_eq!(verdict.ranking, ["steady", "shaky"]);
    assert_eq!(verdict.judgements[0].word, Word::OtherDiverges);
    assert!(verdict.sentence.en.ends_with("shaky diverged in 1 of 10 final runs."));

    let all = judge(&[contender("a", vec![f64::NAN; 5]), contender("b", vec![f64::NAN; 5])], &terms(0.005));
    assert!(all.sentence.en.contains("every final run diverged"), "{}", all.sentence.en);
    assert!(judge(&[], &terms(0.005)).ranking.is_empty());
    let alone = judge(&[contender("adam", vec![0.9, 0.92])], &terms(0.005)).sentence;
    assert_eq!(alone.en, "On fmnist, adam at 0.1 has a mean test accuracy of 91 ± 1 % over 2 seeds.");
}

#[test]
fn one_seed_and_unequal_terms_are_pointed_out() {
    let mut given = contender("given", vec![0.9]);
    given.tuned = false;
    let mut edge = contender("edge", vec![0.8]);
    edge.at_edge = true;
    let mut widened = Contender { label: "wide".into(), ..edge.clone() };
    widened.widened = true;
    let sentence = judge(&[given, edge, widened], &terms(0.005)).sentence;
    assert!(sentence.en.contains("one run each says nothing about the spread"), "{}", sentence.en);
    assert!(
        sentence.en.contains("The best learning rate of wide still lies at the edge of its range"),
        "{}",
        sentence.en
    );
    assert!(sentence.en.contains("The best learning rate of edge lies at the edge"), "{}", sentence.en);
    assert!(
        sentence.ko.contains("wide에서 가장 좋은 학습률은 범위를 넓힌 뒤에도 탐색 범위의 끝에"),
        "{}",
        sentence.ko
    );
    assert!(sentence.ko.contains("edge에서 가장 좋은 학습률은 탐색 범위의 끝에"), "{}", sentence.ko);
    assert!(sentence.en.ends_with("The learning rate of given was given, not tuned like the others'."));
}

/// Runs on `examples` test examples: the share of right answers and the bits, of which those of `wrong` are off.
fn runs(label: &str, examples: usize, wrong: &[Vec<usize>]) -> Contender {
    let (mut values, mut correct) = (vec![], vec![]);
    for wrong in wrong {
        let mut bits = vec![0_u8; examples.div_ceil(8)];
        (0..examples).filter(|at| !wrong.contains(at)).for_each(|at| bits[at / 8] |= 1 << (at % 8));
        values.push(1.0 - wrong.len() as f64 / examples as f64);
        correct.push(bits);
    }
    Contender { correct, ..contender(label, values) }
}

#[test]
fn one_example_more_in_every_run_says_nothing_about_new_examples() {
    let on = Terms { examples: Some(360), ..terms(0.002) };
    // Seed by seed, 17 wrong against the same 17 and one more.
    let few: Vec<Vec<usize>> = (0..5).map(|_| (0..17).collect()).collect();
    let more: Vec<Vec<usize>> = (0..5).map(|_| (0..18).collect()).collect();
    let verdict = judge(&[runs("a", 360, &few), runs("b", 360, &more)], &on);
    let pair = &verdict.judgements[0];
    assert_eq!(pair.word, Word::SeedsCannotTell);
    assert_eq!(pair.word_on_these_examples, Some(Word::ClearlyBetter));
    // The standard error is that of one example in 360, which is 1 / 360.
    let interval = pair.interval.unwrap();
    let reach = crate::statistics::student_quantile(0.98, 359.0) / 360.0;
    assert!((interval.high - (1.0 / 360.0 + reach)).abs() < 1e-4, "{interval:?}");
    let Some(Advice::SeedsCannotTell { examples: Some(examples), margin }) = pair.advice else {
        panic!("{pair:?}")
    };
    assert_eq!(verdict.more_seeds, None);
    let sentence = verdict.sentence;
    assert!(
        sentence.en.contains(&format!(
            "Whether it is better than b no number of seeds can settle, with 360 test examples: about {examples} more test \
             examples would, or a margin of at least {} percentage points. On these 360 test examples it is better than b; others \
             may say otherwise.",
            super::wording::margin(Language::English.words(), Metric::Accuracy, margin).split(' ').next().unwrap()
        )),
        "{}",
        sentence.en
    );
    // With a margin as wide as advised it is decided, and so it is with as many examples.
    let wider =
        judge(&[runs("a", 360, &few), runs("b", 360, &more)], &Terms { difference: margin, ..on.clone() });
    assert_eq!(wider.judgements[0].word, Word::Equivalent);
    let times = (360 + examples as usize).div_ceil(360);
    let stretched = |wrong: &[Vec<usize>]| -> Vec<Vec<usize>> {
        let copies = |run: &Vec<usize>| {
            (0..times).flat_map(|copy| run.iter().map(move |at| copy * 360 + at)).collect()
        };
        wrong.iter().map(copies).collect()
    };
    let larger = Terms { examples: Some(times * 360), ..on };
    let (few, more) = (stretched(&few), stretched(&more));
    let verdict = judge(&[runs("a", times * 360, &few), runs("b", times * 360, &more)], &larger);
    assert!(
        matches!(verdict.judgements[0].word, Word::Better | Word::ClearlyBetter),
        "{:?}",
        verdict.judgements
    );
}

#[test]
fn what_was_decided_at_one_look_stays_decided_at_the_next() {
    let (a, b) = (sample(0.95, 0.001, &SHAPES[0]), sample(0.947, 0.0012, &SHAPES[1]));
    let first = |seeds: usize| [contender("a", a[..seeds].to_vec()), contender("b", b[..seeds].to_vec())];
    let alone = judge(&first(10), &terms(0.0001));
    let second = judge(&first(10), &Terms { looks: vec![20, 10], ..terms(0.0001) });
    let again = judge(&first(10), &Terms { looks: vec![5, 10], ..terms(0.0001) });
    assert_eq!((again.look.number, again.look.earlier.clone()), (2, vec![(1, 5)]));
    assert!((again.look.confidence - 0.995).abs() < 1e-12);
    let width = |verdict: &Verdict| {
        let interval = verdict.judgements[0].interval.unwrap();
        interval.high - interval.low
    };
    let later = crate::statistics::student_quantile(1.0 - 0.0025, 9.0);
    let ratio = later / crate::statistics::student_quantile(1.0 - 0.02, 9.0);
    assert!((width(&second) / width(&alone) - ratio).abs() < 1e-9, "a later look spends less");
    let five = judge(&first(5), &Terms { looks: vec![5], ..terms(0.0001) });
    let (now, then) = (again.judgements[0].interval.unwrap(), five.judgements[0].interval.unwrap());
    assert!(now.low >= then.low && now.high <= then.high, "the earlier interval still holds");
    assert!(again.sentence.en.contains("This is look number 2 at these rules"), "{}", again.sentence.en);
    // Fewer seeds than before: the look that was made then.
    assert_eq!(judge(&first(5), &Terms { looks: vec![5, 10], ..terms(0.0001) }).judgements, five.judgements);
}

#[test]
fn seeds_on_which_one_diverged_are_left_out() {
    let (mut a, mut b) = (sample(0.95, 0.001, &SHAPES[0]), sample(0.90, 0.001, &SHAPES[1]));
    (a[2], b[7]) = (f64::NAN, f64::NAN);
    let verdict = judge(&[contender("a", a), contender("b", b)], &terms(0.005));
    assert_eq!(verdict.judgements[0].word, Word::ClearlyBetter);
    assert!(
        verdict.sentence.en.contains("a diverged in 1 of 10 final runs. b diverged in 1 of 10"),
        "{}",
        verdict.sentence.en
    );
}

#[test]
fn equal_rules_earn_a_positive_word_in_one_experiment_of_twenty() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    // Six equal rules with common seeds, looked at three times: the best of six still looks good, and the correction must see
    // through it. Any difference matters here, so that the intervals alone stand between luck and a claim.
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut normal = || (0..12).map(|_| f64::from(random.next_u32()) / 4294967296.0).sum::<f64>() - 6.0;
    let positive = [Word::ClearlyBetter, Word::Better];
    let mut claimed = || {
        let common: Vec<f64> = (0..20).map(|_| normal()).collect();
        let rules: Vec<Vec<f64>> =
            (0..6).map(|_| common.iter().map(|common| 0.9 + 0.01 * (common + normal())).collect()).collect();
        let looks = [5, 10, 20];
        (1..=3).any(|look| {
            let of = |rule: &Vec<f64>| contender("", rule[..looks[look - 1]].to_vec());
            let contenders: Vec<_> = rules.iter().map(of).collect();
            let terms = Terms { looks: looks[..look].to_vec(), ..terms(1e-9) };
            judge(&contenders, &terms).judgements.iter().any(|pair| positive.contains(&pair.word))
        })
    };
    let count = (0..400).filter(|_| claimed()).count();
    // 5 % of 400 is 20.
    assert!((2..=20).contains(&count), "{count} of 400");
}
