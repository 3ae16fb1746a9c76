//! A long table for looking things up: closed at first, with rows that are made when they are asked for.

use crate::escape::html;
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
    /// Returns the table as HTML; `rows` is the element with its data, of which the script of the page makes rows.
    pub(crate) fn html(&self, words: &dyn Words, rows: &str) -> String {
        let head: String =
            self.columns.iter().map(|title| format!("<th scope=\"col\">{}</th>", html(title))).collect();
        format!(
            "<details class=\"lookup wide\" data-shown=\"{shown}\">\n<summary>{title} ({count})</summary>\n\
             <input type=\"search\" placeholder=\"{search}\" aria-label=\"{search}\">\n\
             <div class=\"table\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody></tbody>\n</table></div>\n\
             <output></output>\n<p class=\"tools\"><button type=\"button\" class=\"save-table\">{data}</button></p>\n{rows}</details>\n",
            shown = words.rows_shown(),
            search = words.search(),
            data = words.data(),
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
    fn titles_are_text_and_rows_come_from_the_page() {
        let lookup = Lookup {
            title: "<runs>".into(),
            columns: vec!["a<b".into()],
            rows: vec![vec!["adam".into()]; 3],
        };
        let found = lookup.html(Language::English.words(), "<!-- rows -->");
        assert!(found.contains("<summary>&lt;runs&gt; (3)</summary>"), "{found}");
        assert!(
            found.contains("<th scope=\"col\">a&lt;b</th>") && found.contains("<!-- rows -->"),
            "{found}"
        );
    }
}
