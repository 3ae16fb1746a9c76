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

/// Mean and standard deviation, the mean alone of a single run; accuracies in per cent.
pub(super) fn spread(words: &dyn Words, metric: Metric, summary: &Summary) -> String {
    match metric {
        Metric::Accuracy => words.per_cent(&mean_and_deviation(summary, -2)),
        Metric::Loss | Metric::Rmse | Metric::Mae | Metric::R2 | Metric::Value => {
            mean_and_deviation(summary, 0)
        }
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
