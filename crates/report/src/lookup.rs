//! A long table for looking things up: closed at first, with rows that are made when they are asked for.

use crate::escape::{html, script};
use thalweg_words::Words;

/// A table of any length. On the page it is closed; opened, it shows its first rows, and those that hold every word typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lookup {
    /// What its rows are.
    pub title: String,
    /// The columns' titles.
    pub columns: Vec<String>,
    /// The rows, a text for each column.
    pub rows: Vec<Vec<String>>,
}

impl Lookup {
    /// Returns the table as HTML: data for the script of the page, which makes the rows.
    pub(crate) fn html(&self, words: &dyn Words) -> String {
        let head: String =
            self.columns.iter().map(|title| format!("<th scope=\"col\">{}</th>", html(title))).collect();
        let rows = script(&serde_json::json!(self.rows));
        format!(
            "<details class=\"lookup wide\" data-shown=\"{shown}\">\n<summary>{title} ({count})</summary>\n\
             <input type=\"search\" placeholder=\"{search}\" aria-label=\"{search}\">\n\
             <div class=\"table\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody></tbody>\n</table></div>\n\
             <output></output>\n<script type=\"application/json\">{rows}</script>\n</details>\n",
            shown = words.rows_shown(),
            search = words.search(),
            title = html(&self.title),
            count = self.rows.len(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn rows_are_data_and_cannot_end_their_element() {
        let lookup = Lookup {
            title: "runs".into(),
            columns: vec!["rule".into(), "a<b".into()],
            rows: vec![vec!["adam".into(), "</script><b>".into()]; 3],
        };
        let found = lookup.html(Language::English.words());
        assert!(
            found.contains("<summary>runs (3)</summary>") && found.contains("<th scope=\"col\">a&lt;b</th>")
        );
        assert_eq!(found.matches("</script").count(), 1, "{found}");
    }
}
