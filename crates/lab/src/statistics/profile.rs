//! Over several problems: a mean that outliers do not move, and how often a rule is how much slower than another.

use super::mean;

/// The interquartile mean: the mean of the middle half of the values; NaN of none. Of fewer than four all count.
///
/// Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice", 2021.
pub fn interquartile_mean(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cut = sorted.len() / 4;
    mean(&sorted[cut..sorted.len() - cut])
}

/// The performance profile of a rule: for each factor in `factors`, the share of problems on which it needs at most that
/// factor times what the reference needs. Both needs are absent where the target was not reached; a problem that the reference
/// did not solve counts as solved within any factor if the rule solved it, and as not solved otherwise.
///
/// Against a *fixed* reference, not the best of whoever takes part: a new rule changes nobody's profile. Dolan and Moré,
/// "Benchmarking optimization software with performance profiles", 2002.
pub fn performance_profile(needs: &[(Option<f64>, Option<f64>)], factors: &[f64]) -> Vec<f64> {
    let within = |factor: f64| {
        let solved = needs.iter().filter(|(rule, reference)| match (rule, reference) {
            (Some(rule), Some(reference)) => *rule <= factor * reference,
            (Some(_), None) => true,
            (None, _) => false,
        });
        solved.count() as f64 / needs.len().max(1) as f64
    };
    factors.iter().map(|&factor| within(factor)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scipy_trim_mean_gives_the_same() {
        let values = [3.1, 0.2, 9.0, 4.4, 5.0, -7.0, 4.1, 100.0, 2.0, 3.3];
        // scipy.stats.trim_mean(values, 0.25)
        assert!((interquartile_mean(&values) - 3.65).abs() < 1e-12, "{}", interquartile_mean(&values));
        assert_eq!(interquartile_mean(&[1.0, 2.0, 6.0]), 3.0);
        assert!(interquartile_mean(&[]).is_nan());
    }

    #[test]
    fn shares_of_problems_within_a_factor() {
        let needs =
            [(Some(100.0), Some(100.0)), (Some(150.0), Some(100.0)), (None, Some(10.0)), (Some(7.0), None)];
        assert_eq!(performance_profile(&needs, &[0.5, 1.0, 1.5, 4.0]), [0.25, 0.5, 0.75, 0.75]);
        assert_eq!(performance_profile(&[], &[1.0]), [0.0]);
    }
}
