use super::*;
use crate::statistics::sample_standard_deviation;

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
    Contender { label: label.into(), learning_rate: 0.1, values, tuned: true, at_edge: false, widened: false }
}

fn terms(difference: f64) -> Terms {
    Terms {
        problem: "fmnist".into(),
        metric: Metric::Accuracy,
        measured_on: MeasuredOn::Test,
        examples: None,
        difference,
        exact: None,
        seed: 1,
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
    // At 5 % / 3: 10.47 (0.0029² + 0.0018²) / 0.001² = 122.0, of which ten are there; against momentum 134.2.
    assert_eq!(
        verdict.judgements.iter().map(|pair| pair.more_seeds.unwrap()).collect::<Vec<_>>(),
        [112, 125]
    );
    assert_eq!(
        verdict.sentence.en,
        "On fmnist, adam at 0.1 has the highest mean test accuracy: 92.3 ± 0.3 % over 10 seeds. Whether it is better than \
         sgd or momentum cannot be told from these runs: to find a difference of 0.1 percentage points, roughly at least 125 more \
         seeds per rule are needed."
    );
    assert_eq!(
        verdict.sentence.ko,
        "fmnist 문제: adam(학습률 0.1)의 시험 정확도 평균이 가장 높다(시드 10개에서 92.3 ± 0.3 %). sgd, momentum에 대해서는 \
         이 결과만으로 우열을 가릴 수 없다. 0.1%포인트의 차이를 확인하려면 규칙마다 시드가 대략 125개 이상 더 필요하다."
    );
}

#[test]
fn each_word_has_its_case() {
    let verdict = judge(
        &[
            contender("best", sample(0.95, 0.002, &SHAPES[0])),
            contender("twin", sample(0.9499, 0.002, &SHAPES[1])),
            contender("near", sample(0.9470, 0.002, &SHAPES[2])),
            contender("far", sample(0.90, 0.002, &SHAPES[1])),
            contender("wild", sample(0.94, 0.03, &SHAPES[2])),
        ],
        &terms(0.004),
    );
    let words: Vec<_> = verdict.judgements.iter().map(|pair| (pair.other.as_str(), pair.word)).collect();
    assert_eq!(
        words,
        [
            ("twin", Word::Equivalent),
            ("near", Word::ProbablyBetter),
            ("wild", Word::CannotTell),
            ("far", Word::ClearlyBetter)
        ]
    );
    assert!(
        verdict
            .sentence
            .en
            .contains("clearly better than far. It is probably better than near. It is equivalent to twin")
    );
    assert!(verdict.sentence.ko.contains("far보다 확실히 낫다. near보다 나을 가능성이 높다. twin에 견주면"));
}

#[test]
fn a_difference_too_small_to_matter_is_never_clearly_better() {
    let contenders =
        [contender("a", sample(0.95, 1e-5, &SHAPES[0])), contender("b", sample(0.9498, 1e-5, &SHAPES[1]))];
    let verdict = judge(&contenders, &terms(0.005));
    assert!(verdict.judgements[0].p_value.unwrap() < 1e-6);
    assert_eq!(verdict.judgements[0].word, Word::Equivalent);
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
            .starts_with("On fmnist, low at 0.1 has the lowest mean test loss: 0.400 ± 0.0100 over")
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
        "On bowl, from (-7, 2) in 30 steps, the order from the lowest value is nesterov at 0.1 (1.50e-4), sgd at 0.1 \
         (0.00910). Nothing here is random, so running it again changes nothing; the ranking holds for this function, this \
         start and this number of steps only."
    );
    assert_eq!(
        verdict.sentence.ko,
        "bowl 문제: 시작점 (-7, 2), 갱신 30회. 낮은 값부터 nesterov(학습률 0.1, 값 1.50e-4), sgd(학습률 0.1, 값 0.00910) \
         순이다. 우연이 끼어들지 않으므로 다시 실행해도 결과는 같지만, 이 순위는 이 함수와 이 시작점, 이 갱신 횟수에서만 \
         성립한다."
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
    // 10.47 · 2 · 0.4² / 0.5² = 13.4, of which ten are there.
    assert_eq!((small.more_seeds, large.more_seeds), (Some(4), Some(4)));
    assert!(
        small
            .sentence
            .en
            .contains("to find a difference of 50 % of its value, roughly at least 4 more seeds"),
        "{}",
        small.sentence.en
    );
    assert!(small.sentence.ko.contains("그 값 대비 50%의 차이를"), "{}", small.sentence.ko);
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
        "On bowl, from (-7, 2) in 30 steps, the values are adagrad at 0.1 (1.50e-4), sgd at 0.1 (0.00910). Nothing here is \
         random, so running it again changes nothing, but this is no ranking: not every rule's best rate was found. The \
         values hold for this function, this start and this number of steps only. On a bowl along the axes, rules that scale \
         each coordinate by itself can land on the minimum by luck of rate and step count. The best learning rate of adagrad \
         lies at the edge of its range: a better one may lie beyond it."
    );
    assert!(sentence.ko.contains("순위로 볼 수 없다") && !sentence.ko.contains("순이다"), "{}", sentence.ko);
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
    assert_eq!(alone.en, "On fmnist, adam at 0.1 has a mean test accuracy of 91.0 ± 1.4 % over 2 seeds.");
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

#[test]
fn equal_rules_earn_a_positive_word_in_one_experiment_of_twenty() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    // Six equal rules: the best of six still looks good, and the correction must see through it. Any difference matters here,
    // so that the tests alone stand between luck and a claim.
    let claims = |seeds: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(seeds as u64);
        let mut normal = || (0..12).map(|_| f64::from(random.next_u32()) / 4294967296.0).sum::<f64>() - 6.0;
        let claimed = |_: &usize| {
            let rule = |_| contender("", (0..seeds).map(|_| 0.9 + 0.01 * normal()).collect());
            let contenders: Vec<_> = (0..6).map(rule).collect();
            let positive = [Word::ClearlyBetter, Word::ProbablyBetter];
            judge(&contenders, &terms(1e-9)).judgements.iter().any(|pair| positive.contains(&pair.word))
        };
        (0..160).filter(claimed).count()
    };
    let counts: Vec<usize> = std::thread::scope(|scope| {
        let running: Vec<_> = [5, 10].map(|seeds| scope.spawn(move || claims(seeds))).into();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // 5 % of 160 is 8, with a standard deviation of 2.8.
    assert!(counts.iter().all(|&count| count <= 14), "{counts:?} of 160");
    assert!(counts.iter().sum::<usize>() > 0, "a test that never errs has no power");
}

#[test]
fn accuracies_that_agree_to_the_example_prove_nothing_by_it() {
    let on = |examples| Terms { examples: Some(examples), ..terms(0.002) };
    let judged = |examples: usize, apart: f64| {
        let contenders = [contender("a", vec![0.95; 5]), contender("b", vec![0.95 - apart; 5])];
        let verdict = judge(&contenders, &on(examples));
        (verdict.judgements[0].word, verdict.sentence)
    };
    // One example of 360 apart, in every run: without the resolution, p would be 0.
    let (word, sentence) = judged(360, 1.0 / 360.0);
    assert_eq!(word, Word::CannotTell);
    assert!(
        sentence.en.contains("360 test examples alone leave a standard error of ± 1.15 points."),
        "{}",
        sentence.en
    );
    assert!(
        sentence.ko.contains("시험 예제가 360개라는 것만으로도 표준오차 ± 1.15%포인트가 남는다."),
        "{}",
        sentence.ko
    );
    assert_eq!(
        judged(360, 0.0).0,
        Word::CannotTell,
        "nor are they equivalent to within less than an example"
    );
    assert_eq!(judged(360, 20.0 / 360.0).0, Word::ClearlyBetter);
    assert_eq!(judged(100_000, 0.0).0, Word::Equivalent);
}

#[test]
fn equivalence_is_corrected_for_the_number_of_pairs() {
    // Two means 0.2 % apart, TOST p = 0.011 within 0.5 %: enough for one pair, not for the fifteen pairs of six rules.
    let rule = |label: &str, shift: f64| contender(label, sample(0.95 - shift, 0.002, &SHAPES[0][..]));
    let two = judge(&[rule("a", 0.0), rule("b", 0.0027)], &terms(0.005));
    assert_eq!(two.judgements[0].word, Word::Equivalent);
    let six: Vec<_> = [0.0, 0.0027, 0.0054, 0.0081, 0.0108, 0.0135]
        .iter()
        .zip(["a", "b", "c", "d", "e", "f"])
        .map(|(shift, label)| rule(label, *shift))
        .collect();
    let six = judge(&six, &terms(0.005));
    let p_values = |verdict: &Verdict| verdict.judgements[0].equivalence_p_value.unwrap();
    assert!(p_values(&six) > 10.0 * p_values(&two));
    assert_ne!(six.judgements[0].word, Word::Equivalent);
}
