//! Sentences that stand in English where they belong.

/// Sentences that stand in English where they belong: the help of options beside the options, an error beside its kind.
pub trait SentenceWords {
    /// Returns a text of such sentences in the language, as far as the language has them.
    fn said(&self, english: &str) -> String;
}
