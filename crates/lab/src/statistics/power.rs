//! How many seeds a difference needs.

use super::normal_quantile;

/// The usual two-sided level of a test.
pub const FIVE_PERCENT: f64 = 0.05;
/// The usual chance of finding a difference that is there.
pub const EIGHTY_PERCENT: f64 = 0.8;

/// Seeds per rule, so that a true `difference` between two rules with standard deviations `spread_a` and `spread_b` is found
/// with the chance `power` by a two-sided test at `level`: n = (z₁₋level/₂ + z_power)² (σa² + σb²) / difference².
///
/// With equal spreads at 5 % and 80 %, n = 15.7 σ² / difference². `None` if no number of seeds would do (the difference is 0).
pub fn seeds_needed(spread_a: f64, spread_b: f64, difference: f64, level: f64, power: f64) -> Option<u64> {
    let reach = normal_quantile(1.0 - 0.5 * level) + normal_quantile(power);
    let seeds = reach * reach * (spread_a * spread_a + spread_b * spread_b) / (difference * difference);
    (seeds.is_finite() && seeds < 1e15).then(|| (seeds.ceil() as u64).max(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocols_figures() {
        // The protocol's table: a spread of 0.0025 needs 99, 11 and 4 seeds for these differences.
        let needed = |difference| seeds_needed(0.0025, 0.0025, difference, FIVE_PERCENT, EIGHTY_PERCENT);
        assert_eq!(needed(0.001), Some(99));
        assert_eq!(needed(0.003), Some(11));
        assert_eq!(needed(0.005), Some(4));
        assert_eq!(needed(0.0), None);
    }

    #[test]
    fn without_spread_two_seeds_are_enough() {
        assert_eq!(seeds_needed(0.0, 0.0, 0.1, FIVE_PERCENT, EIGHTY_PERCENT), Some(2));
    }
}
