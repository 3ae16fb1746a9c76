//! Commands as a shell reads them.

/// Returns a word of a command as a shell wants it: what is printed can be copied and does what it says.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Returns a path as a word of a command. One that begins with a dash is no option.
pub(crate) fn path(path: &std::path::Path) -> String {
    let text = path.to_string_lossy();
    quoted(&if text.starts_with('-') { format!("./{text}") } else { text.into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_word_comes_back_from_the_shell_as_it_was() {
        for plain in ["compare", "--rules", "sgd,adam", "a/b.toml", "csv:x.csv", "손실"] {
            assert_eq!(quoted(plain), plain);
        }
        for (word, expected) in [
            ("", "''"),
            ("a b", "'a b'"),
            ("$(rm -r ~)", "'$(rm -r ~)'"),
            ("it's", "'it'\\''s'"),
            ("a;b", "'a;b'"),
            ("*", "'*'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
        assert_eq!(path(Path::new("-x y")), "'./-x y'");
    }
}
