//! Two one-sided tests: evidence that two means are practically the same.
//!
//! Not finding a difference is not the same as finding none. Schuirmann, "A comparison of the two one-sided tests procedure
//! and the power approach for assessing the equivalence of average bioavailability", 1987.

use super::Welch;

/// The p-value of "the true difference is at least `margin` either way". Below 0.05, the means are equivalent within `margin`.
pub fn equivalence_p_value(welch: &Welch, margin: f64) -> f64 {
    let above_lower_end = welch.one_sided(welch.difference, -margin);
    let below_upper_end = welch.one_sided(margin, welch.difference);
    above_lower_end.max(below_upper_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scipy_one_sided_tests_give_the_same() {
        let welch =
            Welch::of(&[0.921, 0.925, 0.919, 0.930, 0.922], &[0.915, 0.918, 0.921, 0.910, 0.917, 0.914])
                .unwrap();
        assert!((equivalence_p_value(&welch, 0.012) - 0.05393640700999842).abs() < 1e-11);
        assert!((equivalence_p_value(&welch, 0.005) - 0.8371541822375168).abs() < 1e-11);
    }

    #[test]
    fn no_spread_and_no_difference_is_equivalent() {
        let welch = Welch::of(&[0.9, 0.9], &[0.9, 0.9]).unwrap();
        assert_eq!(equivalence_p_value(&welch, 0.001), 0.0);
        assert_eq!(equivalence_p_value(&Welch::of(&[0.9, 0.9], &[0.8, 0.8]).unwrap(), 0.001), 1.0);
    }
}
