//! Lists and plurals.

/// "a", "a and b", "a, b and c".
pub(super) fn and(names: &[&str]) -> String {
    joined(names, "and")
}

/// "a", "a or b", "a, b or c".
pub(super) fn or(names: &[&str]) -> String {
    joined(names, "or")
}

fn joined(names: &[&str], word: &str) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} {word} {last}", most.join(", ")),
        _ => names.join(", "),
    }
}

/// "seed" of one, "seeds" of another number.
pub(super) fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

/// "1 seed", "2 seeds".
pub(super) fn count(count: usize, word: &str) -> String {
    format!("{count} {}", plural(count, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_counts() {
        assert_eq!([and(&["a"]), and(&["a", "b"]), or(&["a", "b", "c"])], ["a", "a and b", "a, b or c"]);
        assert_eq!([count(1, "seed"), count(0, "seed")], ["1 seed", "0 seeds"]);
    }
}
