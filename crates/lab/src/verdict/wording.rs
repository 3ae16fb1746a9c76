//! Figures and differences as a sentence writes them.

use thalweg_words::Words;

use super::{Sentence, Word};
use crate::digits::mean_and_deviation;
use crate::experiment::Metric;
use crate::statistics::Summary;

/// The verdict on `best` against `other` in two or three words, with the name of the rule it is about.
pub(super) fn label(word: Word, best: &str, other: &str) -> Sentence {
    Sentence::of(|words| match word {
        Word::ClearlyBetter => words.label_clearly_better(best),
        Word::Better => words.label_better(best),
        Word::Equivalent => words.equivalent().into(),
        Word::CannotTell => words.cannot_tell().into(),
        Word::SeedsCannotTell => words.seeds_cannot_tell().into(),
        Word::OtherDiverges => words.label_diverges(other),
    })
}

<<<<<<< HEAD
/// Mean and standard deviation, the mean alone of a single run; accuracies in per cent.
=======
/// A value as people write it: accuracies in per cent, the rest to three digits.
pub(super) fn show(words: &dyn Words, metric: Metric, value: f64) -> String {
    match metric {
        Metric::Accuracy => words.per_cent(&format!("{:.1}", 100.0 * value)),
        // Errors in the units of a target are read beside its values, so they are written as those are.
        Metric::Rmse | Metric::Mae => in_digits(value, 1e9),
        Metric::Loss | Metric::R2 | Metric::Value => in_digits(value, 1e5),
    }
}

/// Three digits, in powers of ten outside 0.001 to `most`.
fn in_digits(value: f64, most: f64) -> String {
    if value != 0.0 && !(1e-3..most).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    let digits = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    format!("{value:.*}", (2.0 - digits).max(0.0) as usize)
}

/// Mean and standard deviation, the mean alone of a single run.
>>>>>>> h3-in
pub(super) fn spread(words: &dyn Words, metric: Metric, summary: &Summary) -> String {
    match metric {
        Metric::Accuracy => words.per_cent(&mean_and_deviation(summary, -2)),
        Metric::Loss | Metric::Value => mean_and_deviation(summary, 0),
    }
}

/// A difference that matters, with its unit.
pub(super) fn margin(words: &dyn Words, metric: Metric, difference: f64) -> String {
    match metric {
        Metric::Accuracy => words.percentage_points(&rounded(100.0 * difference)),
        Metric::Loss | Metric::Rmse | Metric::Mae | Metric::R2 => rounded(difference),
        Metric::Value => words.per_cent_of_its_value(&rounded(100.0 * difference)),
    }
}

/// Without the tail that binary fractions leave (0.1 + 0.2).
fn rounded(value: f64) -> String {
    format!("{value:.3e}").parse::<f64>().unwrap_or(value).to_string()
}
