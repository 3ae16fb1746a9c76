//! The verdict in plain words, in English and in Korean.
//!
//! Both are put together from the same facts in the same order. Korean particles change with the sound before them, which
//! nobody can know of a rule's name; the Korean phrases use only particles that do not.

use serde::{Deserialize, Serialize};

use super::wording::{and, margin, margin_ko, or, show, spread};
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
    pub(super) fn add(&mut self, en: impl AsRef<str>, ko: impl AsRef<str>) {
        for (text, more) in [(&mut self.en, en.as_ref()), (&mut self.ko, ko.as_ref())] {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(more);
        }
    }
}

/// The conclusion of a whole comparison: problem by problem, and how far it reaches.
pub fn conclusion<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Sentence {
    let mut sentence = Sentence::default();
    for verdict in verdicts {
        sentence.add(&verdict.sentence.en, &verdict.sentence.ko);
    }
    let reach = reach();
    sentence.add(reach.en, reach.ko);
    sentence
}

/// How far any conclusion reaches.
pub fn reach() -> Sentence {
    Sentence {
        en: "None of this says anything about other problems, other networks or other budgets of steps."
            .into(),
        ko: "이 결론은 여기서 시험한 문제와 신경망, 갱신 횟수에만 해당하며 다른 경우까지 말해 주지는 않는다."
            .into(),
    }
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
    let problem = &terms.problem;
    let Some(best) = ranked.first().filter(|best| best.mean().is_some()) else {
        sentence.add(
            format!("On {problem}, every final run diverged: there is nothing to compare."),
            format!("{problem} 문제: 최종 실행이 모두 발산해 비교할 결과가 없다."),
        );
        match &terms.start_fault {
            Some(fault) => sentence.add(&fault.en, &fault.ko),
            None => sentence.add("Search smaller learning rates.", "더 작은 학습률에서 찾아야 한다."),
        }
        return sentence;
    };
    match &terms.exact {
        Some(of) => exact(&mut sentence, ranked, of, terms),
        None => {
            lead(&mut sentence, best, ranked.len() > 1, terms);
        }
    }
    against_others(&mut sentence, judgements, least, terms);
    on_these_examples(&mut sentence, judgements, terms);
    if look.number > 1 && !judgements.is_empty() {
        sentence.add(
            format!(
                "This is look number {} at these rules, and the intervals allow for all of them.",
                look.number
            ),
            format!("이 규칙들을 {}번째로 들여다본 것이며, 구간은 그 횟수를 모두 감안했다.", look.number),
        );
    }
    caveats(&mut sentence, ranked, terms);
    sentence
}

/// Nothing was random: the figures are what they are, and a ranking only where every rule's best rate was found.
fn exact(sentence: &mut Sentence, ranked: &[&Contender], of: &Exact, terms: &Terms) {
    let listed: Vec<(String, String)> = ranked
        .iter()
        .filter_map(|contender| {
            let (rate, value) = (show_rate(contender.learning_rate), show(terms.metric, contender.mean()?));
            let label = &contender.label;
            Some((format!("{label} at {rate} ({value})"), format!("{label}(학습률 {rate}, 값 {value})")))
        })
        .collect();
    let en: Vec<&str> = listed.iter().map(|listed| listed.0.as_str()).collect();
    let ko: Vec<&str> = listed.iter().map(|listed| listed.1.as_str()).collect();
    let point = of.start.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let (from, from_ko) = match of.start.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("from ({point}) "), format!("시작점 ({point}), ")),
    };
    let (first, first_ko) =
        if terms.metric.higher_is_better() { ("highest", "높은") } else { ("lowest", "낮은") };
    let (problem, steps, en, ko) = (&terms.problem, of.steps, en.join(", "), ko.join(", "));
    if ranked.iter().any(|contender| contender.at_edge) {
        sentence.add(
            format!("On {problem}, {from}in {steps} steps, the values are {en}."),
            format!("{problem} 문제: {from_ko}갱신 {steps}회. 규칙별 값: {ko}."),
        );
        sentence.add(
            "Nothing here is random, so running it again changes nothing, but this is no ranking: not every rule's best rate \
             was found. The values hold for this function, this start and this number of steps only.",
            "우연이 끼어들지 않으므로 다시 실행해도 결과는 같지만, 가장 좋은 학습률을 찾지 못한 규칙이 있으므로 순위로 볼 수 \
             없다. 이 값은 이 함수와 이 시작점, 이 갱신 횟수에서만 성립한다.",
        );
    } else {
        sentence.add(
            format!("On {problem}, {from}in {steps} steps, the order from the {first} value is {en}."),
            format!("{problem} 문제: {from_ko}갱신 {steps}회. {first_ko} 값부터 {ko} 순이다."),
        );
        sentence.add(
            "Nothing here is random, so running it again changes nothing; the ranking holds for this function, this start \
             and this number of steps only.",
            "우연이 끼어들지 않으므로 다시 실행해도 결과는 같지만, 이 순위는 이 함수와 이 시작점, 이 갱신 횟수에서만 성립한다.",
        );
    }
    if of.along_axes && ranked.len() > 1 {
        sentence.add(
            "On a bowl along the axes, rules that scale each coordinate by itself can land on the minimum by luck of rate and \
             step count.",
            "축에 나란한 그릇에서는 좌표마다 따로 크기를 맞추는 규칙이 학습률과 갱신 횟수의 우연으로 최솟값에 바로 닿을 수 \
             있다.",
        );
    }
}

/// Who has the best mean; of a single rule, what it is.
fn lead(sentence: &mut Sentence, best: &Contender, has_rivals: bool, terms: &Terms) {
    let Some(summary) = Summary::of(&best.values) else { return };
    let (problem, label, rate) = (&terms.problem, &best.label, show_rate(best.learning_rate));
    let figure = spread(terms.metric, &summary);
    let (order, order_ko) =
        if terms.metric.higher_is_better() { ("highest", "높다") } else { ("lowest", "낮다") };
    let (what, what_ko) = match (terms.metric, terms.measured_on) {
        (Metric::Accuracy, MeasuredOn::Test) => ("test accuracy", "시험 정확도"),
        (Metric::Accuracy, _) => ("validation accuracy", "검증 정확도"),
        (Metric::Loss, MeasuredOn::Test) => ("test loss", "시험 손실"),
        (Metric::Loss, _) => ("validation loss", "검증 손실"),
        (Metric::Value, _) => ("final value", "마지막 함숫값"),
    };
    let seeds = if summary.count == 1 { "1 seed".to_string() } else { format!("{} seeds", summary.count) };
    let count = summary.count;
    if !has_rivals {
        sentence.add(
            format!("On {problem}, {label} at {rate} has a mean {what} of {figure} over {seeds}."),
            format!("{problem} 문제: {label}(학습률 {rate})의 {what_ko} 평균(시드 {count}개): {figure}."),
        );
        return;
    }
    sentence.add(
        format!("On {problem}, {label} at {rate} has the {order} mean {what}: {figure} over {seeds}."),
        format!("{problem} 문제: {label}(학습률 {rate})의 {what_ko} 평균이 가장 {order_ko}(시드 {count}개에서 {figure})."),
    );
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
    let difference = margin(terms.metric, terms.difference);
    let difference_ko = margin_ko(terms.metric, terms.difference);
    let clearly = with(Word::ClearlyBetter);
    if !clearly.is_empty() {
        sentence.add(
            format!("It is clearly better than {}.", and(&clearly)),
            format!("{}보다 확실히 낫다.", clearly.join(", ")),
        );
    }
    let better = with(Word::Better);
    if !better.is_empty() {
        sentence.add(
            format!("It is better than {}; whether by {difference} or more is open.", and(&better)),
            format!("{}보다 낫다. 다만 {difference_ko} 이상 나은지는 알 수 없다.", better.join(", ")),
        );
    }
    let equivalent = with(Word::Equivalent);
    if !equivalent.is_empty() {
        sentence.add(
            format!("It is equivalent to {} within {difference}.", and(&equivalent)),
            format!("{}에 견주면 차이가 {difference_ko} 안이라 사실상 같다.", equivalent.join(", ")),
        );
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
    let plural = if more == 1 { "seed" } else { "seeds" };
    let (mut en, mut ko) = (
        format!("Whether it is better than {} cannot be told from these runs", or(&others)),
        format!("{}에 대해서는 이 결과만으로 우열을 가릴 수 없다.", others.join(", ")),
    );
    if open.iter().all(|judgement| judgement.difference.is_none()) {
        en +=
            &format!(": one run each says nothing about the spread. Use {more} more {plural} for each rule.");
        ko += &format!(" 한 번씩 실행해서는 흩어짐을 알 수 없으니 규칙마다 시드를 {more}개 더 써야 한다.");
    } else {
        en += &format!("; about {more} more {plural} for each rule would decide.");
        ko += &format!(" 규칙마다 시드를 {more}개쯤 더 쓰면 가릴 수 있다.");
    }
    sentence.add(en, ko);
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
    let (wide, wide_ko) = (margin(terms.metric, wanted), margin_ko(terms.metric, wanted));
    let mut en = format!("Whether it is better than {} no number of seeds can settle", or(&others));
    let mut ko = format!("{}에 대해서는 시드를 아무리 늘려도 우열을 가릴 수 없다.", others.join(", "));
    let more: Option<Vec<u64>> = examples.into_iter().collect();
    match (more.and_then(|more| more.into_iter().max()), terms.examples) {
        (Some(more), Some(at_hand)) => {
            en += &format!(
                ", with {at_hand} test examples: about {more} more test examples would, or a margin of at least {wide}."
            );
            ko += &format!(
                " 시험 예제가 {at_hand}개뿐이기 때문이다. 시험 예제가 {more}개쯤 더 있거나 차이의 기준이 {wide_ko} 이상이면 가릴 수 있다."
            );
        }
        _ => {
            en += &format!(": the runs scatter too much. A margin of at least {wide} can be settled.");
            ko += &format!(
                " 실행마다 너무 많이 흩어지기 때문이다. 차이의 기준이 {wide_ko} 이상이면 가릴 수 있다."
            );
        }
    }
    sentence.add(en, ko);
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
        sentence.add(
            format!(
                "On these {examples} test examples it is better than {}; others may say otherwise.",
                and(&better)
            ),
            format!(
                "이 시험 예제 {examples}개에서는 {}보다 낫지만, 다른 예제에서는 다를 수 있다.",
                better.join(", ")
            ),
        );
    }
}

/// What takes away from the comparison.
fn caveats(sentence: &mut Sentence, ranked: &[&Contender], terms: &Terms) {
    if let Some(fault) = &terms.start_fault {
        sentence.add(&fault.en, &fault.ko);
    } else if let Some(loss) = terms.nothing_learnt {
        sentence.add(
            format!(
                "No rule has learnt anything: the training loss stays at {loss:.4}, that of guessing. Look at the initial values (all \
                 zero or tiny ones pass no gradient on), the activation and the range of rates."
            ),
            format!(
                "어느 규칙도 배우지 못했다. 훈련 손실이 찍을 때와 같은 {loss:.4}에 머문다. 초깃값(모두 0이거나 너무 작으면 기울기가 전해지지 \
                 않는다), 활성화 함수, 학습률의 범위를 살펴봐야 한다."
            ),
        );
    }
    for contender in ranked.iter().filter(|contender| contender.diverged() > 0) {
        let (label, runs, diverged) = (&contender.label, contender.values.len(), contender.diverged());
        sentence.add(
            format!(
                "{label} diverged in {diverged} of {runs} final {}.",
                if runs == 1 { "run" } else { "runs" }
            ),
            format!("{label}: 최종 실행 {runs}번 가운데 {diverged}번 발산했다."),
        );
    }
    for widened in [true, false] {
        let at_edge = labels(ranked, |contender| contender.at_edge && contender.widened == widened);
        if at_edge.is_empty() {
            continue;
        }
        let (rate, verb, its) =
            if at_edge.len() == 1 { ("rate", "lies", "its") } else { ("rates", "lie", "their") };
        let (still, still_ko) = if widened { ("still ", "범위를 넓힌 뒤에도 ") } else { ("", "") };
        sentence.add(
            format!(
                "The best learning {rate} of {} {still}{verb} at the edge of {its} range: a better one may lie beyond it.",
                and(&at_edge)
            ),
            format!(
                "{}에서 가장 좋은 학습률은 {still_ko}탐색 범위의 끝에 있어, 그 너머에 더 좋은 값이 있을 수 있다.",
                at_edge.join(", ")
            ),
        );
    }
    let given = labels(ranked, |contender| !contender.tuned);
    if !given.is_empty() && given.len() < ranked.len() {
        sentence.add(
            format!("The learning rate of {} was given, not tuned like the others'.", and(&given)),
            format!("{}의 학습률은 다른 규칙처럼 찾은 것이 아니라 주어진 값이다.", given.join(", ")),
        );
    }
    if terms.measured_on == MeasuredOn::Validation {
        sentence.add(
            "There is no test split: the figures come from the split on which the rates were chosen.",
            "시험용 데이터가 따로 없어, 학습률을 고를 때 쓴 검증 데이터로 잰 수치다.",
        );
    }
}

fn labels<'a>(ranked: &[&'a Contender], wanted: impl Fn(&Contender) -> bool) -> Vec<&'a str> {
    ranked.iter().filter(|contender| wanted(contender)).map(|contender| contender.label.as_str()).collect()
}
