//! Sentences of the lab.

use thalweg_lab::verdict::Sentence;
use thalweg_report::Language;

/// Returns a sentence of the lab in the page's language.
pub fn in_language(sentence: &Sentence, language: Language) -> String {
    sentence.in_language(language).to_string()
}
