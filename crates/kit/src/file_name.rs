//! Names of people's things as names of files.

use crate::checksum;

/// Most bytes of a name that stay readable; with the digits and an ending, every file system takes the whole.
const LONGEST: usize = 100;
/// Hexadecimal digits that tell names apart which look alike as files.
const DIGITS: usize = 10;
/// Names of devices on Windows, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Returns the name of a file or folder for `name`. Different names have different files, also where a file system does not tell
/// capitals from small letters: whatever cannot stand as it is gets digits of its checksum at the end.
///
/// ```
/// assert_eq!(thalweg_kit::file_name("adam-1e-3"), "adam-1e-3");
/// assert_ne!(thalweg_kit::file_name("a/b"), thalweg_kit::file_name("a-b"));
/// ```
pub fn file_name(name: &str) -> String {
    if is_plain(name) { name.to_string() } else { with_digits(name, name) }
}

/// Returns a readable name of a file that differs for each `identity`.
pub fn with_digits(name: &str, identity: &str) -> String {
    let mut digits = format!("{:016x}", checksum(identity.as_bytes()));
    digits.truncate(DIGITS);
    let readable = readable(name);
    if readable.is_empty() { digits } else { format!("{readable}-{digits}") }
}

/// Whether a name can be that of a file as it is: it has no other spelling, means nothing to any system, and does not look like a
/// name with digits.
pub fn is_plain(name: &str) -> bool {
    // Hangul syllables and Chinese characters have neither capitals nor another composition of the same letters.
    let plain = |c: char| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || "-_+.".contains(c)
            || ('가'..='힣').contains(&c)
            || ('一'..='鿿').contains(&c)
    };
    !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !is_device(name)
        && !ends_in_digits(name)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let numbered = ["com", "lpt"].iter().filter_map(|device| stem.strip_prefix(device));
    DEVICES.contains(&stem)
        || numbered.into_iter().any(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
}

fn ends_in_digits(name: &str) -> bool {
    let last = name.rsplit('-').next().unwrap_or(name);
    last.len() == DIGITS && last.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn readable(name: &str) -> String {
    let mut readable = String::new();
    for c in name.chars() {
        let c = if c.is_alphanumeric() || "-_+.".contains(c) { c } else { '-' };
        if readable.len() + c.len_utf8() > LONGEST {
            break;
        }
        readable.push(c);
    }
    let readable = readable.trim_matches('.');
    // `con.csv-…` is still the device.
    if is_device(&readable.to_lowercase()) { format!("_{readable}") } else { readable.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn different_names_are_different_files_everywhere() {
        let (long, longer) = ("x".repeat(300), "x".repeat(301));
        let twin = file_name("a/b");
        let names = [
            "a/b",
            "a-b",
            "A-B",
            "a b",
            "a:b",
            "A/B",
            "ä",
            "a\u{308}",
            "x/y",
            "x-y",
            "X-Y",
            "",
            ".",
            "..",
            "...",
            "con",
            "CON",
            "con.csv",
            "com1",
            "lpt9.txt",
            "a.",
            ".a",
            "손실",
            "adam+",
            &long,
            &longer,
            &twin,
            "\u{1}",
            "\u{202e}a",
        ];
        let files: BTreeSet<String> = names.iter().map(|name| file_name(name).to_lowercase()).collect();
        assert_eq!(files.len(), names.len(), "{files:?}");
        for name in names {
            let file = file_name(name);
            assert!(file.len() <= LONGEST + 1 + DIGITS && !file.is_empty(), "{file}");
            assert!(
                !file.contains(['/', '\\', ':', '\u{1}', '\u{202e}']) && !file.starts_with('.'),
                "{file}"
            );
            assert!(!is_device(&file.to_lowercase()) && !file.ends_with('.'), "{file}");
        }
        for plain in ["digits", "adam-1e-3", "bowl_2", "손실", "v1.5"] {
            assert_eq!(file_name(plain), plain);
        }
    }
}
