//! Intervals without assuming a distribution: resample the seeds, look at how the figure moves.
//!
//! Efron, "Better bootstrap confidence intervals", 1987 (the bias-corrected and accelerated interval).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Interval, mean, normal_cdf, normal_quantile};

/// Resamples behind each interval of a verdict.
pub const RESAMPLES: usize = 10_000;

/// The figure of two samples after resampling each with replacement.
pub struct Bootstrap {
    sorted: Vec<f64>,
}

impl Bootstrap {
    /// Resamples `a` and `b` independently `resamples` times and evaluates `figure` on each pair of resamples.
    ///
    /// # Panics
    /// If a sample is empty or `resamples` is 0.
    pub fn of(
        a: &[f64],
        b: &[f64],
        resamples: usize,
        seed: u64,
        figure: impl Fn(&[f64], &[f64]) -> f64,
    ) -> Self {
        assert!(!a.is_empty() && !b.is_empty() && resamples > 0, "a bootstrap needs values and resamples");
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut from_a, mut from_b) = (a.to_vec(), b.to_vec());
        let mut sorted: Vec<f64> = (0..resamples)
            .map(|_| {
                draw(&mut random, a, &mut from_a);
                draw(&mut random, b, &mut from_b);
                figure(&from_a, &from_b)
            })
            .collect();
        sorted.sort_by(f64::total_cmp);
        Self { sorted }
    }

    /// The value below which the share `probability` of the resamples lies, linear between neighbours.
    pub fn quantile(&self, probability: f64) -> f64 {
        let place = probability.clamp(0.0, 1.0) * (self.sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = place.ceil() as usize;
        let (low, high) = (self.sorted[below], self.sorted[above]);
        if low == high { low } else { low + (place - below as f64) * (high - low) }
    }

    /// The share of the resamples below `value`, ties counted half.
    fn share_below(&self, value: f64) -> f64 {
        let below = self.sorted.partition_point(|&other| other < value);
        let not_above = self.sorted.partition_point(|&other| other <= value);
        0.5 * (below + not_above) as f64 / self.sorted.len() as f64
    }
}

/// The percentile interval: the middle `confidence` share of the resamples.
pub fn percentile(bootstrap: &Bootstrap, confidence: f64) -> Interval {
    let tail = 0.5 * (1.0 - confidence);
    Interval { low: bootstrap.quantile(tail), high: bootstrap.quantile(1.0 - tail) }
}

/// The bias-corrected and accelerated interval of mean(a) - mean(b).
///
/// # Panics
/// If a sample is empty.
pub fn bias_corrected(a: &[f64], b: &[f64], confidence: f64, seed: u64) -> Interval {
    let figure = |a: &[f64], b: &[f64]| mean(a) - mean(b);
    let bootstrap = Bootstrap::of(a, b, RESAMPLES, seed, figure);
    let observed = figure(a, b);
    let bias = normal_quantile(bootstrap.share_below(observed));
    if !bias.is_finite() || a.len() < 2 || b.len() < 2 {
        // All resamples on one side: there is nothing to correct with.
        return percentile(&bootstrap, confidence);
    }
    let acceleration = acceleration(a, b);
    let corrected = |probability: f64| {
        let z = bias + normal_quantile(probability);
        bootstrap.quantile(normal_cdf(bias + z / (1.0 - acceleration * z)))
    };
    let tail = 0.5 * (1.0 - confidence);
    Interval { low: corrected(tail), high: corrected(1.0 - tail) }
}

/// How fast the standard error changes with the true difference, from leaving out one value at a time.
fn acceleration(a: &[f64], b: &[f64]) -> f64 {
    let (mut cubes, mut squares) = (0.0, 0.0);
    for (sample, sign) in [(a, 1.0), (b, -1.0)] {
        let count = sample.len() as f64;
        let centre = mean(sample);
        // Leaving out x moves the mean by (centre - x) / (n - 1); the influence of x is n - 1 times that, turned round.
        for value in sample {
            let influence = sign * (value - centre);
            cubes += influence.powi(3) / count.powi(3);
            squares += influence.powi(2) / count.powi(2);
        }
    }
    if squares > 0.0 { cubes / (6.0 * squares.powf(1.5)) } else { 0.0 }
}

/// Fills `into` with values drawn from `from` with replacement.
fn draw(random: &mut ChaCha8Rng, from: &[f64], into: &mut [f64]) {
    for slot in into {
        // The high half of a product with 32 random bits: uniform to within one part in 2^32 / n, without division.
        *slot = from[((u64::from(random.next_u32()) * from.len() as u64) >> 32) as usize];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 5] = [0.921, 0.925, 0.919, 0.930, 0.922];
    const B: [f64; 6] = [0.915, 0.918, 0.921, 0.910, 0.917, 0.914];

    #[test]
    fn scipy_percentile_interval_is_close() {
        let bootstrap = Bootstrap::of(&A, &B, 100_000, 1, |a, b| mean(a) - mean(b));
        let interval = percentile(&bootstrap, 0.95);
        // SciPy with 400,000 resamples; the tolerance is that of the resampling.
        assert!((interval.low - 0.003433).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 0.012067).abs() < 1e-4, "{interval:?}");
    }

    #[test]
    fn scipy_bca_interval_is_close() {
        let interval = bias_corrected(&A, &B, 0.95, 1);
        assert!((interval.low - 0.003733).abs() < 2e-4, "{interval:?}");
        assert!((interval.high - 0.012452).abs() < 2e-4, "{interval:?}");
        // A skewed sample, where the correction matters: the percentile interval would be (-0.9, 10.9) or so.
        let skewed = bias_corrected(&[1.0, 2.0, 3.0, 4.0, 20.0], &[0.0, 0.5, 1.0, 9.0, 0.2, 0.1], 0.95, 1);
        assert!((skewed.low + 0.7667).abs() < 0.15, "{skewed:?}");
        assert!((skewed.high - 13.1167).abs() < 0.3, "{skewed:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        assert_eq!(bias_corrected(&A, &B, 0.95, 7), bias_corrected(&A, &B, 0.95, 7));
        assert_ne!(bias_corrected(&A, &B, 0.95, 7), bias_corrected(&A, &B, 0.95, 8));
    }

    #[test]
    fn samples_without_spread_give_a_point() {
        assert_eq!(bias_corrected(&[2.0, 2.0], &[1.0, 1.0], 0.95, 1), Interval { low: 1.0, high: 1.0 });
    }
}
