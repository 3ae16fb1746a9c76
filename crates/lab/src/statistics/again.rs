//! How often each rule would win if all of it were done again.
//!
//! A two-level bootstrap: the trials of each search are drawn again, the best few of them are confirmed again, and the final runs
//! of what was chosen are drawn again. The share of the rounds in which a rule comes out best answers "how sure are we?" for
//! the search and the seeds together, where an interval of the final runs knows of the seeds only.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::mean;

/// Rounds behind the shares.
pub const ROUNDS: usize = 4_000;

/// A configuration of one rule: its scores on the split of the search, and its final ones. **Higher is better**; NaN is a run
/// that diverged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tried {
    /// On each tuning seed.
    pub tuned: Vec<f64>,
    /// On each fresh seed, on the split of the search.
    pub fresh: Vec<f64>,
    /// On each final seed, on the split of the verdict; empty where no final run was made.
    pub finals: Vec<f64>,
}

/// What is done again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repetition {
    /// How many of the best trials are confirmed.
    pub confirmed: usize,
    /// Fresh seeds for each of them; 0 if the best trial is taken as it is.
    pub confirmation_seeds: usize,
    /// Final runs.
    pub final_seeds: usize,
}

/// What comes of doing it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// The share of rounds that each rule wins; they add up to one.
    pub wins: Vec<f64>,
    /// For each rule, the share of rounds in which each of its configurations is selected.
    pub selected: Vec<Vec<f64>>,
}

/// Repeats the search and the final runs of several rules `rounds` times; every rule has at least one configuration.
///
/// # Panics
/// If a rule has no configuration, or one without any run.
pub fn again(rules: &[Vec<Tried>], repetition: Repetition, rounds: usize, seed: u64) -> Again {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let pools: Vec<Pool> = rules.iter().map(|tried| Pool::of(tried)).collect();
    let mut wins = vec![0.0; rules.len()];
    let mut selected: Vec<Vec<f64>> = rules.iter().map(|tried| vec![0.0; tried.len()]).collect();
    for _ in 0..rounds {
        let mut best = (f64::NEG_INFINITY, Vec::new());
        // Rules share their seeds and the places of their trials: what is drawn again is the same for all of them.
        let drawn =
            [ChaCha8Rng::seed_from_u64(random.next_u64()), ChaCha8Rng::seed_from_u64(random.next_u64())];
        for (rule, tried) in rules.iter().enumerate() {
            let [mut search, mut last] = drawn.clone();
            let chosen = pools[rule].select(tried, repetition, &mut search);
            selected[rule][chosen] += 1.0;
            let value = pools[rule].last.mean(&tried[chosen], repetition.final_seeds, &mut last);
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

/// What is known of a rule's runs beyond their own configuration.
struct Pool {
    fresh: Scatter,
    last: Scatter,
}

/// How runs on one kind of seeds lie about the mean of their configuration, and what to expect of a configuration without any.
struct Scatter {
    /// The runs of a configuration.
    runs: fn(&Tried) -> &[f64],
    residuals: Vec<f64>,
    /// What such a run gives beyond a fresh run of the search, on average.
    beyond_fresh: f64,
    /// What it gives beyond the trial by which a configuration was judged: how much better it looked than it was.
    beyond_tuned: f64,
}

impl Scatter {
    fn of(tried: &[Tried], runs: fn(&Tried) -> &[f64]) -> Self {
        let residuals = |one: &Tried| {
            let centre = mean(runs(one));
            runs(one)
                .iter()
                .map(|value| value - centre)
                .filter(|residual| residual.is_finite())
                .collect::<Vec<_>>()
        };
        let beyond = |from: fn(&Tried) -> &[f64]| {
            let differences = tried.iter().map(|one| mean(runs(one)) - mean(from(one)));
            let differences: Vec<f64> = differences.filter(|difference| difference.is_finite()).collect();
            if differences.is_empty() { 0.0 } else { mean(&differences) }
        };
        Self {
            runs,
            residuals: tried.iter().flat_map(residuals).collect(),
            beyond_fresh: beyond(|one| &one.fresh),
            beyond_tuned: beyond(|one| &one.tuned),
        }
    }

    /// The mean of `seeds` runs of a configuration: its own drawn again, or, where it has none, what its other runs promise, with
    /// the usual scatter.
    fn mean(&self, one: &Tried, seeds: usize, random: &mut ChaCha8Rng) -> f64 {
        let runs = (self.runs)(one);
        if runs.len() > 1 || (runs.len() == 1 && self.residuals.len() < 2) {
            let sum: f64 = (0..seeds).map(|_| runs[draw(runs.len(), random)]).sum();
            return sum / seeds as f64;
        }
        let centre = if !runs.is_empty() {
            mean(runs)
        } else if !one.fresh.is_empty() {
            mean(&one.fresh) + self.beyond_fresh
        } else {
            mean(&one.tuned) + self.beyond_tuned
        };
        let scatter = match self.residuals.len() {
            0 => 0.0,
            n => (0..seeds).map(|_| self.residuals[draw(n, random)]).sum::<f64>() / seeds as f64,
        };
        centre + scatter
    }
}

impl Pool {
    fn of(tried: &[Tried]) -> Self {
        Self { fresh: Scatter::of(tried, |one| &one.fresh), last: Scatter::of(tried, |one| &one.finals) }
    }

    /// What is chosen from as many trials as there were, drawn again, with their seeds drawn again: the best of those confirmed.
    fn select(&self, tried: &[Tried], repetition: Repetition, random: &mut ChaCha8Rng) -> usize {
        // A trial that diverged is chosen only among others that did.
        let usable = |score: f64| if score.is_nan() { f64::NEG_INFINITY } else { score };
        let mut drawn: Vec<(f64, usize)> = Vec::with_capacity(tried.len());
        for _ in 0..tried.len() {
            let index = draw(tried.len(), random);
            let tuned = &tried[index].tuned;
            let score = match tuned.len() {
                0 => 0.0,
                1 => tuned[0],
                n => (0..n).map(|_| tuned[draw(n, random)]).sum::<f64>() / n as f64,
            };
            if drawn.iter().all(|(_, other)| *other != index) {
                drawn.push((usable(score), index));
            }
        }
        // Stable: of equal trials the one drawn first stays first.
        drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
        if repetition.confirmation_seeds > 0 {
            drawn.truncate(repetition.confirmed.max(1));
            for (score, index) in &mut drawn {
                *score = usable(self.fresh.mean(&tried[*index], repetition.confirmation_seeds, random));
            }
            drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        drawn.first().expect("a rule has at least one configuration").1
    }
}

fn draw(among: usize, random: &mut ChaCha8Rng) -> usize {
    ((u64::from(random.next_u32()) * among as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(tuned: f64, fresh: &[f64]) -> Tried {
        Tried { tuned: vec![tuned], fresh: fresh.to_vec(), finals: fresh.to_vec() }
    }

    /// The best trial as it is, and so many final runs.
    fn unconfirmed(final_seeds: usize) -> Repetition {
        Repetition { confirmed: 1, confirmation_seeds: 0, final_seeds }
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
        let equal = again(&[rule(0.0), rule(0.0)], unconfirmed(5), ROUNDS, 1);
        assert_eq!(equal.wins, [0.5, 0.5], "what is the same in every run ties in every round");
        assert!((equal.wins.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // The best of three trials is among three draws with probability 1 - (2/3)^3.
        assert!((equal.selected[0][1] - 19.0 / 27.0).abs() < 0.03, "{equal:?}");
        let better = again(&[rule(0.2), rule(0.0)], unconfirmed(5), ROUNDS, 1);
        assert_eq!(better.wins, [1.0, 0.0]);
        // A hundredth more on every seed is a hundredth more in every round.
        assert_eq!(again(&[rule(0.01), rule(0.0)], unconfirmed(5), ROUNDS, 1).wins, [1.0, 0.0]);
        // A hundredth more on other seeds is decided by the seeds too: it does not win them all.
        let mut other = rule(0.01);
        other[1].finals = vec![0.91, 0.89, 0.90];
        let slightly = again(&[other, rule(0.0)], unconfirmed(5), ROUNDS, 1);
        assert!(slightly.wins[0] > 0.6 && slightly.wins[0] < 1.0, "{slightly:?}");
    }

    #[test]
    fn the_share_of_wins_is_what_simulation_gives() {
        // Rates given, nothing to select: the better of two means of normal values, one seed's spread apart.
        let a: Vec<f64> =
            (0..200).map(|i| crate::statistics::normal_quantile((f64::from(i) + 0.5) / 200.0)).collect();
        // In another order, so that the two have no seeds in common.
        let b: Vec<f64> = (0..200).map(|i| a[i * 77 % 200] - 0.5).collect();
        let found = again(&[vec![tried(0.0, &a)], vec![tried(0.0, &b)]], unconfirmed(4), ROUNDS, 2);
        // The difference of the means is normal around 0.5 with deviation sqrt(2 / 4): P(> 0) = Phi(0.7071) = 0.7602.
        assert!((found.wins[0] - 0.7602).abs() < 0.025, "{:?}", found.wins);
    }

    #[test]
    fn diverged_runs_lose_and_nothing_breaks() {
        let bad = vec![Tried { tuned: vec![f64::NAN], fresh: vec![f64::NAN; 2], finals: vec![f64::NAN; 2] }];
        let good = vec![tried(0.1, &[0.1, 0.1])];
        assert_eq!(again(&[bad.clone(), good.clone()], unconfirmed(3), 100, 1).wins, [0.0, 1.0]);
        // Among trials of which one diverged, that one is selected only when all draws are of it.
        let mixed = [bad.clone(), good].concat();
        let selected = &again(&[mixed], unconfirmed(3), ROUNDS, 1).selected[0];
        assert!((selected[0] - 0.25).abs() < 0.03, "{selected:?}");
        assert_eq!(again(&[bad.clone(), bad], unconfirmed(3), 100, 1).wins.iter().sum::<f64>().round(), 1.0);
    }

    #[test]
    fn what_the_confirmation_chose_is_chosen_again() {
        // The best trial was luck: on fresh seeds the second was better, and that one was run to the end, on another split.
        let rule = vec![
            Tried { tuned: vec![0.95], fresh: vec![0.80, 0.81, 0.82], finals: vec![] },
            Tried { tuned: vec![0.94], fresh: vec![0.90, 0.91, 0.92, 0.93], finals: vec![0.70, 0.71] },
            Tried { tuned: vec![0.50], ..Tried::default() },
        ];
        let confirmed = Repetition { confirmed: 2, confirmation_seeds: 3, final_seeds: 2 };
        let share = again(std::slice::from_ref(&rule), confirmed, ROUNDS, 1).selected[0][1];
        // Whenever it is among the draws: 1 - (2/3)^3.
        assert!((share - 19.0 / 27.0).abs() < 0.03, "{share}");
        // Final runs of what had none are expected on the split of the verdict: 0.81 less the 0.21 that the other lost.
        let pool = Pool::of(&rule);
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let expected: f64 =
            (0..2_000).map(|_| pool.last.mean(&rule[0], 2, &mut random)).sum::<f64>() / 2_000.0;
        assert!((expected - 0.60).abs() < 1e-3, "{expected}");
    }
}
