//! Text in lines of a width, measured as a terminal does.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Breaks a text at its spaces into lines of `width` columns at most, where a Korean syllable takes two. A word that is longer than
/// a line is broken within. An empty text is one empty line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    // A Korean syllable must fit.
    let width = width.max(2);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
        while let Some(rest) = lines.last_mut().and_then(|line| cut(line, width)) {
            lines.push(rest);
        }
    }
    lines
}

/// Returns a text with spaces behind it until it is `width` columns wide.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Cuts off what is beyond the width.
fn cut(line: &mut String, width: usize) -> Option<String> {
    let mut columns = 0;
    let at = line.char_indices().find_map(|(at, letter)| {
        columns += letter.width().unwrap_or(0);
        (columns > width).then_some(at)
    })?;
    Some(line.split_off(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_a_terminal_shows_them() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("검증 정확도", 6), ["검증", "정확도"]);
        assert_eq!(wrap("정확도를", 5), ["정확", "도를"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("정", 0), ["정"]);
        assert_eq!([padded("층", 4), padded("layers", 4)], ["층  ", "layers"]);
    }
}
