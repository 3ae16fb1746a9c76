//! Words in braces: `--lr={learning_rate}`, and what a run puts in their place.

use std::collections::BTreeSet;

/// The words that every run of a training has, beside the hyper-parameters of its arm.
pub const RUN_WORDS: [&str; 9] =
    ["arm", "device", "evaluate_every", "folder", "problem", "seed", "steps", "test", "whole_steps"];

/// A part of a text.
enum Part<'t> {
    Plain(&'t str),
    Word(&'t str),
}

/// A brace that belongs to no word: no brace closes it, or none opened it.
#[derive(Debug, PartialEq)]
pub struct LoneBrace;

/// Cuts a text into words in braces and what is between them. `{{` and `}}` are braces of the text itself.
fn parts(text: &str) -> Result<Vec<Part<'_>>, LoneBrace> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        let (plain, braces) = rest.split_at(at);
        parts.push(Part::Plain(plain));
        if braces.starts_with("{{") || braces.starts_with("}}") {
            parts.push(Part::Plain(&braces[..1]));
            rest = &braces[2..];
        } else {
            let (word, after) =
                braces.strip_prefix('{').and_then(|inside| inside.split_once('}')).ok_or(LoneBrace)?;
            parts.push(Part::Word(word));
            rest = after;
        }
    }
    parts.push(Part::Plain(rest));
    Ok(parts)
}

/// Returns the words in braces of a text.
///
/// # Errors
/// A brace that belongs to no word.
pub fn words_in(text: &str) -> Result<BTreeSet<&str>, LoneBrace> {
    let word = |part| match part {
        Part::Word(word) => Some(word),
        Part::Plain(_) => None,
    };
    Ok(parts(text)?.into_iter().filter_map(word).collect())
}

/// Returns a text with `value` of each word in its place. A word without a value, and a text that is no template, stay as they are.
pub fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let Ok(parts) = parts(text) else { return text.to_owned() };
    let part = |part| match part {
        Part::Plain(plain) => String::from(plain),
        Part::Word(word) => value(word).unwrap_or_else(|| format!("{{{word}}}")),
    };
    parts.into_iter().map(part).collect()
}

/// Writes a number as a program reads it: 64 stays a whole number, and 0.00001 is `1e-5`.
pub fn number_word(number: f64) -> String {
    match number.abs() {
        0.0 => "0".into(),
        size if (1e-4..1e15).contains(&size) => number.to_string(),
        _ => format!("{number:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_in_and_doubled_braces_stay_braces() {
        let value = |word: &str| (word == "a").then(|| "{x} 이름 \"'\n".to_owned());
        assert_eq!(filled("--x={a},{{\"k\": {a}}}", value), "--x={x} 이름 \"'\n,{\"k\": {x} 이름 \"'\n}");
        assert_eq!(filled("{b} 100%", value), "{b} 100%");
        assert_eq!(words_in("{a}{b}-{a}{{c}}").unwrap(), ["a", "b"].into());
        for lone in ["{a", "a}", "}{", "{{a}"] {
            assert_eq!(words_in(lone), Err(LoneBrace), "{lone}");
        }
    }

    #[test]
    fn numbers_are_written_as_programs_read_them() {
        let numbers = [0.0, 64.0, 0.9, 1e-4, 1e-5, 3.16e-7, 1e20, -2.5];
        assert_eq!(numbers.map(number_word), ["0", "64", "0.9", "0.0001", "1e-5", "3.16e-7", "1e20", "-2.5"]);
    }
}
