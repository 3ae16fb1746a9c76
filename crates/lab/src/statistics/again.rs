//! How often each rule would win if all of it were done again.
//!
//! A two-level bootstrap: the trials of each search are drawn again, and the selection is repeated on them; then the runs of
//! what was selected are drawn again. The share of the rounds in which a rule comes out best answers "how sure are we?" for
//! the search and the seeds together, where an interval of the final runs knows of the seeds only.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::mean;

/// Rounds behind the shares.
pub const ROUNDS: usize = 4_000;

/// A configuration of one rule: its score when it was tried, and its scores on fresh seeds, if it ran there. **Higher is
/// better**; NaN is a run that diverged.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// On each tuning seed.
    pub tuned: Vec<f64>,
    /// On each fresh seed.
    pub fresh: Vec<f64>,
}

/// What comes of doing it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The share of rounds that each rule wins; they add up to one.
    pub wins: Vec<f64>,
    /// For each rule, the share of rounds in which each of its configurations is selected.
    pub selected: Vec<Vec<f64>>,
}

/// Repeats the search and the final runs of several rules `rounds` times; every rule has at least one configuration, and
/// final figures are means over `seeds` runs.
///
/// # Panics
/// If a rule has no configuration, or one without any run.
pub fn again(rules: &[Vec<Tried>], seeds: usize, rounds: usize, seed: u64) -> Again {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let pools: Vec<Pool> = rules.iter().map(|tried| Pool::of(tried)).collect();
    let mut wins = vec![0.0; rules.len()];
    let mut selected: Vec<Vec<f64>> = rules.iter().map(|tried| vec![0.0; tried.len()]).collect();
    for _ in 0..rounds {
        let mut best = (f64::NEG_INFINITY, Vec::new());
        // Rules share their seeds and the places of their trials: what is drawn again is the same for all of them.
        let drawn = ChaCha8Rng::seed_from_u64(random.next_u64());
        for (rule, tried) in rules.iter().enumerate() {
            let mut random = drawn.clone();
            let chosen = select(tried, &mut random);
            selected[rule][chosen] += 1.0;
            let value = pools[rule].final_figure(&tried[chosen], seeds, &mut random);
            let value = if value.is_finite() { value } else { f64::NEG_INFINITY };
            if value > best.0 || best.1.is_empty() {
                best = (value, vec![rule]);
            } else if value == best.0 {
                best.1.push(rule);
            }
        }
        // Rules that come out the same share the round.
        best.1.iter().for_each(|&rule| wins[rule] += 1.0 / best.1.len() as f64);
    }
    wins.iter_mut().chain(selected.iter_mut().flatten()).for_each(|count| *count /= rounds as f64);
    Again { wins, selected }
}

/// The best of as many trials as there were, drawn again, with their seeds drawn again.
fn select(tried: &[Tried], random: &mut ChaCha8Rng) -> usize {
    let mut best = (f64::NEG_INFINITY, None);
    for _ in 0..tried.len() {
        let index = draw(tried.len(), random);
        let tuned = &tried[index].tuned;
        let score = match tuned.len() {
            0 => 0.0,
            1 => tuned[0],
            n => (0..n).map(|_| tuned[draw(n, random)]).sum::<f64>() / n as f64,
        };
        // A trial that diverged is chosen only among others that did.
        let score = if score.is_nan() { f64::NEG_INFINITY } else { score };
        if score > best.0 || best.1.is_none() {
            best = (score, Some(index));
        }
    }
    best.1.expect("a rule has at least one configuration")
}

/// What is known of a rule's runs beyond their own configuration: how far fresh runs lie from their mean, and by how much a
/// selected configuration looked better than it was.
struct Pool {
    residuals: Vec<f64>,
    drop: f64,
}

impl Pool {
    fn of(tried: &[Tried]) -> Self {
        let (mut residuals, mut drops) = (Vec::new(), Vec::new());
        for one in tried {
            let centre = mean(&one.fresh);
            if !one.fresh.is_empty() && centre.is_finite() {
                residuals.extend(one.fresh.iter().map(|value| value - centre));
                let tuned = mean(&one.tuned);
                if tuned.is_finite() {
                    drops.push(tuned - centre);
                }
            }
        }
        let drop = if drops.is_empty() { 0.0 } else { mean(&drops) };
        Self { residuals, drop }
    }

    /// The mean of `seeds` runs of a configuration: its own fresh runs drawn again, or, where it has none, what it gave when it
    /// was tried, less the usual drop, with the usual scatter.
    fn final_figure(&self, one: &Tried, seeds: usize, random: &mut ChaCha8Rng) -> f64 {
        if one.fresh.len() > 1 || (one.fresh.len() == 1 && self.residuals.len() < 2) {
            let sum: f64 = (0..seeds).map(|_| one.fresh[draw(one.fresh.len(), random)]).sum();
            return sum / seeds as f64;
        }
        let scatter = match self.residuals.len() {
            0 => 0.0,
            n => (0..seeds).map(|_| self.residuals[draw(n, random)]).sum::<f64>() / seeds as f64,
        };
        let centre = if one.fresh.is_empty() { mean(&one.tuned) - self.drop } else { mean(&one.fresh) };
        centre + scatter
    }
}

fn draw(among: usize, random: &mut ChaCha8Rng) -> usize {
    ((u64::from(random.next_u32()) * among as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(tuned: f64, fresh: &[f64]) -> Tried {
        Tried { tuned: vec![tuned], fresh: fresh.to_vec() }
    }

    #[test]
    fn equal_rules_share_the_rounds_and_a_better_one_takes_them() {
        let rule = |shift: f64| {
            vec![
                tried(0.80 + shift, &[]),
                tried(0.90 + shift, &[0.88 + shift, 0.89 + shift, 0.90 + shift]),
                tried(0.85 + shift, &[]),
            ]
        };
        let equal = again(&[rule(0.0), rule(0.0)], 5, ROUNDS, 1);
        assert_eq!(equal.wins, [0.5, 0.5], "what is the same in every run ties in every round");
        assert!((equal.wins.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // The best of three trials is among three draws with probability 1 - (2/3)^3.
        assert!((equal.selected[0][1] - 19.0 / 27.0).abs() < 0.03, "{equal:?}");
        let better = again(&[rule(0.2), rule(0.0)], 5, ROUNDS, 1);
        assert_eq!(better.wins, [1.0, 0.0]);
        // A hundredth more on every seed is a hundredth more in every round.
        assert_eq!(again(&[rule(0.01), rule(0.0)], 5, ROUNDS, 1).wins, [1.0, 0.0]);
        // A hundredth more on other seeds is decided by the seeds too: it does not win them all.
        let mut other = rule(0.01);
        other[1].fresh = vec![0.91, 0.89, 0.90];
        let slightly = again(&[other, rule(0.0)], 5, ROUNDS, 1);
        assert!(slightly.wins[0] > 0.6 && slightly.wins[0] < 1.0, "{slightly:?}");
    }

    #[test]
    fn the_share_of_wins_is_what_simulation_gives() {
        // Rates given, nothing to select: the better of two means of normal values, one seed's spread apart.
        let a: Vec<f64> =
            (0..200).map(|i| crate::statistics::normal_quantile((f64::from(i) + 0.5) / 200.0)).collect();
        // In another order, so that the two have no seeds in common.
        let b: Vec<f64> = (0..200).map(|i| a[i * 77 % 200] - 0.5).collect();
        let found = again(&[vec![tried(0.0, &a)], vec![tried(0.0, &b)]], 4, ROUNDS, 2);
        // The difference of the means is normal around 0.5 with deviation sqrt(2 / 4): P(> 0) = Phi(0.7071) = 0.7602.
        assert!((found.wins[0] - 0.7602).abs() < 0.025, "{:?}", found.wins);
    }

    #[test]
    fn diverged_runs_lose_and_nothing_breaks() {
        let bad = vec![Tried { tuned: vec![f64::NAN], fresh: vec![f64::NAN, f64::NAN] }];
        let good = vec![tried(0.1, &[0.1, 0.1])];
        assert_eq!(again(&[bad.clone(), good.clone()], 3, 100, 1).wins, [0.0, 1.0]);
        // Among trials of which one diverged, that one is selected only when all draws are of it.
        let mixed = [bad.clone(), good].concat();
        let selected = &again(&[mixed], 3, ROUNDS, 1).selected[0];
        assert!((selected[0] - 0.25).abs() < 0.03, "{selected:?}");
        assert_eq!(again(&[bad.clone(), bad], 3, 100, 1).wins.iter().sum::<f64>().round(), 1.0);
    }
}
