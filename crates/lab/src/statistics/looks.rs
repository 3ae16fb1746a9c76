//! Looking more than once.
//!
//! Whoever adds seeds until a test finds something finds something. Each look at a comparison therefore spends a part of the
//! 5 %, the first most of it: 4 %, then 1 % · 1/(k (k - 1)) at the k-th look. The parts add up to 5 % however many looks there are,
//! so that all intervals of all looks hold together (Bonferroni), whatever the runs are like and however the next look was decided
//! on. The parts are a spending function fixed beforehand (Lan and DeMets, "Discrete sequential boundaries for clinical
//! trials", 1983).

/// What all looks together may spend: the chance of a false statement.
pub const FIVE_PERCENT: f64 = 0.05;

/// The share of it that the first look spends.
const FIRST: f64 = 0.8;

/// What the look with this number, from 1, spends.
pub fn spent_at(look: usize) -> f64 {
    FIVE_PERCENT
        * match look {
            0 | 1 => FIRST,
            later => (1.0 - FIRST) / (later as f64 * (later - 1) as f64),
        }
}

/// What all looks up to the one with this number spend.
pub fn spent_by(look: usize) -> f64 {
    (1..=look).map(spent_at).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_looks_together_spend_five_percent() {
        assert!((spent_at(1) - 0.04).abs() < 1e-15);
        assert!((spent_at(2) - 0.005).abs() < 1e-15);
        assert!((spent_at(3) - 0.01 / 6.0).abs() < 1e-15);
        // What is left after k looks is 1 % / k.
        for looks in [1, 2, 10, 1000] {
            let spent = spent_by(looks);
            assert!((0.05 - spent - 0.01 / looks as f64).abs() < 1e-12, "{looks} looks spend {spent}");
        }
    }
}
