//! Words of a command as a shell reads them, for commands that are suggested or shown.

use std::ffi::OsStr;
use std::path::Path;

/// Returns the words after the program's name, each as a shell reads it.
pub(crate) fn given_words() -> Vec<String> {
    std::env::args_os().skip(1).map(quoted).collect()
}

/// Returns a word as a shell reads it: in quotes if it needs them, and with what is no text as `$'…'`.
pub(crate) fn quoted(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@".contains(c);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Some(text) if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', "'\\''")),
        _ => format!("$'{}'", word.as_encoded_bytes().iter().map(|&byte| escaped(byte)).collect::<String>()),
    }
}

/// Returns a path as a word of a command. One that begins with a dash is no option.
pub(crate) fn path(path: &Path) -> String {
    let begins_with_a_dash = path.as_os_str().as_encoded_bytes().starts_with(b"-");
    if begins_with_a_dash { quoted(Path::new(".").join(path)) } else { quoted(path) }
}

fn escaped(byte: u8) -> String {
    match byte {
        b'\'' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_words_that_were_given() {
        for (word, expected) in [
            ("--out=a/b", "--out=a/b"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", "'it'\\''s'"),
            ("$(rm -r ~)", "'$(rm -r ~)'"),
            ("a;b", "'a;b'"),
            ("*", "'*'"),
            ("이름", "이름"),
            ("a\nb'", "$'a\\x0ab\\''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
        assert_eq!(path(Path::new("-x y")), "'./-x y'");
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_text_stays_what_it_is() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(quoted(OsStr::from_bytes(b"a \xff")), "$'a \\xff'");
    }
}
