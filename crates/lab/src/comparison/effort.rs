//! How much was tried on a problem, in words: whoever tries more finds more by chance.

use super::ProblemResult;
use crate::verdict::Sentence;

impl ProblemResult {
    /// Says what this results store holds on the problem, how often these rules were looked at, and what that spends; `None` where
    /// the store does not know.
    pub fn effort(&self) -> Option<Sentence> {
        let (tried, look) = (self.tried, &self.verdict.look);
        if tried.configurations == 0 {
            return None;
        }
        let mut sentence = Sentence::of(|words| words.tried_in_this_store(tried.configurations, tried.rules));
        if !self.verdict.judgements.is_empty() {
            let spent = rounded(100.0 * look.spent);
            sentence.add(&Sentence::of(|words| words.looks_spent(look.number, &spent)));
        }
        if tried.other_looks > 0 {
            sentence.add(&Sentence::of(|words| words.other_looks(tried.other_looks)));
        }
        Some(sentence)
    }
}

/// A percentage to two digits behind the point, without zeros at its end.
fn rounded(per_cent: f64) -> String {
    let text = format!("{per_cent:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
