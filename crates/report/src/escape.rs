//! Escaping. Names come from users and files, and each kind of output has its own dangerous characters.

use serde_json::Value;
use thalweg_kit::{is_hidden, visible};

/// Escapes text for HTML, inside an element or a double-quoted attribute.
pub(crate) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Escapes text for plotly.js, which reads a small HTML of its own (`<b>`, `<a href>`, entities) in every label.
pub(crate) fn label(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Escapes JSON for the inside of a `<script>` element. The HTML parser looks there for `</script` and `<!--` only, so it is
/// enough that no `<` is left. In JSON it can only stand inside a string, where `\u003c` means the same.
pub(crate) fn script(value: &Value) -> String {
    let mut escaped = String::new();
    for character in value.to_string().chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            // What JSON leaves as it is and nobody sees is shown as text.
            hidden if is_hidden(hidden) => escaped += &format!("\\\\u{:04x}", u32::from(hidden)),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns a file name that is safe in file systems and links: letters and digits of any script, joined by hyphens.
pub(crate) fn file_stem(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let stem: String = words.join("-").chars().take(60).collect();
    if stem.is_empty() { "data".to_owned() } else { stem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</script><b onclick=\"x\">'&";

    #[test]
    fn text_that_turns_around_or_steers_is_written_out() {
        let hostile = "a\u{202e}b\u{2066}\u{1b}[2J";
        for escaped in [html(hostile), label(hostile)] {
            assert_eq!(escaped, "a\\u202eb\\u2066\\u001b[2J");
        }
        let json = script(&serde_json::json!([hostile, "\u{202e}"]));
        assert!(!json.contains(is_hidden), "{json}");
        let read: Vec<String> = serde_json::from_str(&json).unwrap();
        assert_eq!(read[1], "\\u202e");
    }

    #[test]
    fn html_leaves_nothing_to_interpret() {
        assert_eq!(html(HOSTILE), "&lt;/script&gt;&lt;b onclick=&quot;x&quot;&gt;&#39;&amp;");
    }

    #[test]
    fn plotly_sees_entities_not_tags() {
        assert_eq!(label("<b>a & b</b>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
    }

    #[test]
    fn json_in_a_script_cannot_close_it_and_reads_back() {
        let value = serde_json::json!({ HOSTILE: [HOSTILE, "<!--"] });
        let text = script(&value);
        assert!(!text.contains('<'));
        assert_eq!(serde_json::from_str::<Value>(&text).expect("still JSON"), value);
    }

    #[test]
    fn file_stems_cannot_leave_the_folder() {
        assert_eq!(file_stem("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_stem("f(x, y) = x²/20 + y²"), "f-x-y-x²-20-y²");
        assert_eq!(file_stem("손실 곡선"), "손실-곡선");
        assert_eq!(file_stem("../"), "data");
    }
}
