//! English or Korean: which, and each phrase in both.

pub(crate) use thalweg::report::Language;

/// Picks the phrase of the language.
pub(crate) fn say(language: Language, english: &str, korean: &str) -> String {
    match language {
        Language::English => english.to_string(),
        Language::Korean => korean.to_string(),
    }
}

/// Parses `--lang`.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    match text {
        "en" => Ok(Language::English),
        "ko" => Ok(Language::Korean),
        _ => Err("there are en and ko".into()),
    }
}

/// Returns the user's language, from the environment.
pub(crate) fn locale() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    Language::from_locale(&locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default())
}
