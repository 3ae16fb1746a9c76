//! What would decide an open question: more seeds, more test examples, or a wider margin.

use serde::{Deserialize, Serialize};

use super::Word;
use crate::statistics::{
    ExampleVariance, PairedDifference, chi_squared_quantile, normal_cdf, normal_quantile, spent_at,
    student_quantile,
};

/// Final seeds of a rule beyond which no more are offered.
pub const MOST_SEEDS: usize = 1000;

/// Final seeds below which an answer says nothing, and the least that are ever advised.
const LEAST_SEEDS: usize = 5;

/// The chance with which the next look is to decide about a pair, and that with which the spread is no larger than it is taken to be.
pub(super) const CHANCE: f64 = 0.8;

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

impl Advice {
    /// The word for a question with this advice.
    pub(super) fn word(self) -> Word {
        match self {
            Self::MoreSeeds(_) => Word::CannotTell,
            Self::SeedsCannotTell { .. } => Word::SeedsCannotTell,
        }
    }
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
        let level = spent_at(1) / pairs as f64;
        let found =
            Search { known: &cautious(&known), margin, level, chance: CHANCE, drifts: false }.advice();
        match found {
            Advice::MoreSeeds(more) => Self::Seeds(more + seeds as u64),
            Advice::SeedsCannotTell { examples, margin } => Self::SeedsCannotTell { examples, margin },
        }
    }

    /// With the margin in another unit: of a function it is written as a share of the value.
    pub fn in_units_of(self, unit: f64) -> Self {
        match self {
            Self::SeedsCannotTell { examples, margin } => {
                Self::SeedsCannotTell { examples, margin: rounded_up(margin / unit) }
            }
            Self::Seeds(_) => self,
        }
    }
}

/// What would decide whether the rules of a pair differ, given what is known: with the chance `chance` the next look, at `level`
/// (two-sided), is to find either a difference or that it is less than `margin`.
///
/// A question is decided by an interval that is narrow enough: its half-width has to be less than the difference that is found
/// then, or less than what that difference lacks to the margin. As one of the two is at least half of the margin, some width always
/// decides. Which difference will be found is not known: it will have moved from today's by as much as today's interval leaves open.
pub(super) fn advice(known: &PairedDifference, margin: f64, level: f64, chance: f64) -> Advice {
    Search { known: &cautious(known), margin, level, chance, drifts: true }.advice()
}

/// The search for what decides.
struct Search<'a> {
    known: &'a PairedDifference,
    margin: f64,
    level: f64,
    chance: f64,
    /// Whether the difference at hand is an estimate, from which the next one will have moved. Otherwise it is taken as true.
    drifts: bool,
}

impl Search<'_> {
    fn advice(&self) -> Advice {
        let known = self.known;
        if !self.decides(MOST_SEEDS.max(known.seeds), self.margin) {
            return self.beyond_seeds();
        }
        // The width falls with every seed: halve the range that holds the least number that will do.
        let (mut few, mut enough) = (known.seeds, MOST_SEEDS.max(known.seeds + 1));
        while enough - few > 1 {
            let middle = few + (enough - few) / 2;
            if self.decides(middle, self.margin) { enough = middle } else { few = middle }
        }
        Advice::MoreSeeds(enough.max(LEAST_SEEDS).saturating_sub(known.seeds).max(1) as u64)
    }

    /// Whether so many seeds decide about this margin.
    fn decides(&self, seeds: usize, margin: f64) -> bool {
        let at = self.known.with_seeds(seeds);
        half_width(&at, self.level) <= self.widest(self.drift(seeds), margin)
    }

    /// The standard deviation of the difference that so many seeds will show.
    fn drift(&self, seeds: usize) -> f64 {
        let then = self.known.with_seeds(seeds).variance();
        if self.drifts { (self.known.variance() - then).max(0.0).sqrt() } else { then.sqrt() }
    }

    /// The largest half-width that decides about a margin with the wanted chance, where the difference is normal about today's with
    /// this standard deviation. Half of the margin always does.
    fn widest(&self, drift: f64, margin: f64) -> f64 {
        let mean = self.known.mean.abs();
        if drift == 0.0 {
            return mean.max(margin - mean);
        }
        let below = |bound: f64| normal_cdf((bound - mean) / drift) - normal_cdf((-bound - mean) / drift);
        let chance = |width: f64| 1.0 - below(width) + below((margin - width).max(0.0));
        let (mut enough, mut wide) = (0.5 * margin, mean.max(margin) + 8.0 * drift);
        for _ in 0..60 {
            let middle = 0.5 * (enough + wide);
            if chance(middle) >= self.chance { enough = middle } else { wide = middle }
        }
        enough
    }

    /// What would decide where no number of seeds does: a wider margin, or more test examples.
    fn beyond_seeds(&self) -> Advice {
        let (known, seeds) = (self.known, MOST_SEEDS.max(self.known.seeds));
        let most = known.with_seeds(seeds);
        // Twice the half-width always does, and more than the difference does.
        let (mut narrow, mut enough) = (self.margin, 2.0 * half_width(&most, self.level));
        for _ in 0..60 {
            let middle = 0.5 * (narrow + enough);
            if self.decides(seeds, middle) { enough = middle } else { narrow = middle }
        }
        // Half of the variance allowed for the examples, the rest for the seeds.
        let wanted = known.mean.abs().max(self.margin - known.mean.abs());
        let reach = normal_quantile(1.0 - 0.5 * self.level) + normal_quantile(CHANCE);
        let allowed = 0.5 * (wanted / reach).powi(2);
        let examples = known.examples.and_then(|examples| {
            let count = examples.count as f64 * examples.of_examples() / allowed;
            let more = count.ceil() - examples.count as f64;
            (most.seed_variance <= allowed && (1.0..1e15).contains(&more)).then_some(more as u64)
        });
        Advice::SeedsCannotTell { examples: examples.map(rounded_count), margin: rounded_up(enough) }
    }
}

/// Seeds more for a rule that has too few to compare anything.
pub(super) fn first_seeds(at_hand: usize) -> Advice {
    Advice::MoreSeeds(LEAST_SEEDS.saturating_sub(at_hand).max(1) as u64)
}

/// With the spread over the seeds that is not exceeded with the chance [`CHANCE`]: few seeds often show too little of it, and advice
/// that believes them has to be given again and again.
fn cautious(known: &PairedDifference) -> PairedDifference {
    let degrees = (known.seeds - 1) as f64;
    let larger = degrees / chi_squared_quantile(1.0 - CHANCE, degrees);
    let examples = known.examples.map(|examples| ExampleVariance {
        observed: examples.of_examples() + examples.residual * larger,
        residual: examples.residual * larger,
        ..examples
    });
    PairedDifference { seed_variance: known.seed_variance * larger, examples, ..*known }
}

/// How far the interval at `level` reaches.
fn half_width(at: &PairedDifference, level: f64) -> f64 {
    let error = at.variance().sqrt();
    if error == 0.0 { 0.0 } else { student_quantile(1.0 - 0.5 * level, at.degrees()) * error }
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
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    fn known(mean: f64, seeds: usize, deviation: f64) -> PairedDifference {
        PairedDifference { mean, seeds, seed_variance: deviation * deviation / seeds as f64, examples: None }
    }

    fn seeds_more(known: &PairedDifference, chance: f64) -> u64 {
        let Advice::MoreSeeds(more) = advice(known, 0.005, 0.005, chance) else { panic!("{known:?}") };
        more
    }

    #[test]
    fn the_next_look_decides_with_the_chance_that_was_asked_for() {
        // What ten seeds leave open, taken at its word: the difference moves, and the interval at the advised number of seeds decides.
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        for (mean, chance) in [(0.0, 0.8), (0.003, 0.8), (0.006, 0.8), (0.006, 0.95), (0.012, 0.9)] {
            let at_hand = cautious(&known(mean, 10, 0.01));
            let seeds = 10 + seeds_more(&known(mean, 10, 0.01), chance) as usize;
            let drift = (at_hand.variance() - at_hand.with_seeds(seeds).variance()).sqrt();
            let reach = half_width(&at_hand.with_seeds(seeds), 0.005);
            let decided = (0..20_000).filter(|_| {
                let uniform = ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
                let found = (mean + drift * normal_quantile(uniform)).abs();
                found >= reach || found + reach <= 0.005
            });
            let share = decided.count() as f64 / 20_000.0;
            assert!(share > chance - 0.01, "{mean}, {chance}: {share}");
            // And no more than needed: half as many are too few.
            let half = at_hand.with_seeds(10 + (seeds - 10) / 2);
            assert!(half_width(&half, 0.005) > 0.0025, "{mean}: {seeds}");
        }
    }

    #[test]
    fn a_difference_that_may_shrink_is_given_room() {
        // Two and a half standard errors: at today's difference, 31 seeds more would do; it may be half as large in truth.
        let near = known(0.008, 10, 0.01);
        assert!((40..=70).contains(&seeds_more(&near, 0.8)), "{}", seeds_more(&near, 0.8));
        // To be surer of it takes many more.
        assert!(seeds_more(&near, 0.96) > 2 * seeds_more(&near, 0.8));
        // Half of the margin is as narrow as an interval ever has to be: (2.82 · 0.0129 / 0.0025)².
        assert!(seeds_more(&known(0.0025, 10, 0.01), 0.8) < 215);
        // A large difference needs one seed more, but never fewer than five in all.
        assert_eq!(advice(&known(1.0, 10, 0.01), 0.005, 0.005, 0.8), Advice::MoreSeeds(1));
        assert_eq!(advice(&known(1.0, 2, 0.001), 0.005, 0.005, 0.8), Advice::MoreSeeds(3));
        assert_eq!(first_seeds(1), Advice::MoreSeeds(4));
    }

    #[test]
    fn a_plan_is_the_advice_for_two_rules_without_a_difference() {
        // A search over all numbers of seeds with scipy.stats, for no difference and 2.4 times the variance of five runs: the interval
        // at 4 % decides with the chance 0.8.
        let Plan::Seeds(seeds) = Plan::new((0.01, 5), 0.01, 2, None) else { panic!() };
        assert_eq!(seeds, 53);
        // Six rules have fifteen pairs.
        let Plan::Seeds(six) = Plan::new((0.01, 5), 0.01, 6, None) else { panic!() };
        assert_eq!(six, 92);
        // 360 examples leave 0.28 points at 97 %, one mistake in ten counted: no number of seeds finds half a point.
        let digits = Plan::new((0.004, 5), 0.005, 6, Some((360, 0.97)));
        let Plan::SeedsCannotTell { examples: Some(examples), margin } = digits else { panic!("{digits:?}") };
        assert!((2_000..6_000).contains(&examples) && (0.01..0.02).contains(&margin), "{digits:?}");
        assert!(matches!(Plan::new((0.004, 5), 0.01, 6, Some((2_000, 0.97))), Plan::Seeds(_)));
    }

    #[test]
    fn more_than_the_most_are_not_offered() {
        let wide = known(0.0, 10, 1.0);
        let Advice::SeedsCannotTell { examples, margin } = advice(&wide, 0.005, 0.005, 0.8) else { panic!() };
        // The half-width at a thousand seeds is 2.81 sqrt(1.67) / sqrt(1000) = 0.115; twice that always decides.
        assert_eq!(examples, None);
        assert!((0.115..=0.24).contains(&margin), "{margin}");
        // And that margin is decided about.
        assert!(matches!(advice(&wide, margin, 0.005, 0.8), Advice::MoreSeeds(800..=990)));
    }

    #[test]
    fn numbers_are_rounded_upwards() {
        assert_eq!([0.1834, 0.19, 1.0, 0.00301, 99.1].map(rounded_up), [0.19, 0.19, 1.0, 0.0031, 100.0]);
        assert_eq!([1, 99, 101, 3_256_527].map(rounded_count), [1, 99, 110, 3_300_000]);
    }
}
