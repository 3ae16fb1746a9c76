//! Do 95 % intervals hold the truth 95 times in a hundred? Simulated experiments, with fixed seeds.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;

/// Normal values around `centre`.
fn draw(random: &mut ChaCha8Rng, count: usize, centre: f64, spread: f64) -> Vec<f64> {
    (0..count)
        .map(|_| {
            let uniform = ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
            centre + spread * normal_quantile(uniform)
        })
        .collect()
}

/// The share of simulated experiments whose interval holds the true difference.
fn coverage(rounds: usize, sizes: (usize, usize), interval: impl Fn(&[f64], &[f64], u64) -> Interval) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let held = (0..rounds).filter(|&round| {
        // The spreads differ, as those of rules do.
        let a = draw(&mut random, sizes.0, 0.92, 0.002);
        let b = draw(&mut random, sizes.1, 0.91, 0.005);
        interval(&a, &b, round as u64).contains(0.01)
    });
    held.count() as f64 / rounds as f64
}

#[test]
fn welch_intervals_hold_what_they_promise() {
    for sizes in [(5, 5), (10, 10), (20, 20), (5, 20)] {
        let share = coverage(4_000, sizes, |a, b, _| Welch::of(a, b).unwrap().interval(0.95));
        assert!((0.93..=0.97).contains(&share), "{sizes:?}: {share}");
    }
}
