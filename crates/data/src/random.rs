//! Random draws whose bits follow from the seed and this file alone, not from the version of a library.

use rand::Rng;

/// Returns a number drawn uniformly from `0..bound`, without bias, by Lemire's multiplication method (2019). `bound` must not
/// be 0.
pub(crate) fn below(generator: &mut impl Rng, bound: u32) -> u32 {
    debug_assert!(bound > 0, "there is nothing below 0 to draw");
    let mut product = u64::from(generator.next_u32()) * u64::from(bound);
    // The low half is uniform; the first 2^32 mod bound values would be drawn once too often.
    if (product as u32) < bound {
        let surplus = bound.wrapping_neg() % bound;
        while (product as u32) < surplus {
            product = u64::from(generator.next_u32()) * u64::from(bound);
        }
    }
    (product >> 32) as u32
}

/// Shuffles the values (Fisher-Yates): every order is equally likely.
pub(crate) fn shuffle(generator: &mut impl Rng, values: &mut [u32]) {
    for last in (1..values.len()).rev() {
        let other = below(generator, last as u32 + 1) as usize;
        values.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn draws_are_uniform_and_in_range() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[below(&mut generator, 6) as usize] += 1;
        }
        // Six standard deviations: sqrt(60000 / 6 * 5 / 6) = 91.
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 550), "{counts:?}");
        assert_eq!(below(&mut generator, 1), 0);
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut generator = ChaCha8Rng::seed_from_u64(2);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..6_000 {
            let mut values = [0, 1, 2];
            shuffle(&mut generator, &mut values);
            *counts.entry(values).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|count| count.abs_diff(1_000) < 180), "{counts:?}");
    }
}
