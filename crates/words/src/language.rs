//! The languages there are.

use crate::Words;
use crate::en::English;
use crate::ko::Korean;

/// A language that Thalweg speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean (한국어).
    Korean,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// Returns the messages of the language.
    pub fn words(self) -> &'static dyn Words {
        match self {
            Self::English => &English,
            Self::Korean => &Korean,
        }
    }

    /// Returns the code of the language, as HTML has it: `en` or `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// Returns the name of the language as its speakers write it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// Returns the language with a code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// Returns the language of a locale name such as `ko_KR.UTF-8`; English if there is no other for it.
    pub fn from_locale(locale: &str) -> Self {
        let code = locale.split(['_', '-', '.']).next().unwrap_or_default().to_lowercase();
        Self::from_code(&code).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        assert_eq!(Language::from_locale("ko_KR.UTF-8"), Language::Korean);
        assert_eq!(Language::from_locale("ko"), Language::Korean);
        assert_eq!(Language::from_locale("KO-kr"), Language::Korean);
        assert_eq!(Language::from_locale("kok_IN"), Language::English);
        assert_eq!(Language::from_locale("C"), Language::English);
        assert_eq!(Language::from_code("fr"), None);
    }
}
