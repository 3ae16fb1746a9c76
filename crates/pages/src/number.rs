//! Numbers in words.

/// The ends of an axis of shares, a little beyond 0 and 1.
pub(crate) const SHARES: [f64; 2] = [-0.02, 1.02];

/// Returns a number as people write it: `0.001`, and `1e-7` rather than `0.0000001`.
pub fn number(value: f64) -> String {
    let plain = value == 0.0 || (1e-4..1e6).contains(&value.abs());
    if plain { value.to_string() } else { format!("{value:e}") }
}

/// Returns a number rounded to so many digits, as people write it.
pub fn rounded(value: f64, digits: usize) -> String {
    let short = format!("{value:.*e}", digits.max(1) - 1);
    short.parse().map_or(short, number)
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
        assert_eq!(
            [6.45, 0.0133268044, -0.896414, 3.45678e-7, f64::NAN, f64::INFINITY]
                .map(|value| rounded(value, 4)),
            ["6.45", "0.01333", "-0.8964", "3.457e-7", "NaN", "inf"]
        );
    }
}
