//! Where learning rates, and other hyper-parameters, are tried.
//!
//! Rates are placed evenly on a logarithmic scale. Positions follow from the budget and the seed only, are the same for every
//! rule, and each rule maps them to its own ranges: the first dimension is the learning rate, the others its further
//! hyper-parameters in the order of their names.

mod space;

use space::rounded;
pub use space::{Scale, Space};

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::experiment::{Arm, Metric, Protocol, SearchKind};

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The small rates.
    Low,
    /// The large rates.
    High,
}

/// The range of learning rates searched for one rule, as it grows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateRange {
    /// The smallest rate.
    pub from: f64,
    /// The largest rate.
    pub to: f64,
}

/// A configuration: the learning rate, and whatever else was searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The learning rate.
    #[serde(with = "crate::outcome::number")]
    pub learning_rate: f64,
    /// The other hyper-parameters that were searched for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, f64>,
}

impl Point {
    /// All hyper-parameters of a rule in this configuration.
    pub(crate) fn hyperparameters(&self, arm: &Arm) -> BTreeMap<String, f64> {
        let mut hyperparameters = arm.set.clone();
        hyperparameters.extend(self.others.clone());
        hyperparameters.insert("learning_rate".to_string(), self.learning_rate);
        hyperparameters
    }
}

/// A configuration that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The configuration.
    #[serde(flatten)]
    pub point: Point,
    /// The metric for each seed; absent where the run diverged.
    pub values: Vec<Option<f64>>,
    /// By what the length of these runs was divided: more than 1 where halving gave the trial up before a whole run.
    #[serde(default = "whole", skip_serializing_if = "crate::cell::is_whole")]
    pub divisor: u32,
}

fn whole() -> u32 {
    1
}

/// Positions in 0..=1 of the first round of trials, one for each of `dimensions`: the learning rate's first.
///
/// A shorter search is the beginning of a longer one (but for the grid), and fewer dimensions are the first of more.
pub fn first_positions(protocol: &Protocol, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let count = protocol.tuning_trials - refining_trials(protocol);
    let column = |dimension: usize| -> Vec<f64> {
        match protocol.search {
            SearchKind::Grid if dimension == 0 && count == 1 => vec![0.5],
            SearchKind::Grid if dimension == 0 => {
                (0..count).map(|index| index as f64 / (count - 1) as f64).collect()
            }
            SearchKind::Random => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream(dimension as u64);
                (0..count).map(|_| unit(random.next_u64())).collect()
            }
            // A scrambled Sobol sequence (Burley, "Practical Hash-based Owen Scrambling", 2020). Beside a grid of rates it
            // spreads the other hyper-parameters.
            SearchKind::Sobol | SearchKind::Grid => {
                (0..count).map(|trial| sobol(trial, dimension, seed)).collect()
            }
        }
    };
    let columns: Vec<Vec<f64>> = (0..dimensions).map(column).collect();
    (0..count).map(|trial| columns.iter().map(|column| column[trial]).collect()).collect()
}

/// Position `index` of the Sobol sequence with this seed, in one dimension.
pub fn sobol(index: usize, dimension: usize, seed: u64) -> f64 {
    sobol_burley::sample(index as u32, dimension as u32, (seed ^ (seed >> 32)) as u32).into()
}

/// Trials kept back to look closer around the best of the first round: 4 of 13.
pub fn refining_trials(protocol: &Protocol) -> usize {
    match protocol.search {
        SearchKind::Grid if protocol.tuning_trials > 3 => (4 * protocol.tuning_trials + 6) / 13,
        _ => 0,
    }
}

/// The trials from best to worst: the longest runs first; then by their mean; then those that diverged, fewer first. Equals go
/// to the smaller rate.
pub fn ranking(trials: &[Trial], metric: Metric) -> Vec<usize> {
    let mut order: Vec<usize> = (0..trials.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&trials[a], &trials[b]);
        let score = |trial: &Trial| trial.mean().map_or(f64::NEG_INFINITY, |mean| metric.score(mean));
        (a.divisor.cmp(&b.divisor))
            .then(score(b).total_cmp(&score(a)))
            .then(a.diverged().cmp(&b.diverged()))
            .then(a.point.learning_rate.total_cmp(&b.point.learning_rate))
    });
    order
}

impl Trial {
    /// The mean over the seeds; absent if any run diverged, because the rate cannot be relied on then.
    pub fn mean(&self) -> Option<f64> {
        let values: Option<Vec<f64>> = self.values.iter().copied().collect();
        values.filter(|values| !values.is_empty()).map(|values| crate::statistics::mean(&values))
    }

    /// How many runs diverged.
    pub fn diverged(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }
}

impl RateRange {
    /// The rate at a position: 0 is `from`, 1 is `to`.
    pub fn at(&self, position: f64) -> f64 {
        if position <= 0.0 {
            return self.from;
        }
        if position >= 1.0 {
            return self.to;
        }
        let (low, high) = (self.from.log10(), self.to.log10());
        rounded(10_f64.powf(low + position * (high - low))).clamp(self.from, self.to)
    }

    /// The end near which `rate` lies, if it is closer than a tenth of the range `asked` for (on the logarithmic scale).
    pub fn edge(&self, rate: f64, asked: &Self) -> Option<Side> {
        let near = 0.1 * (asked.to / asked.from).log10();
        if (rate / self.from).log10() < near {
            Some(Side::Low)
        } else if (self.to / rate).log10() < near {
            Some(Side::High)
        } else {
            None
        }
    }

    /// Moves one end out by a decade and gives `count` rates there, evenly, the new end among them.
    pub fn extend(&mut self, side: Side, count: usize) -> Vec<f64> {
        let (end, step) = match side {
            Side::Low => (self.from, -1.0),
            Side::High => (self.to, 1.0),
        };
        let rate = |index: usize| rounded(end * 10_f64.powf(step * index as f64 / count as f64));
        let rates: Vec<f64> = (1..=count).map(rate).collect();
        match (side, rates.last()) {
            (Side::Low, Some(&last)) => self.from = last,
            (Side::High, Some(&last)) => self.to = last,
            (_, None) => {}
        }
        rates
    }

    /// `count` rates around `best`, evenly between its neighbours among the rates `tried`; at an end, on the inner side only.
    pub fn around(&self, best: f64, tried: &[f64], count: usize) -> Vec<f64> {
        let below = tried
            .iter()
            .copied()
            .filter(|&rate| rate < best)
            .fold(None, |most: Option<f64>, rate| Some(most.map_or(rate, |most| most.max(rate))));
        let above = tried
            .iter()
            .copied()
            .filter(|&rate| rate > best)
            .fold(None, |least: Option<f64>, rate| Some(least.map_or(rate, |least| least.min(rate))));
        // Without a neighbour the range's own end takes its place, if there is room.
        let below = below.or((self.from < best).then_some(self.from));
        let above = above.or((self.to > best).then_some(self.to));
        let downwards = match (below, above) {
            (Some(_), Some(_)) => count / 2,
            (Some(_), None) => count,
            _ => 0,
        };
        let mut rates = Vec::with_capacity(count);
        for (neighbour, count) in [(below, downwards), (above, count - downwards)] {
            for index in 1..=count {
                let share = index as f64 / (count + 1) as f64;
                rates.push(rounded(best * (neighbour.unwrap_or(best) / best).powf(share)));
            }
        }
        rates.sort_by(f64::total_cmp);
        rates
    }
}

/// A learning rate as people write it.
pub fn show_rate(rate: f64) -> String {
    if rate == 0.0 || (1e-3..1e4).contains(&rate) { rate.to_string() } else { format!("{rate:e}") }
}

/// 64 random bits as a number in 0..1.
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    const RANGE: RateRange = RateRange { from: 1e-4, to: 1.0 };

    fn protocol(search: SearchKind, tuning_trials: usize) -> Protocol {
        Protocol { search, tuning_trials, ..Preset::Quick.protocol() }
    }

    #[test]
    fn the_quick_grid_is_nine_points_and_four_around_the_best() {
        let protocol = Preset::Quick.protocol();
        let rates: Vec<f64> =
            first_positions(&protocol, 1, 1).iter().map(|position| RANGE.at(position[0])).collect();
        assert_eq!(rates, [1e-4, 3.16e-4, 1e-3, 3.16e-3, 1e-2, 3.16e-2, 1e-1, 3.16e-1, 1.0]);
        assert_eq!(refining_trials(&protocol), 4);
        assert_eq!(RANGE.around(1e-2, &rates, 4), [4.64e-3, 6.81e-3, 1.47e-2, 2.15e-2]);
        // At an end, all of them inside.
        assert_eq!(RANGE.around(1.0, &rates, 4), [3.98e-1, 5.01e-1, 6.31e-1, 7.94e-1]);
        assert_eq!(RANGE.around(1e-4, &rates, 2), [1.47e-4, 2.15e-4]);
    }

    #[test]
    fn every_trial_count_is_spent_exactly() {
        for search in [SearchKind::Grid, SearchKind::Random, SearchKind::Sobol] {
            for trials in 1..100 {
                let protocol = protocol(search, trials);
                let positions = first_positions(&protocol, 4, 3);
                assert_eq!(positions.len() + refining_trials(&protocol), trials);
                assert!(positions.iter().all(|position| position.len() == 4));
                assert!(positions.iter().flatten().all(|position| (0.0..=1.0).contains(position)));
                // A rule with fewer hyper-parameters to search for tries the same positions of those it has.
                let fewer = first_positions(&protocol, 2, 3);
                assert!(fewer.iter().zip(&positions).all(|(few, many)| few[..] == many[..2]));
            }
        }
    }

    #[test]
    fn a_longer_sobol_search_starts_with_the_shorter() {
        let long = first_positions(&protocol(SearchKind::Sobol, 75), 3, 5);
        for shorter in [1, 5, 10, 25] {
            assert_eq!(first_positions(&protocol(SearchKind::Sobol, shorter), 3, 5), long[..shorter]);
        }
        // Evenly spread: in each dimension, each eighth of the range holds one of the first eight points; and in two, each
        // field of a board of four by four one of the first sixteen.
        for dimension in 0..3 {
            let mut eighths: Vec<usize> =
                long[..8].iter().map(|position| (position[dimension] * 8.0) as usize).collect();
            eighths.sort_unstable();
            assert_eq!(eighths, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
        let mut fields: Vec<usize> =
            long[..16].iter().map(|at| (at[0] * 4.0) as usize * 4 + (at[1] * 4.0) as usize).collect();
        fields.sort_unstable();
        assert_eq!(fields, (0..16).collect::<Vec<_>>());
        assert_ne!(first_positions(&protocol(SearchKind::Sobol, 75), 3, 6), long);
    }

    #[test]
    fn the_outer_tenth_is_the_edge_and_the_range_grows_by_a_decade() {
        let mut range = RANGE;
        for (rate, edge) in [
            (1e-4, Some(Side::Low)),
            (2e-4, Some(Side::Low)),
            (3.16e-4, None),
            (0.316, None),
            (0.5, Some(Side::High)),
        ] {
            assert_eq!(range.edge(rate, &RANGE), edge, "{rate}");
        }
        assert_eq!(range.extend(Side::High, 2), [3.16, 10.0]);
        assert_eq!(range, RateRange { from: 1e-4, to: 10.0 });
        assert_eq!(range.extend(Side::Low, 4), [5.62e-5, 3.16e-5, 1.78e-5, 1e-5]);
        assert_eq!(range.from, 1e-5);
        // The margin does not grow with the range.
        assert_eq!(range.edge(3.16e-5, &RANGE), None);
        assert_eq!(range.edge(5.0, &RANGE), Some(Side::High));
    }

    #[test]
    fn diverged_is_worst_and_equals_go_to_the_smaller_rate() {
        let trial = |learning_rate, values: &[Option<f64>]| Trial {
            point: Point { learning_rate, others: BTreeMap::new() },
            values: values.to_vec(),
            divisor: 1,
        };
        let trials = [
            trial(1.0, &[None, None]),
            trial(0.3, &[Some(0.99), None]),
            trial(0.1, &[Some(0.9), Some(0.8)]),
            trial(0.01, &[Some(0.8), Some(0.9)]),
            trial(0.03, &[Some(0.5), Some(0.6)]),
        ];
        assert_eq!(ranking(&trials, Metric::Accuracy), [3, 2, 4, 1, 0]);
        assert_eq!(ranking(&trials, Metric::Loss), [4, 3, 2, 1, 0]);
    }
}
