//! Intervals without assuming a distribution: resample the seeds, look at how the figure moves.
//!
//! Efron, "Better bootstrap confidence intervals", 1987 (the bias-corrected and accelerated interval).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{
    Interval, Welch, mean, normal_cdf, normal_quantile, sample_standard_deviation, student_quantile,
};

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
    reaching(a, b, normal_quantile(0.5 + 0.5 * confidence), confidence, seed)
}

/// The same for small samples, expanded so that it holds what it promises: resamples of few values scatter less than the values
/// do, and the normal distribution has thinner tails than Student's.
///
/// Hesterberg, "What teachers should know about the bootstrap", 2015, section 4.5 (expanded percentile intervals), here with
/// Welch's degrees of freedom for two samples.
///
/// # Panics
/// If a sample is empty.
pub fn expanded_bias_corrected(a: &[f64], b: &[f64], confidence: f64, seed: u64) -> Interval {
    let normal = normal_quantile(0.5 + 0.5 * confidence);
    let reach = Welch::of(a, b).map_or(normal, |welch| {
        let plug_in = |values: &[f64]| {
            let n = values.len() as f64;
            sample_standard_deviation(values).powi(2) * (n - 1.0) / (n * n)
        };
        let shrunk = (plug_in(a) + plug_in(b)).sqrt();
        let expand = if shrunk > 0.0 { welch.standard_error / shrunk } else { 1.0 };
        expand * student_quantile(0.5 + 0.5 * confidence, welch.degrees)
    });
    reaching(a, b, reach, confidence, seed)
}

/// The bias-corrected and accelerated interval that reaches `reach` standard errors to each side.
fn reaching(a: &[f64], b: &[f64], reach: f64, confidence: f64, seed: u64) -> Interval {
    let figure = |a: &[f64], b: &[f64]| mean(a) - mean(b);
    let bootstrap = Bootstrap::of(a, b, RESAMPLES, seed, figure);
    let observed = figure(a, b);
    let bias = normal_quantile(bootstrap.share_below(observed));
    if !bias.is_finite() || a.len() < 2 || b.len() < 2 {
        // All resamples on one side: there is nothing to correct with.
        return percentile(&bootstrap, confidence);
    }
    let acceleration = acceleration(a, b);
    let corrected = |reach: f64| {
        let z = bias + reach;
        bootstrap.quantile(normal_cdf(bias + z / (1.0 - acceleration * z)))
    };
    Interval { low: corrected(-reach), high: corrected(reach) }
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
