//! How far rules are apart in truth. It is less than their means are: the means of a few runs scatter by themselves, and the best of
//! several means was lucky.
//!
//! The true means of the rules are taken for draws from one normal distribution of unknown variance `τ²`, with seeds as blocks: the
//! one-way analysis of variance with random effects. Of `k` means with the sum of squares `S`, each of `n` runs, the posterior of the
//! share `B = s²/(s² + τ²)` of noise in their variance is, with the usual prior `1/(s² (s² + τ²))` (Tiao and Tan 1965),
//!
//! `p(B) ∝ B^((k−3)/2) (W + B S)^(−d/2)` and `s² ~ (W + B S)/χ²(d)`, `d = n (k − 1)`,
//!
//! where `W` is the residual sum of squares over `n`, and `s²` the variance of a mean. Given these, a true mean is normal about
//! `m̄ + (1 − B)(m − m̄)` with the variance `(1 − B) s²`.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use super::{chi_squared_quantile, mean};

/// Values of each posterior, all equally probable or weighted.
const POINTS: usize = 64;

/// What the means of several rules leave open about their distances.
pub(super) struct Between {
    /// From the mean of each rule to the mean of all; 0 for a rule without runs.
    distances: Vec<f64>,
    /// The square root of the share of noise at each point, and the probability of all up to it.
    shares: Vec<(f64, f64)>,
    residual_squares: f64,
    squares: f64,
    residual_degrees: f64,
    /// Equally probable values of chi squared.
    chi_squared: Vec<f64>,
}

/// One draw of what is open.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    /// The share of noise in the variance of the means.
    pub(super) noise_share: f64,
    /// The standard deviation of the noise, in units of the one that was seen.
    pub(super) spread: f64,
}

impl Drawn {
    /// What is taken for granted where nothing can be learnt of it.
    pub(super) const AS_SEEN: Self = Self { noise_share: 0.0, spread: 1.0 };
}

impl Between {
    /// From the runs of each rule, on the same seeds in the same order; NaN where one diverged. `None` with fewer than two rules or
    /// common seeds, and where nothing scatters.
    pub(super) fn of(rules: &[&[f64]]) -> Option<Self> {
        let has_runs = |runs: &&[f64]| runs.iter().any(|value| value.is_finite());
        let seeds = rules.iter().copied().filter(has_runs).map(<[f64]>::len).min()?;
        let finished =
            |seed: &usize| rules.iter().copied().filter(has_runs).all(|runs| runs[*seed].is_finite());
        let common: Vec<usize> = (0..seeds).filter(finished).collect();
        let rows: Vec<Vec<f64>> = rules
            .iter()
            .copied()
            .filter(has_runs)
            .map(|runs| common.iter().map(|&seed| runs[seed]).collect())
            .collect();
        let (k, n) = (rows.len() as f64, common.len() as f64);
        if rows.len() < 2 || common.len() < 2 {
            return None;
        }
        let means: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
        let centre = mean(&means);
        let of_seed: Vec<f64> =
            (0..common.len()).map(|seed| rows.iter().map(|row| row[seed]).sum::<f64>() / k).collect();
        let residual = |(row, of_row): (&Vec<f64>, &f64)| -> f64 {
            row.iter().zip(&of_seed).map(|(value, of_seed)| (value - of_row - of_seed + centre).powi(2)).sum()
        };
        let residual_squares = rows.iter().zip(&means).map(residual).sum::<f64>() / n;
        let squares = means.iter().map(|mean| (mean - centre).powi(2)).sum();
        // Rounding errors are no noise.
        if residual_squares <= 1e-24 * centre.powi(2) {
            return None;
        }
        let degrees = n * (k - 1.0);
        let mut means = means.into_iter();
        let distance =
            |runs: &&[f64]| if has_runs(runs) { centre - means.next().unwrap_or(centre) } else { 0.0 };
        Some(Self {
            distances: rules.iter().map(distance).collect(),
            shares: shares(k, residual_squares, squares, degrees),
            residual_squares,
            squares,
            residual_degrees: (n - 1.0) * (k - 1.0),
            chi_squared: (0..POINTS)
                .map(|point| chi_squared_quantile((point as f64 + 0.5) / POINTS as f64, degrees))
                .collect(),
        })
    }

    /// From the mean of a rule to the mean of all.
    pub(super) fn distance(&self, rule: usize) -> f64 {
        self.distances[rule]
    }

    pub(super) fn draw(&self, random: &mut ChaCha8Rng) -> Drawn {
        let wanted = f64::from(random.next_u32()) / 2_f64.powi(32);
        let place = self.shares.partition_point(|&(_, up_to)| up_to <= wanted).min(POINTS - 1);
        let noise_share = self.shares[place].0.powi(2);
        let chi_squared = self.chi_squared[random.next_u32() as usize % POINTS];
        let variance = (self.residual_squares + noise_share * self.squares) / chi_squared;
        Drawn { noise_share, spread: (variance * self.residual_degrees / self.residual_squares).sqrt() }
    }
}

/// The posterior of the share of noise, over its square root: there the density has no pole.
fn shares(k: f64, residual_squares: f64, squares: f64, degrees: f64) -> Vec<(f64, f64)> {
    let points: Vec<f64> = (0..POINTS).map(|point| (point as f64 + 0.5) / POINTS as f64).collect();
    let logarithms: Vec<f64> = points
        .iter()
        .map(|root| {
            (k - 2.0) * root.ln() - 0.5 * degrees * (1.0 + root.powi(2) * squares / residual_squares).ln()
        })
        .collect();
    let most = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logarithms.iter().map(|logarithm| (logarithm - most).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mut up_to = 0.0;
    let share = |(root, weight): (f64, f64)| {
        up_to += weight / total;
        (root, up_to)
    };
    points.into_iter().zip(weights).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    /// Means over many draws: the share of noise, and the variance in units of the one seen.
    fn drawn(rules: &[&[f64]]) -> (f64, f64) {
        let between = Between::of(rules).unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let draws: Vec<Drawn> = (0..40_000).map(|_| between.draw(&mut random)).collect();
        let average = |of: fn(&Drawn) -> f64| draws.iter().map(of).sum::<f64>() / draws.len() as f64;
        (average(|drawn| drawn.noise_share), average(|drawn| drawn.spread.powi(2)))
    }

    #[test]
    fn an_integration_by_scipy_gives_the_same() {
        let a = [0.91, 0.93, 0.92, 0.95, 0.90];
        let b = [0.90, 0.91, 0.93, 0.92, 0.89];
        let c = [0.88, 0.92, 0.90, 0.91, 0.90];
        let (share, variance) = drawn(&[&a, &b, &c]);
        assert!((share - 0.250_006).abs() < 0.01, "{share}");
        assert!((variance - 1.240_512).abs() < 0.05, "{variance}");
        let far: Vec<f64> = a.iter().map(|value| value + 1.0).collect();
        assert!(drawn(&[&far, &b]).0 < 0.001, "rules far apart are as far apart as they seem");
    }

    #[test]
    fn what_diverged_is_left_out_and_what_does_not_scatter_tells_nothing() {
        let (a, b) = ([0.91, 0.93, 0.92, 0.95], [0.90, 0.91, 0.93, 0.92]);
        let all = Between::of(&[&a, &b]).unwrap();
        let lost = [f64::NAN; 4];
        let beside = Between::of(&[&a, &lost, &b]).unwrap();
        assert_eq!(
            [beside.distance(0), beside.distance(1), beside.distance(2)],
            [all.distance(0), 0.0, all.distance(1)]
        );
        assert!((all.distance(0) + 0.00625).abs() < 1e-12 && (all.distance(1) - 0.00625).abs() < 1e-12);
        // A seed on which one of them diverged is left out.
        let with_gap =
            Between::of(&[&[0.5, 0.91, 0.93, 0.92, 0.95], &[f64::NAN, 0.90, 0.91, 0.93, 0.92]]).unwrap();
        assert_eq!(with_gap.distance(0), all.distance(0));
        assert!(Between::of(&[&a]).is_none() && Between::of(&[&a, &lost]).is_none());
        assert!(Between::of(&[&[0.5], &[0.6]]).is_none());
        assert!(Between::of(&[&[0.5, 0.5], &[0.6, 0.6]]).is_none());
    }
}
