//! A sentence for people, in both languages.

/// A sentence in English and Korean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// English, without a full stop.
    pub en: String,
    /// Korean, without a full stop.
    pub ko: String,
}

impl Note {
    pub(crate) fn new(en: impl Into<String>, ko: impl Into<String>) -> Note {
        Note { en: en.into(), ko: ko.into() }
    }

    /// Joins notes into one.
    pub(crate) fn joined(notes: &[Note]) -> Note {
        let join = |of: fn(&Note) -> &str| notes.iter().map(of).collect::<Vec<_>>().join("; ");
        Note { en: join(|note| &note.en), ko: join(|note| &note.ko) }
    }
}
