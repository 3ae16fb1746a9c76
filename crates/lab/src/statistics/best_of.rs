//! What a search with a smaller budget would have found.

/// The expected best of `k` trials, for every `k` from 1 to the number of trials: the mean of the largest over all choices of
/// `k` of them. **Higher is better**; every score is a number.
///
/// Dodge et al., "Show your work: improved reporting of experimental results", 2019; here without replacement, which has no
/// bias (Tang et al., "Showing your work doesn't always work", 2020, eq. 2).
pub fn expected_best(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    (1..=n)
        .map(|k| {
            // The i-th smallest (from 1) is the largest of C(i - 1, k - 1) of the C(n, k) choices; the share is built up from
            // i = n, where it is k / n.
            let mut share = k as f64 / n as f64;
            let mut expected = 0.0;
            for i in (k..=n).rev() {
                expected += share * sorted[i - 1];
                if i > 1 {
                    share *= (i - k) as f64 / (i - 1) as f64;
                }
            }
            expected
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_counted_by_hand() {
        let scores = [0.3, 0.9, 0.1, 0.5, 0.5];
        let expected = expected_best(&scores);
        for (k, expected) in (1..=5).zip(expected) {
            let mut sum = 0.0;
            let mut count = 0;
            for choice in 0..1u32 << 5 {
                if choice.count_ones() == k {
                    let chosen = (0..5).filter(|i| choice >> i & 1 == 1).map(|i| scores[i as usize]);
                    sum += chosen.fold(f64::NEG_INFINITY, f64::max);
                    count += 1;
                }
            }
            assert!((expected - sum / f64::from(count)).abs() < 1e-15, "{k}");
        }
        assert!(expected_best(&[]).is_empty());
    }
}
