//! The answer to one question, as a card: a sentence, the rules in tiers, what to do next, and folded below it what else is to be
//! known.

use crate::{Tiers, escape::html};
use thalweg_words::Words;

/// What can be concluded about one problem.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// What it is about: the problem's name.
    pub about: String,
    /// The answer, in one short sentence.
    pub sentence: String,
    /// Which rules can be told apart; absent where nothing was compared.
    pub tiers: Option<Tiers>,
    /// What to do next, and what it costs.
    pub next: String,
    /// The whole of it in words, with what takes away from it; a paragraph each.
    pub caveats: Vec<String>,
}

impl Answer {
    pub(crate) fn html(&self, words: &dyn Words) -> String {
        let tiers = self.tiers.as_ref().map(|tiers| tiers.html(words)).unwrap_or_default();
        let next = match self.next.as_str() {
            "" => String::new(),
            next => format!("<p class=\"next\"><b>{}</b> {}</p>\n", words.next(), html(next)),
        };
        let caveats: String = self.caveats.iter().map(|text| format!("<p>{}</p>\n", html(text))).collect();
        let caveats = match caveats.as_str() {
            "" => String::new(),
            caveats => format!("<details>\n<summary>{}</summary>\n{caveats}</details>\n", words.caveats()),
        };
        format!(
            "<section class=\"conclusion\">\n<h2>{}: {}</h2>\n<p class=\"first\">{}</p>\n{tiers}{next}{caveats}</section>\n",
            words.conclusion(),
            html(&self.about),
            html(&self.sentence)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn what_is_not_there_leaves_nothing_behind() {
        let html = Answer::default().html(Language::English.words());
        assert!(
            !html.contains("<details") && !html.contains("class=\"next\"") && !html.contains("tiers"),
            "{html}"
        );
    }

    #[test]
    fn caveats_are_folded_and_texts_stay_text() {
        let text = "<b>".to_owned();
        let (about, sentence, next) = (text.clone(), text.clone(), text.clone());
        let answer = Answer { about, sentence, next, caveats: vec![text.clone(), text], tiers: None };
        let html = answer.html(Language::Korean.words());
        assert_eq!(html.matches("&lt;b&gt;").count(), 5, "{html}");
        let folded = html.split_once("<details>").expect("folded").1;
        assert_eq!(folded.matches("<p>").count(), 2);
    }
}
