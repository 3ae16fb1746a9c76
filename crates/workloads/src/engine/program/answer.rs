//! A line that a program answered with: JSON, and what Python and C write where a number is not finite.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Numbers that are not finite, as Python's `json` and C's `printf` write them. JSON has no such numbers.
const NOT_FINITE: [&str; 4] = ["NaN", "Infinity", "nan", "inf"];

/// The object in a line, if there is one and nothing else.
pub(in crate::engine) fn object(line: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(&in_quotes(line.trim())) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The number that a value stands for. `null` stands for one that is not finite.
pub(in crate::engine) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(f64::NAN),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok().filter(|number: &f64| !number.is_finite()),
        _ => None,
    }
}

/// A list of numbers, nested or not, from the first to the last; a number alone is a list of one.
pub(super) fn numbers(value: &Value) -> Option<Vec<f64>> {
    fn gather(value: &Value, into: &mut Vec<f64>) -> Option<()> {
        match value {
            Value::Array(list) => list.iter().try_for_each(|value| gather(value, into))?,
            value => into.push(number(value)?),
        }
        Some(())
    }
    let mut flat = Vec::new();
    gather(value, &mut flat)?;
    Some(flat)
}

/// Puts quotes around the numbers that are not finite, so that the line is JSON.
fn in_quotes(line: &str) -> Cow<'_, str> {
    if !NOT_FINITE.iter().any(|word| line.contains(word)) {
        return Cow::Borrowed(line);
    }
    let mut quoted = String::with_capacity(line.len() + 64);
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let token = match next {
            '"' => string(rest),
            _ => next.len_utf8(),
        };
        match not_finite(rest) {
            Some(length) => {
                quoted.push('"');
                quoted.push_str(&rest[..length]);
                quoted.push('"');
                rest = &rest[length..];
            }
            None => {
                quoted.push_str(&rest[..token]);
                rest = &rest[token..];
            }
        }
    }
    Cow::Owned(quoted)
}

/// The length of the number that is not finite at the beginning of a text, if one is there.
fn not_finite(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let word = NOT_FINITE.iter().find(|word| unsigned.starts_with(**word))?;
    Some(text.len() - unsigned.len() + word.len())
}

/// The length of the JSON string at the beginning of a text, its quotes included.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_and_c_write_where_a_number_is_not_finite_is_read() {
        let line = r#"{"loss": NaN, "gradients": {"NaN \" inf": [Infinity, -Infinity, 1.5], "é": [[nan], [-inf, null]]}}"#;
        let answer = object(line).unwrap();
        assert!(number(&answer["loss"]).unwrap().is_nan());
        let of = |name: &str| numbers(&answer["gradients"][name]).unwrap();
        assert_eq!(of("NaN \" inf"), [f64::INFINITY, f64::NEG_INFINITY, 1.5]);
        let other = of("é");
        assert!(other[0].is_nan() && other[1] == f64::NEG_INFINITY && other[2].is_nan(), "{other:?}");
    }

    #[test]
    fn other_text_is_no_number_and_other_lines_are_no_object() {
        let answer = object(r#"{"loss": "1.5", "accuracy": "nano"}"#).unwrap();
        assert!(answer.values().all(|value| number(value).is_none()));
        for line in ["NaN", "[1]", "hello", "{\"loss\": None}", "{\"loss\": N", "{\"a", ""] {
            assert_eq!(object(line), None, "{line}");
        }
    }
}
