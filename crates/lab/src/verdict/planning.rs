//! What would decide an open question: more seeds, more test examples, or a wider margin.

use serde::{Deserialize, Serialize};

use crate::statistics::{ExampleVariance, PairedDifference, normal_quantile, spent_at, student_quantile};

/// Final seeds of a rule beyond which no more are offered.
pub const MOST_SEEDS: usize = 1000;

/// Final seeds below which an answer says nothing, and the least that are ever advised.
const LEAST_SEEDS: usize = 5;

/// The chance with which the next look is to decide, and that with which the spread is no larger than it is taken to be.
const CHANCE: f64 = 0.8;

/// What would decide a question that is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// So many seeds more for each rule.
    MoreSeeds(u64),
    /// No number of seeds would, but these would.
    SeedsCannotTell {
        /// Test examples beyond those at hand; absent where more of them would not do either, or are not a sample.
        examples: Option<u64>,
        /// The least margin that these runs, or up to [`MOST_SEEDS`], can decide about.
        margin: f64,
    },
}

/// How many final seeds a comparison needs, before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// So many for each rule.
    Seeds(u64),
    /// No number of seeds is enough.
    SeedsCannotTell {
        /// Test examples beyond those at hand that would do, with enough seeds.
        examples: Option<u64>,
        /// The least margin that can be decided about.
        margin: f64,
    },
}

impl Plan {
    /// For `rules` rules whose figures scatter over the seeds with the standard deviation `spread`, each by itself: what decides
    /// between two of them that differ by nothing or by `margin`, at the first look. The spread comes from `runs` runs.
    ///
    /// `test` is the number of test examples and the accuracy expected on them. On how many of them two rules differ whatever the
    /// seed nobody knows beforehand; one is taken for ten mistakes.
    pub fn new((spread, runs): (f64, usize), margin: f64, rules: usize, test: Option<(usize, f64)>) -> Self {
        let examples = test.map(|(count, accuracy)| ExampleVariance {
            count,
            observed: 0.1 * accuracy * (1.0 - accuracy) / count.max(1) as f64,
            residual: 0.0,
        });
        let seeds = runs.max(2);
        let seed_variance = 2.0 * spread * spread / seeds as f64;
        let known = PairedDifference { mean: 0.0, seeds, seed_variance, examples };
        let pairs = (rules * rules.saturating_sub(1) / 2).max(1);
        match advice(&known, margin, spent_at(1) / pairs as f64) {
            Advice::MoreSeeds(more) => Self::Seeds(more + seeds as u64),
            Advice::SeedsCannotTell { examples, margin } => Self::SeedsCannotTell { examples, margin },
        }
    }

    /// With the margin in another unit: of a function it is written as a share of the value.
    pub(crate) fn in_units_of(self, unit: f64) -> Self {
        match self {
            Self::SeedsCannotTell { examples, margin } => {
                Self::SeedsCannotTell { examples, margin: rounded_up(margin / unit) }
            }
            Self::Seeds(_) => self,
        }
    }
}

/// What would decide whether the rules of a pair differ, given what is known: at `level` (two-sided) the next look is to find
/// either a difference or that it is less than `margin`.
///
/// A question is decided by an interval that is narrow enough: its half-width has to be less than the difference, or less than what
/// the difference lacks to the margin, whichever is more. As one of the two is at least half of the margin, some width always decides.
pub(super) fn advice(known: &PairedDifference, margin: f64, level: f64) -> Advice {
    let difference = known.mean.abs();
    let wanted = difference.max(margin - difference);
    let known = &cautious(known);
    let reach = |at: &PairedDifference| half_width(at, level);
    if reach(&known.with_seeds(MOST_SEEDS.max(known.seeds))) > wanted {
        return beyond_seeds(known, wanted, level);
    }
    // The width falls with every seed: halve the range that holds the least number that will do.
    let (mut few, mut enough) = (known.seeds, MOST_SEEDS.max(known.seeds + 1));
    while enough - few > 1 {
        let middle = few + (enough - few) / 2;
        if reach(&known.with_seeds(middle)) <= wanted { enough = middle } else { few = middle }
    }
    Advice::MoreSeeds(enough.max(LEAST_SEEDS).saturating_sub(known.seeds).max(1) as u64)
}

/// Seeds more for a rule that has too few to compare anything.
pub(super) fn first_seeds(at_hand: usize) -> Advice {
    Advice::MoreSeeds(LEAST_SEEDS.saturating_sub(at_hand).max(1) as u64)
}

/// With the spread over the seeds that is not exceeded with the chance [`CHANCE`]: few seeds often show too little of it, and advice
/// that believes them has to be given again and again.
fn cautious(known: &PairedDifference) -> PairedDifference {
    let degrees = (known.seeds - 1) as f64;
    // The quantile of chi squared by Wilson and Hilferty, 1931.
    let root = 1.0 - 2.0 / (9.0 * degrees) - normal_quantile(CHANCE) * (2.0 / (9.0 * degrees)).sqrt();
    let larger = 1.0 / root.powi(3);
    let examples = known.examples.map(|examples| ExampleVariance {
        observed: examples.of_examples() + examples.residual * larger,
        residual: examples.residual * larger,
        ..examples
    });
    PairedDifference { seed_variance: known.seed_variance * larger, examples, ..*known }
}

/// How far the interval at `level` reaches, and the mean may still move, with the chance [`CHANCE`].
fn half_width(at: &PairedDifference, level: f64) -> f64 {
    let error = at.variance().sqrt();
    if error == 0.0 {
        return 0.0;
    }
    (student_quantile(1.0 - 0.5 * level, at.degrees()) + normal_quantile(CHANCE)) * error
}

fn beyond_seeds(known: &PairedDifference, wanted: f64, level: f64) -> Advice {
    let most = known.with_seeds(MOST_SEEDS.max(known.seeds));
    let margin = rounded_up(known.mean.abs() + half_width(&most, level));
    let reach = normal_quantile(1.0 - 0.5 * level) + normal_quantile(CHANCE);
    // Half of the variance allowed for the examples, the rest for the seeds.
    let allowed = 0.5 * (wanted / reach).powi(2);
    let examples = known.examples.and_then(|examples| {
        let count = examples.count as f64 * examples.of_examples() / allowed;
        let more = count.ceil() - examples.count as f64;
        (most.seed_variance <= allowed && (1.0..1e15).contains(&more)).then_some(more as u64)
    });
    Advice::SeedsCannotTell { examples: examples.map(rounded_count), margin }
}

/// To two digits, upwards.
fn rounded_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return value;
    }
    let unit = 10_f64.powi(value.log10().floor() as i32 - 1);
    // By way of the decimal digits, which a product of binary fractions misses.
    format!("{:e}", (value / unit).ceil() * unit)
        .parse::<f64>()
        .map_or(value, |found| format!("{found:.1e}").parse().unwrap_or(found))
}

/// A count to two digits, upwards.
fn rounded_count(count: u64) -> u64 {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(1));
    count.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(mean: f64, seeds: usize, deviation: f64) -> PairedDifference {
        PairedDifference { mean, seeds, seed_variance: deviation * deviation / seeds as f64, examples: None }
    }

    #[test]
    fn seeds_are_what_the_normal_approximation_gives() {
        // No difference, spread 0.01, margin 0.005, at 0.5 %: (2.807 + 0.8416)² · 0.01² / 0.005² = 53.3, times the 1.67 by which the
        // variance may be larger than ten seeds show, is 88.9, and t needs two or three more.
        let Advice::MoreSeeds(more) = advice(&known(0.0, 10, 0.01), 0.005, 0.005) else { panic!() };
        assert!((79..=84).contains(&more), "{more}");
        // Half way between nothing and the margin, four times as many.
        let Advice::MoreSeeds(more) = advice(&known(0.0025, 10, 0.01), 0.005, 0.005) else { panic!() };
        assert!((343..=352).contains(&more), "{more}");
        // A large difference needs one seed more, but never fewer than five in all.
        assert_eq!(advice(&known(1.0, 10, 0.01), 0.005, 0.005), Advice::MoreSeeds(1));
        assert_eq!(advice(&known(1.0, 2, 0.001), 0.005, 0.005), Advice::MoreSeeds(3));
        assert_eq!(first_seeds(1), Advice::MoreSeeds(4));
    }

    #[test]
    fn a_plan_is_the_advice_for_two_rules_without_a_difference() {
        // (2.054 + 0.8416)² · 2 · 0.01² / 0.01² = 16.8 at 4 %, times the 2.4 of five runs.
        let Plan::Seeds(seeds) = Plan::new((0.01, 5), 0.01, 2, None) else { panic!() };
        assert!((40..=44).contains(&seeds), "{seeds}");
        // Six rules have fifteen pairs: (3.005 + 0.8416)² · 2 · 2.4 = 71.
        let Plan::Seeds(six) = Plan::new((0.01, 5), 0.01, 6, None) else { panic!() };
        assert!((71..=77).contains(&six), "{six}");
        // 360 examples leave 0.28 points at 97 %, one mistake in ten counted: no number of seeds finds half a point.
        let digits = Plan::new((0.004, 5), 0.005, 6, Some((360, 0.97)));
        let Plan::SeedsCannotTell { examples: Some(examples), margin } = digits else { panic!("{digits:?}") };
        assert!((2_000..6_000).contains(&examples) && (0.01..0.02).contains(&margin), "{digits:?}");
        assert!(matches!(Plan::new((0.004, 5), 0.01, 6, Some((2_000, 0.97))), Plan::Seeds(_)));
    }

    #[test]
    fn more_than_the_most_are_not_offered() {
        let Advice::SeedsCannotTell { examples, margin } = advice(&known(0.0, 10, 1.0), 0.005, 0.005) else {
            panic!()
        };
        // (2.81 + 0.84) sqrt(1.67) / sqrt(1000) = 0.1493.
        assert_eq!((examples, margin), (None, 0.15));
        // And that margin is decided about.
        assert!(matches!(advice(&known(0.0, 10, 1.0), margin, 0.005), Advice::MoreSeeds(900..=990)));
    }

    #[test]
    fn numbers_are_rounded_upwards() {
        assert_eq!([0.1834, 0.19, 1.0, 0.00301, 99.1].map(rounded_up), [0.19, 0.19, 1.0, 0.0031, 100.0]);
        assert_eq!([1, 99, 101, 3_256_527].map(rounded_count), [1, 99, 110, 3_300_000]);
    }
}
