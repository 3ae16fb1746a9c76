//! The language of the user: from an option, or from the environment.

pub(crate) use thalweg::report::Language;

/// Parses `--lang`.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "there are en and ko".into())
}

/// Returns the user's language, from the environment.
pub(crate) fn locale() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    Language::from_locale(&locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default())
}
