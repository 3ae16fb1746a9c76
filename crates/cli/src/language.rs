//! The language of the user: from `--lang`, wherever it stands on the command line, or from the environment.

use std::ffi::OsString;
use std::sync::OnceLock;

pub(crate) use thalweg::report::Language;
use thalweg::report::Words;

/// Parses `--lang`.
pub(crate) fn language(text: &str) -> Result<Language, String> {
    Language::from_code(text).ok_or_else(|| "there are en and ko".into())
}

/// Returns the language of everything that this command says. It is read before the command line is, whose help and errors are in it.
pub(crate) fn chosen() -> Language {
    static CHOSEN: OnceLock<Language> = OnceLock::new();
    *CHOSEN.get_or_init(|| given(std::env::args_os()).unwrap_or_else(locale))
}

/// Returns the messages in the language of this command.
pub(crate) fn words() -> &'static dyn Words {
    chosen().words()
}

/// Returns a sentence that is written in English where it belongs.
pub(crate) fn said(english: &str) -> String {
    words().said(english)
}

/// The language that the last `--lang` names.
fn given(words: impl Iterator<Item = OsString>) -> Option<Language> {
    let words = words.skip(1).map(|word| word.to_string_lossy().into_owned());
    let words: Vec<String> = words.take_while(|word| word != "--").collect();
    let behind = words.iter().zip(words.iter().skip(1)).filter(|(option, _)| *option == "--lang");
    let joined = words.iter().filter_map(|word| word.strip_prefix("--lang="));
    behind.map(|(_, code)| code.as_str()).chain(joined).last().and_then(Language::from_code)
}

/// Returns the user's language, from the environment.
fn locale() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
    Language::from_locale(&locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_found_wherever_it_stands() {
        let given = |line: &str| given(line.split(' ').map(OsString::from));
        assert_eq!(given("thalweg --lang ko train"), Some(Language::Korean));
        assert_eq!(given("thalweg train --rule adam --lang=ko"), Some(Language::Korean));
        assert_eq!(given("thalweg train --lang ko --lang en"), Some(Language::English));
        assert_eq!(given("thalweg train -- --lang ko"), None);
        assert_eq!(given("thalweg --lang fr"), None);
    }
}
