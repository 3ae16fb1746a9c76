//! Sentences that stand in English where they belong.

use super::English;
use crate::catalogue::SentenceWords;

impl SentenceWords for English {
    fn said(&self, english: &str) -> String {
        english.to_owned()
    }
}
