//! Each phrase in both languages.

use thalweg_report::Language;

/// Returns the phrase of the language.
pub(crate) fn say(language: Language, english: &str, korean: &str) -> String {
    match language {
        Language::English => english.to_string(),
        Language::Korean => korean.to_string(),
    }
}
