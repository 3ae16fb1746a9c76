//! Lists, figures and differences as a sentence writes them.

use super::{Sentence, Word};
use crate::experiment::Metric;
use crate::statistics::Summary;

/// The verdict on `best` against `other` in two or three words, with the name of the rule it is about.
pub(super) fn label(word: Word, best: &str, other: &str) -> Sentence {
    let (en, ko) = match word {
        Word::ClearlyBetter => (format!("{best} clearly better"), format!("{best} 확실히 나음")),
        Word::Better => (format!("{best} better"), format!("{best} 나음")),
        Word::Equivalent => ("equivalent".into(), "사실상 같음".into()),
        Word::CannotTell => ("cannot tell".into(), "알 수 없음".into()),
        Word::SeedsCannotTell => ("seeds cannot tell".into(), "시드로는 알 수 없음".into()),
        Word::OtherDiverges => (format!("{other} diverges"), format!("{other} 발산")),
    };
    Sentence { en, ko }
}

/// "a", "a and b", "a, b and c".
pub(super) fn and(names: &[&str]) -> String {
    joined(names, "and")
}

/// "a", "a or b", "a, b or c".
pub(super) fn or(names: &[&str]) -> String {
    joined(names, "or")
}

fn joined(names: &[&str], word: &str) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} {word} {last}", most.join(", ")),
        _ => names.join(", "),
    }
}

/// A value as people write it: accuracies in per cent, the rest to three digits.
pub(super) fn show(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Accuracy => format!("{:.1} %", 100.0 * value),
        Metric::Loss | Metric::Value if value == 0.0 || (1e-3..1e5).contains(&value.abs()) => {
            let digits = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
            format!("{value:.*}", (2.0 - digits).max(0.0) as usize)
        }
        Metric::Loss | Metric::Value => format!("{value:.2e}"),
    }
}

/// Mean and standard deviation, the mean alone of a single run.
pub(super) fn spread(metric: Metric, summary: &Summary) -> String {
    match (metric, summary.standard_deviation) {
        (Metric::Accuracy, Some(deviation)) => {
            format!("{:.1} ± {:.1} %", 100.0 * summary.mean, 100.0 * deviation)
        }
        (_, Some(deviation)) => format!("{} ± {}", show(metric, summary.mean), show(metric, deviation)),
        (_, None) => show(metric, summary.mean),
    }
}

/// A difference that matters, with its unit.
pub(super) fn margin(metric: Metric, difference: f64) -> String {
    match metric {
        Metric::Accuracy => format!("{} percentage points", rounded(100.0 * difference)),
        Metric::Loss => rounded(difference),
        Metric::Value => format!("{} % of its value", rounded(100.0 * difference)),
    }
}

/// The same in Korean.
pub(super) fn margin_ko(metric: Metric, difference: f64) -> String {
    match metric {
        Metric::Accuracy => format!("{}%포인트", rounded(100.0 * difference)),
        Metric::Loss => rounded(difference),
        Metric::Value => format!("그 값 대비 {}%", rounded(100.0 * difference)),
    }
}

/// Without the tail that binary fractions leave (0.1 + 0.2).
fn rounded(value: f64) -> String {
    format!("{value:.3e}").parse::<f64>().unwrap_or(value).to_string()
}
