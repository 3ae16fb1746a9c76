//! The verdict on one problem in one sentence of at most twenty words.

use super::figures::judged;
use super::table::figure;
use thalweg_lab::comparison::{Boundary, ProblemResult, RuleResult};
use thalweg_lab::experiment::Metric;
use thalweg_lab::statistics::Summary;
use thalweg_lab::verdict::{Judgement, MeasuredOn, Word};
use thalweg_report::Language;

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
    let english = language == Language::English;
    let Some((best, found)) = best(result) else {
        let words = [
            "Every final run diverged: there is nothing to compare.",
            "최종 실행이 모두 발산해 비교할 결과가 없습니다.",
        ];
        return words[usize::from(!english)].into();
    };
    let what = judged(result, language);
    let shown = figure(&Some(found.clone()), result.metric, 0, language).text;
    let (label, seeds) = (&best.label, found.count);
    if result.rules.len() == 1 {
        return if english {
            format!("{label} has a {what} of {shown}{}; nothing to compare it with.", over(seeds))
        } else {
            format!("{label} 하나뿐이라 견줄 규칙이 없습니다({what} {shown}, 시드 {seeds}개).")
        };
    }
    if result.deterministic {
        return exact(result, label, &shown, language);
    }
    let sides = Sides::of(&result.verdict.judgements);
    let names = sides.open_names();
    match (sides.worse.len(), sides.equal.len(), names.len()) {
        (_, 0, 0) => better(label, &sides.worse, (&what, &shown), seeds, language),
        (0, _, 0) => equivalent(label, &sides.equal, &difference(result, language), language),
        (_, _, 0) => {
            let equal = few(&sides.equal, "and", language);
            shortest(equal.map(|equal| match language {
                Language::English => {
                    format!("{label} has the best mean, with {equal} equivalent and the rest worse.")
                }
                Language::Korean => {
                    format!("{label}의 평균이 가장 좋고 {equal}도 사실상 같으며 나머지는 뒤처집니다.")
                }
            }))
        }
        (0, 0, open) => undecided(label, &names, open == sides.closed.len(), language),
        (_, _, open) => {
            let names = few(&names, "or", language);
            let seeds_do = sides.closed.len() < open;
            shortest(names.map(|names| match (language, seeds_do) {
                (Language::English, true) => {
                    format!("{label} has the best mean, but these runs cannot tell it from {names}.")
                }
                (Language::English, false) => {
                    format!("{label} has the best mean, but no number of seeds can tell it from {names}.")
                }
                (Language::Korean, true) => {
                    format!("{label}의 평균이 가장 좋지만 {names}보다 나은지는 이 결과로 알 수 없습니다.")
                }
                (Language::Korean, false) => {
                    format!("{label}의 평균이 가장 좋지만 {names}보다 나은지는 시드를 늘려도 알 수 없습니다.")
                }
            }))
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

/// Nothing was random: who ends where.
fn exact(result: &ProblemResult, label: &str, shown: &str, language: Language) -> String {
    let unresolved = |rule: &RuleResult| {
        rule.tuning.as_ref().is_some_and(|tuning| matches!(tuning.boundary, Boundary::Unresolved(_)))
    };
    let (end, end_ko) = if result.metric.higher_is_better() { ("highest", "높") } else { ("lowest", "낮") };
    match (language, result.rules.iter().any(unresolved)) {
        (Language::English, false) => {
            format!("{label} ends {end}, at {shown}; nothing is random, so this holds for this start only.")
        }
        (Language::English, true) => {
            format!("{label} ends {end}, at {shown}, but not every rule's best rate was found: no ranking.")
        }
        (Language::Korean, false) => {
            format!("{label}의 마지막 값이 가장 {end_ko}고({shown}), 우연이 없어 이 시작점에서만 성립합니다.")
        }
        (Language::Korean, true) => {
            format!(
                "{label}의 마지막 값이 가장 {end_ko}지만({shown}), 가장 좋은 학습률을 찾지 못한 규칙이 있습니다."
            )
        }
    }
}

/// The best rule is better than all others; `shown` says by which figures.
fn better(
    label: &str,
    worse: &[&Judgement],
    (what, shown): (&str, &str),
    seeds: usize,
    language: Language,
) -> String {
    let (over, count) = (over(seeds), worse.len());
    let (rivals, rivals_ko) = match worse {
        [one] => (one.other.clone(), format!("{}보다", one.other)),
        _ => (format!("all {count} others"), format!("나머지 {count}개 규칙 모두보다")),
    };
    let diverged = worse.iter().all(|judgement| judgement.word == Word::OtherDiverges);
    match (language, diverged) {
        (Language::English, true) => format!("{label} is ahead of {rivals}: more of their runs diverged."),
        (Language::Korean, true) => format!("{label}: {rivals_ko} 덜 발산해 앞섭니다."),
        (Language::English, false) => shortest([
            format!("{label} is better than {rivals}, with a {what} of {shown}{over}."),
            format!("{label} is better than {rivals}, with a {what} of {shown}."),
        ]),
        (Language::Korean, false) => {
            format!("{label}: {rivals_ko} 낫습니다({what} {shown}, 시드 {seeds}개).")
        }
    }
}

/// The best rule is as good as all others.
fn equivalent(label: &str, equal: &[&str], difference: &str, language: Language) -> String {
    let count = equal.len();
    match (language, equal) {
        (Language::English, [one]) => {
            format!("{label} and {one} are equivalent: they differ by less than {difference}.")
        }
        (Language::English, _) => {
            format!(
                "{label} is equivalent to all {count} others: they differ from it by less than {difference}."
            )
        }
        (Language::Korean, [one]) => format!("{label}, {one}: 차이가 {difference} 안이라 사실상 같습니다."),
        (Language::Korean, _) => {
            format!("{label}: 나머지 {count}개 규칙과 차이가 {difference} 안이라 사실상 같습니다.")
        }
    }
}

/// Nothing is known of any pair; `hopeless` if seeds would not help either.
fn undecided(label: &str, open: &[&str], hopeless: bool, language: Language) -> String {
    let count = open.len() + 1;
    let one = open.first().filter(|_| open.len() == 1);
    match (language, hopeless, one) {
        (Language::English, false, Some(one)) => {
            format!("These runs cannot tell which of {label} and {one} is better.")
        }
        (Language::English, false, None) => {
            format!("These runs cannot tell which of the {count} rules is best.")
        }
        (Language::English, true, Some(one)) => {
            format!("No number of seeds can tell which of {label} and {one} is better.")
        }
        (Language::English, true, None) => {
            format!("No number of seeds can tell which of these {count} rules is best.")
        }
        (Language::Korean, false, Some(one)) => {
            format!("{label}, {one}: 이 결과만으로는 우열을 가릴 수 없습니다.")
        }
        (Language::Korean, false, None) => {
            format!("이 결과만으로는 규칙 {count}개 가운데 무엇이 가장 나은지 알 수 없습니다.")
        }
        (Language::Korean, true, Some(one)) => {
            format!("{label}, {one}: 시드를 아무리 늘려도 우열을 가릴 수 없습니다.")
        }
        (Language::Korean, true, None) => {
            format!("시드를 아무리 늘려도 규칙 {count}개 가운데 무엇이 가장 나은지 알 수 없습니다.")
        }
    }
}

/// Some of the other rules: by name where there are one or two, and by number.
fn few(names: &[&str], word: &str, language: Language) -> [String; 2] {
    let some = names.len();
    let (named, counted) = match language {
        Language::English if some == 1 => (names.join(""), "one other".to_owned()),
        Language::English => (names.join(&format!(" {word} ")), format!("{some} others")),
        Language::Korean => (names.join(", ") + " 규칙", format!("다른 규칙 {some}개")),
    };
    if names.len() <= 2 { [named, counted] } else { [counted.clone(), counted] }
}

/// The first sentence, or the second where the first is too long.
fn shortest(sentences: [String; 2]) -> String {
    let [first, second] = sentences;
    if first.split_whitespace().count() <= MOST_WORDS { first } else { second }
}

/// "over 10 seeds", and nothing of a single one.
fn over(seeds: usize) -> String {
    if seeds > 1 { format!(" over {seeds} seeds") } else { String::new() }
}

/// The difference that matters, in words.
pub(super) fn difference(result: &ProblemResult, language: Language) -> String {
    amount(result.metric, result.verdict.margin.unwrap_or(f64::NAN), language)
}

/// A difference in words: of accuracies in percentage points.
pub(super) fn amount(metric: Metric, value: f64, language: Language) -> String {
    // Without the tail that binary fractions leave.
    let short = |value: f64| crate::number(format!("{value:.2e}").parse().unwrap_or(value));
    match (metric, language) {
        (Metric::Accuracy, Language::English) => format!("{} percentage points", short(100.0 * value)),
        (Metric::Accuracy, Language::Korean) => format!("{}%포인트", short(100.0 * value)),
        _ => short(value),
    }
}
