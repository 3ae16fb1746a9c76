//! Many comparisons at once: Holm's correction.
//!
//! Among twenty pairs of equal rules one differs "at the 5 % level" by luck alone. Holm, "A simple sequentially rejective
//! multiple test procedure", 1979: the chance of even one false finding stays below the level, whatever the dependence.

/// Adjusted p-values, in the order given: compare each with the level wanted for all of them together.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        least = least.max((p_values.len() - rank) as f64 * p_values[index]).min(1.0);
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statsmodels_gives_the_same() {
        for (given, expected) in [
            (&[0.01, 0.04, 0.03, 0.005][..], &[0.03, 0.06, 0.06, 0.02][..]),
            (&[0.5, 0.2, 0.04, 0.013, 0.013], &[0.5, 0.4, 0.12, 0.065, 0.065]),
        ] {
            for (actual, expected) in holm(given).iter().zip(expected) {
                assert!((actual - expected).abs() < 1e-15, "{actual} is not {expected}");
            }
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }
}
