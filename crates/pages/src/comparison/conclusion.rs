//! What can be concluded, in sentences.

use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::verdict::{Sentence, reach};
use thalweg_report::Language;

/// Returns a sentence of the lab in the page's language.
pub fn in_language(sentence: &Sentence, language: Language) -> String {
    sentence.in_language(language).to_string()
}

/// Returns the verdict on each problem, and how far all of them reach.
pub(super) fn conclusion<'a>(
    results: impl Iterator<Item = &'a ProblemResult>,
    language: Language,
) -> Vec<String> {
    let sentences = results.map(|result| in_language(&result.verdict.sentence, language));
    sentences.chain([in_language(&reach(), language)]).collect()
}
