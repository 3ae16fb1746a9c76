//! How often each rule would win if all of it were done again.
//!
//! Each round draws twice. First the *truth*: what the configurations are worth is not known, only estimated, so their means are
//! drawn with the uncertainty that their runs leave. Then the *repetition* in that truth: the same trials with new noise, the best
//! few of them confirmed, one of these chosen and run to the end. The share of the rounds in which a rule comes out best answers "how sure
//! are we?" for the search and the seeds together, where an interval of the final runs knows of the seeds only. One draw alone, as in a
//! plain bootstrap, would be too sure: the next comparison differs from the truth as much as this one did. So would means taken as they
//! are: rules that are nearly alike in truth lie further apart in their means ([`Between`]).
//!
//! Rules share their seeds, so what is drawn is drawn for all of them at the same places. Residuals are drawn, widened by
//! `sqrt(n / (n - 1))` because they lie about their own mean.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::between::{Between, Drawn};
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
    let searches: Vec<Search> = rules.iter().map(|tried| Search::of(tried, repetition)).collect();
    let runs =
        |of: fn(&Tried) -> &Vec<f64>| rules.iter().flatten().map(|one| of(one).len()).max().unwrap_or(0);
    let (fresh, finals) = (runs(|one| &one.fresh), runs(|one| &one.finals));
    let judged: Vec<&[f64]> = rules.iter().map(|tried| finals_of(tried)).collect();
    let between = Between::of(&judged);
    let mut wins = vec![0.0; rules.len()];
    let mut selected: Vec<Vec<f64>> = rules.iter().map(|tried| vec![0.0; tried.len()]).collect();
    for _ in 0..rounds {
        let round = Round {
            fresh: Places::draw(fresh, repetition.confirmation_seeds, &mut random),
            finals: Places::draw(finals, repetition.final_seeds, &mut random),
            trials: ChaCha8Rng::seed_from_u64(random.next_u64()),
            between: between.as_ref().map_or(Drawn::AS_SEEN, |between| between.draw(&mut random)),
        };
        let mut best = (f64::NEG_INFINITY, Vec::new());
        for (rule, search) in searches.iter().enumerate() {
            let (chosen, value) = search.repeat(repetition, &round);
            let distance = between.as_ref().map_or(0.0, |between| between.distance(rule));
            let value = value + round.between.noise_share * distance;
            selected[rule][chosen] += 1.0;
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

/// The final runs of a rule: of the one configuration that was chosen.
fn finals_of(tried: &[Tried]) -> &[f64] {
    tried.iter().map(|one| one.finals.as_slice()).find(|finals| !finals.is_empty()).unwrap_or_default()
}

/// What a round draws, the same for all rules.
struct Round {
    fresh: Places,
    finals: Places,
    /// The noise of the trials.
    trials: ChaCha8Rng,
    /// How far the rules are apart in truth.
    between: Drawn,
}

/// Which runs are drawn: places in 0..2^32 of a list of any length.
struct Places {
    /// For what the runs leave open.
    truth: Vec<u32>,
    /// For the seeds of the repetition.
    again: Vec<u32>,
}

impl Places {
    fn draw(truth: usize, again: usize, random: &mut ChaCha8Rng) -> Self {
        let mut draw = |count: usize| (0..count).map(|_| random.next_u32()).collect();
        Self { truth: draw(truth), again: draw(again) }
    }
}

/// The mean of the residuals at these places; NaN if one of them diverged, 0 without any.
fn drawn(residuals: &[f64], places: &[u32]) -> f64 {
    if residuals.is_empty() || places.is_empty() {
        return 0.0;
    }
    places.iter().map(|&place| at(residuals, place)).sum::<f64>() / places.len() as f64
}

/// The residual at a place.
fn at(residuals: &[f64], place: u32) -> f64 {
    residuals[((u64::from(place) * residuals.len() as u64) >> 32) as usize]
}

/// Runs of one configuration: their mean, and how they lie about it.
#[derive(Clone, Default)]
struct Runs {
    centre: f64,
    residuals: Vec<f64>,
    /// Without the runs that diverged.
    finite: Vec<f64>,
}

impl Runs {
    /// Of the runs that did not diverge; those that did keep their places as NaN.
    fn of(values: &[f64]) -> Self {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let (centre, count) = (mean(&finite), finite.len() as f64);
        let wide = if count > 1.0 { (count / (count - 1.0)).sqrt() } else { 1.0 };
        let residual = |value: &f64| wide * (value - centre);
        Self {
            centre,
            residuals: values.iter().map(residual).collect(),
            finite: finite.iter().map(residual).collect(),
        }
    }

    /// What the mean of these runs leaves open: the mean of as many residuals, drawn again.
    fn error(&self, places: &[u32]) -> f64 {
        drawn(&self.finite, &places[..self.residuals.len().min(places.len())])
    }
}

/// What is known of a configuration, all on the scale of fresh seeds.
struct Known {
    tuned: f64,
    seeds: usize,
    fresh: Option<Runs>,
    finals: Option<Runs>,
}

/// The search of one rule.
struct Search {
    known: Vec<Known>,
    /// How a fresh run lies about the mean of its configuration, and a final one.
    fresh: Vec<f64>,
    finals: Vec<f64>,
    /// The same of a trial, without what a seed does to all configurations alike: that does not move their order.
    trials: Vec<f64>,
    /// What fresh runs give beyond the trials that led to them, and final runs beyond fresh ones, on average.
    beyond_trial: f64,
    beyond_fresh: f64,
}

impl Search {
    fn of(tried: &[Tried], repetition: Repetition) -> Self {
        let runs = |values: &Vec<f64>| (!values.is_empty()).then(|| Runs::of(values));
        let known: Vec<Known> = tried
            .iter()
            .map(|one| Known {
                tuned: mean(&one.tuned),
                seeds: one.tuned.len(),
                fresh: runs(&one.fresh),
                finals: runs(&one.finals),
            })
            .collect();
        let residuals = |of: fn(&Known) -> &Option<Runs>| -> Vec<f64> {
            let all = known.iter().filter_map(|one| of(one).as_ref()).filter(|runs| runs.residuals.len() > 1);
            all.flat_map(|runs| runs.residuals.iter().copied())
                .filter(|residual| residual.is_finite())
                .collect()
        };
        let (fresh, finals) = (residuals(|one| &one.fresh), residuals(|one| &one.finals));
        let average = |values: Vec<f64>| {
            let finite: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
            if finite.is_empty() { 0.0 } else { mean(&finite) }
        };
        let centre = |runs: &Option<Runs>| runs.as_ref().map_or(f64::NAN, |runs| runs.centre);
        let beyond_trial = average(known.iter().map(|one| centre(&one.fresh) - one.tuned).collect());
        let beyond_fresh =
            average(known.iter().map(|one| centre(&one.finals) - centre(&one.fresh)).collect());
        let trials = order_noise(tried, repetition.confirmation_seeds).unwrap_or_else(|| fresh.clone());
        Self { known, fresh, finals, trials, beyond_trial, beyond_fresh }
    }

    /// Which configuration a repetition chooses, and what its final runs give: minus infinity if they diverge.
    fn repeat(&self, repetition: Repetition, round: &Round) -> (usize, f64) {
        // What diverged is chosen only among others that did.
        let usable = |score: f64| if score.is_finite() { score } else { f64::NEG_INFINITY };
        let mut random = round.trials.clone();
        let mut noise = |seeds: usize| match (self.trials.len(), seeds) {
            (0, _) | (_, 0) => 0.0,
            _ => (0..seeds).map(|_| at(&self.trials, random.next_u32())).sum::<f64>() / seeds as f64,
        };
        let truths: Vec<f64> = self
            .known
            .iter()
            .map(|one| match &one.fresh {
                Some(runs) => runs.centre + runs.error(&round.fresh.truth),
                None => one.tuned + self.beyond_trial + noise(one.seeds),
            })
            .collect();
        let by_trial = |(&truth, one): (&f64, &Known)| usable(truth + noise(one.seeds));
        let mut order: Vec<(f64, usize)> = truths.iter().zip(&self.known).map(by_trial).zip(0..).collect();
        // Stable: of equal trials the first stays first.
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        if repetition.confirmation_seeds > 0 {
            order.truncate(repetition.confirmed.max(1));
            for (score, index) in &mut order {
                let own = self.known[*index].fresh.as_ref().map(|runs| &runs.residuals);
                let own = own.filter(|own| own.len() >= repetition.confirmation_seeds);
                // On the seeds that all candidates share.
                let residuals = own.map_or(&self.fresh[..], |own| &own[..repetition.confirmation_seeds]);
                *score = usable(truths[*index] + drawn(residuals, &round.fresh.again));
            }
            order.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        let chosen = order.first().expect("a rule has at least one configuration").1;
        let Drawn { noise_share, spread } = round.between;
        let again = |residuals: &[f64]| spread * drawn(residuals, &round.finals.again);
        let value = match &self.known[chosen].finals {
            Some(runs) => {
                let open = spread * (1.0 - noise_share).sqrt() * runs.error(&round.finals.truth);
                runs.centre + open + again(&runs.residuals)
            }
            None => truths[chosen] + self.beyond_fresh + again(&self.finals),
        };
        (chosen, usable(value))
    }
}

/// How runs on common seeds move against each other: the residuals of configurations that were confirmed on the same `seeds`, without
/// what a configuration or a seed adds. `None` with fewer than two of either.
fn order_noise(tried: &[Tried], seeds: usize) -> Option<Vec<f64>> {
    let crossed =
        |one: &&Tried| one.fresh.len() >= seeds && one.fresh[..seeds].iter().all(|value| value.is_finite());
    let rows: Vec<&[f64]> = tried.iter().filter(crossed).map(|one| &one.fresh[..seeds]).collect();
    if rows.len() < 2 || seeds < 2 {
        return None;
    }
    let (count, all) = (rows.len() as f64, rows.concat());
    let of_seed = |seed: usize| rows.iter().map(|row| row[seed]).sum::<f64>() / count;
    let wide = (count / (count - 1.0) * seeds as f64 / (seeds - 1) as f64).sqrt();
    let centre = mean(&all);
    let row = |row: &&[f64]| {
        let of_row = mean(row);
        (0..seeds).map(|seed| wide * (row[seed] - of_row - of_seed(seed) + centre)).collect::<Vec<_>>()
    };
    Some(rows.iter().flat_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::normal_quantile;

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
        let better = again(&[rule(0.2), rule(0.0)], unconfirmed(5), ROUNDS, 1);
        assert_eq!(better.wins, [1.0, 0.0]);
        // A hundredth more on every seed is a hundredth more in every round.
        assert!(again(&[rule(0.01), rule(0.0)], unconfirmed(5), ROUNDS, 1).wins[0] > 0.999);
        // A hundredth more on other seeds is decided by the seeds too: it does not win them all.
        let mut other = rule(0.01);
        other[1].finals = vec![0.91, 0.89, 0.90];
        let slightly = again(&[other, rule(0.0)], unconfirmed(5), ROUNDS, 1);
        assert!(slightly.wins[0] > 0.6 && slightly.wins[0] < 1.0, "{slightly:?}");
        // Five standard errors of the difference: of new results that leaves next to nothing to the other.
        let spread = [0.0, 0.002, -0.002, 0.001, -0.001];
        let ahead: Vec<f64> = spread.iter().map(|by| 0.905 + by).collect();
        let behind: Vec<f64> = spread.iter().rev().map(|by| 0.9 + by).collect();
        let sure = again(&[vec![tried(0.9, &ahead)], vec![tried(0.9, &behind)]], unconfirmed(5), ROUNDS, 1);
        assert!(sure.wins[0] > 0.99, "{:?}", sure.wins);
    }

    #[test]
    fn the_share_of_wins_allows_for_both_comparisons() {
        // Rates given, nothing to select: two means of four normal values, half of one value's spread apart.
        let a: Vec<f64> = (0..200).map(|i| normal_quantile((f64::from(i) + 0.5) / 200.0)).collect();
        // In another order, so that the two have no seeds in common.
        let b: Vec<f64> = (0..200).map(|i| a[i * 77 % 200] - 0.5).collect();
        let found = again(&[vec![tried(0.0, &a)], vec![tried(0.0, &b)]], unconfirmed(4), ROUNDS, 2);
        // Four new runs scatter with the deviation sqrt(2 / 4), and 200 old ones leave sqrt(2 / 200): P(> 0) =
        // Phi(0.5 / sqrt(0.51)) = 0.7581.
        assert!((found.wins[0] - 0.7581).abs() < 0.025, "{:?}", found.wins);
        // Eight old runs leave as much open as eight new ones, which alone would give Phi(d / sqrt(2 s²)) = 0.752; and part of the
        // difference is luck. SciPy's integral over the posterior:
        let few = [-1.2, -0.7, -0.3, -0.1, 0.2, 0.4, 0.6, 1.1];
        let shifted: Vec<f64> = few.iter().rev().map(|value| value - 0.5).collect();
        let found = again(&[vec![tried(0.0, &few)], vec![tried(0.0, &shifted)]], unconfirmed(8), ROUNDS, 2);
        assert!((found.wins[0] - 0.6937).abs() < 0.03, "{:?}", found.wins);
    }

    #[test]
    fn diverged_runs_lose_and_nothing_breaks() {
        let bad = vec![Tried { tuned: vec![f64::NAN], fresh: vec![f64::NAN; 2], finals: vec![f64::NAN; 2] }];
        let good = vec![tried(0.1, &[0.1, 0.1])];
        assert_eq!(again(&[bad.clone(), good.clone()], unconfirmed(3), 100, 1).wins, [0.0, 1.0]);
        // A trial that diverged is not chosen beside one that did not.
        let mixed = [bad.clone(), good.clone()].concat();
        assert_eq!(again(&[mixed], unconfirmed(3), 100, 1).selected[0], [0.0, 1.0]);
        assert_eq!(again(&[bad.clone(), bad], unconfirmed(3), 100, 1).wins.iter().sum::<f64>().round(), 1.0);
        // One run in four diverged: a repetition with three runs loses whenever one of them does.
        let shaky = vec![tried(0.2, &[0.2, 0.2, 0.2, f64::NAN])];
        let wins = again(&[shaky, good], unconfirmed(3), ROUNDS, 1).wins;
        assert!((wins[0] - 0.75_f64.powi(3)).abs() < 0.03, "{wins:?}");
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
        assert!(again(std::slice::from_ref(&rule), confirmed, ROUNDS, 1).selected[0][1] > 0.999);
        // Final runs of what had none are expected on the split of the verdict, which is 0.21 below here.
        let search = Search::of(&rule, confirmed);
        assert!((search.beyond_fresh + 0.21).abs() < 1e-12, "{}", search.beyond_fresh);
    }

    /// Rules whose configurations have these true means, compared on new seeds: what was tried, and the rule that came out best.
    struct World {
        truths: Vec<Vec<f64>>,
        correlation: f64,
        repetition: Repetition,
    }

    impl World {
        fn compare(&self, random: &mut ChaCha8Rng) -> (Vec<Vec<Tried>>, usize) {
            let seeds = 1 + self.repetition.confirmation_seeds + self.repetition.final_seeds;
            let common: Vec<f64> = (0..seeds).map(|_| normal(random)).collect();
            let (shared, own) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
            let mut run = |truth: f64, seed: usize| truth + shared * common[seed] + own * normal(random);
            let rule = |truths: &Vec<f64>| {
                let mut all: Vec<Tried> = truths
                    .iter()
                    .map(|&truth| Tried { tuned: vec![run(truth, 0)], ..Tried::default() })
                    .collect();
                let mut order: Vec<usize> = (0..all.len()).collect();
                order.sort_by(|&a, &b| all[b].tuned[0].total_cmp(&all[a].tuned[0]));
                order.truncate(self.repetition.confirmed);
                for &one in &order {
                    all[one].fresh =
                        (1..=self.repetition.confirmation_seeds).map(|seed| run(truths[one], seed)).collect();
                }
                order.sort_by(|&a, &b| mean(&all[b].fresh).total_cmp(&mean(&all[a].fresh)));
                let finals = 1 + self.repetition.confirmation_seeds..seeds;
                all[order[0]].finals = finals.map(|seed| run(truths[order[0]], seed)).collect();
                let finals = all[order[0]].finals.clone();
                all[order[0]].fresh.extend(&finals);
                (all, mean(&finals))
            };
            let (tried, values): (Vec<Vec<Tried>>, Vec<f64>) = self.truths.iter().map(rule).unzip();
            let best = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap();
            (tried, best)
        }
    }

    fn normal(random: &mut ChaCha8Rng) -> f64 {
        normal_quantile(((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64)
    }

    #[test]
    fn shares_are_what_happens_when_whole_comparisons_are_repeated() {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let repetition = Repetition { confirmed: 3, confirmation_seeds: 3, final_seeds: 5 };
        // By fifths of the predicted share: its sum, the sum of what happened, and how many there are.
        let mut bins = [[0.0; 3]; 5];
        for world in 0..450_usize {
            // Nine rates on a parabola about a best one anywhere; the peaks are nearly alike, or a run's deviation apart, or three.
            let apart = [0.3, 1.0, 3.0][world % 3];
            let rule = |_| {
                let (peak, at) =
                    (apart * normal(&mut random), 2.0 + 4.0 * normal(&mut random).abs().min(1.0));
                (0..9).map(|rate| peak - 0.8 * (f64::from(rate) - at).powi(2)).collect()
            };
            let truths: Vec<Vec<f64>> = (0..3).map(rule).collect();
            let world = World { truths, correlation: 0.4 * (world / 3 % 3) as f64, repetition };
            let predicted = again(&world.compare(&mut random).0, repetition, 500, random.next_u64()).wins;
            let mut happened = [0.0; 3];
            (0..20).for_each(|_| happened[world.compare(&mut random).1] += 0.05);
            for (predicted, happened) in predicted.into_iter().zip(happened) {
                let bin = &mut bins[((5.0 * predicted) as usize).min(4)];
                [predicted, happened, 1.0].iter().zip(bin).for_each(|(value, sum)| *sum += value);
            }
        }
        for [predicted, happened, count] in bins {
            assert!(count > 50.0, "{bins:?}");
            assert!(
                (predicted - happened).abs() / count < 0.05,
                "predicted {}, happened {}: {bins:?}",
                predicted / count,
                happened / count
            );
        }
    }
}
