//! Numbers in words.

/// Returns a number as people write it: `0.001`, and `1e-7` rather than `0.0000001`.
pub fn number(value: f64) -> String {
    let plain = value == 0.0 || (1e-4..1e6).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(
            [0.0, 0.001, 1e-7, 1e-10, 0.9, 1e6].map(number),
            ["0", "0.001", "1e-7", "1e-10", "0.9", "1e6"]
        );
    }
}
