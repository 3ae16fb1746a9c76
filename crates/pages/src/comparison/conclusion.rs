//! Sentences of the lab.

use crate::language::say;
use thalweg_lab::verdict::Sentence;
use thalweg_report::Language;

/// Returns a sentence of the lab in the page's language.
pub fn in_language(sentence: &Sentence, language: Language) -> String {
    say(language, &sentence.en, &sentence.ko)
}
