//! Words of a command as a shell reads them, for commands that are suggested or shown.

use std::ffi::OsStr;
use std::path::Path;

/// Returns a word as a shell reads it: in quotes if it needs them, and with what is no text as `$'…'`.
pub fn shell_word(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@".contains(c);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Some(text) if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', "'\\''")),
        _ => format!("$'{}'", word.as_encoded_bytes().iter().map(|&byte| escaped(byte)).collect::<String>()),
    }
}

/// Returns a path as a word of a command. One that begins with a dash is no option.
pub fn shell_path(path: &Path) -> String {
    let begins_with_a_dash = path.as_os_str().as_encoded_bytes().starts_with(b"-");
    if begins_with_a_dash { shell_word(Path::new(".").join(path)) } else { shell_word(path) }
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
            assert_eq!(shell_word(word), expected);
        }
        assert_eq!(shell_path(Path::new("-x y")), "'./-x y'");
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_text_stays_what_it_is() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(shell_word(OsStr::from_bytes(b"a \xff")), "$'a \\xff'");
    }
}
