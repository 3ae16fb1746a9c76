//! Text of strangers where it is shown: nothing in a name steers a terminal, turns a line around, or is a formula.

use std::borrow::Cow;

/// Whether a character shows nothing and changes how other characters are shown: control characters but line breaks and tabs, and
/// those that turn the direction of text around (Unicode Standard Annex 9).
pub fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the text with its hidden characters written out, as JSON does: `\u001b`.
///
/// ```
/// assert_eq!(thalweg_kit::visible("a\u{1b}[31mb"), "a\\u001b[31mb");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            shown += &format!("\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Returns a text of at most about `most` characters: of a longer one, the beginning and the end.
///
/// ```
/// assert_eq!(thalweg_kit::bounded("abc", 10), "abc");
/// assert_eq!(thalweg_kit::bounded(&"ab".repeat(50), 8), "ababab … (92 characters left out) … ab");
/// ```
pub fn bounded(text: &str, most: usize) -> Cow<'_, str> {
    let count = text.chars().count();
    if count <= most {
        return Cow::Borrowed(text);
    }
    let (head, tail) = (most - most / 4, most / 4);
    let at = |index: usize| text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
    let (begin, end) = (&text[..at(head)], &text[at(count - tail)..]);
    Cow::Owned(format!("{begin} … ({} characters left out) … {end}", count - most))
}

/// Returns a field of comma-separated values (RFC 4180), with hidden characters written out. A text that a spreadsheet would take for a
/// formula gets an apostrophe before it; numbers are left as they are.
///
/// ```
/// assert_eq!(thalweg_kit::csv_field("=1+1"), "'=1+1");
/// assert_eq!(thalweg_kit::csv_field("-0.5"), "-0.5");
/// ```
pub fn csv_field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    let text = visible(&text);
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_written_out_and_nothing_else_changes() {
        for plain in ["", "adam", "손실\n\tb", "a \\ b", "אב", "é"] {
            assert_eq!(visible(plain), plain);
        }
        let hostile = "\u{1b}]0;x\u{7}\r\u{9b}2J\u{7f}\u{202e}a\u{2066}";
        let shown = visible(hostile);
        assert_eq!(shown, "\\u001b]0;x\\u0007\\u000d\\u009b2J\\u007f\\u202ea\\u2066");
        assert!(!shown.contains(is_hidden));
        let json: &str = "{\"label\":\"\u{202e}\u{9b}\"}";
        assert_eq!(visible(json), "{\"label\":\"\\u202e\\u009b\"}", "still JSON of the same value");
    }

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        for (text, field) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("+1+1", "'+1+1"),
            ("-2+3", "'-2+3"),
            ("\t=1", "'\t=1"),
            ("-1e-7", "-1e-7"),
            ("+0.5", "+0.5"),
            ("-inf", "-inf"),
            ("sgd, plain", "\"sgd, plain\""),
            ("a=b", "a=b"),
            ("\r=1", "'\\u000d=1"),
            ("a\u{1b}[31m\u{202e}, b", "\"a\\u001b[31m\\u202e, b\""),
        ] {
            assert_eq!(csv_field(text), field);
        }
    }
}
