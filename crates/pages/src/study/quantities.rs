//! What is read off the end of the runs, and which trial of a search was best.

use thalweg_report::Language;
use thalweg_workloads::study::{LineResult, Quantity};

/// Trials of a search whose curves are drawn, as in the book.
pub(super) const BEST: usize = 20;

pub(super) fn named(quantity: Quantity, language: Language) -> &'static str {
    let words = language.words();
    match quantity {
        Quantity::TrainingLoss => words.training_loss(),
        Quantity::TrainingAccuracy => words.training_accuracy(),
        Quantity::ValidationAccuracy => words.validation_accuracy(),
        Quantity::TestAccuracy => words.test_accuracy(),
    }
}

/// The trials with their mean result, best first.
pub(super) fn ranked(results: &[LineResult]) -> Vec<(&LineResult, f64)> {
    let mean = |finals: Vec<f64>| match finals.len() {
        0 => f64::NAN,
        n => finals.iter().sum::<f64>() / n as f64,
    };
    let mut ranked: Vec<_> =
        results.iter().map(|result| (result, mean(result.finals(Quantity::ValidationAccuracy)))).collect();
    // A trial that diverged comes last.
    let order = |value: f64| if value.is_nan() { f64::NEG_INFINITY } else { value };
    ranked.sort_by(|(_, a), (_, b)| order(*b).total_cmp(&order(*a)));
    ranked
}
