//! How often verdicts err, and how often they find what is there: simulated comparisons, printed as a table.
//!
//! ```sh
//! cargo run --release -p thalweg-lab --example verdicts
//! ```
//!
//! Every row is some thousand comparisons with fixed seeds. Rules share what the seeds do to them (`correlation`), and what
//! is left is normal, exponential or heavy-tailed. The columns are explained beneath the table.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use thalweg_lab::experiment::Metric;
use thalweg_lab::statistics::{
    PairedDifference, Summary, Watched, normal_quantile, restricted_mean, spent_at,
};
use thalweg_lab::verdict::{Contender, MeasuredOn, Terms, Verdict, Word, judge};

/// The difference that matters.
const MARGIN: f64 = 0.01;

/// What the runs of a rule scatter like, with mean 0 and variance 1.
#[derive(Clone, Copy, Debug)]
enum Noise {
    Normal,
    Exponential,
    /// Student's distribution with three degrees of freedom.
    HeavyTails,
}

struct Random(ChaCha8Rng);

impl Random {
    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    fn draw(&mut self, noise: Noise) -> f64 {
        match noise {
            Noise::Normal => self.normal(),
            Noise::Exponential => -self.uniform().ln() - 1.0,
            Noise::HeavyTails => {
                let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
                // The variance of Student's distribution with three degrees is 3.
                self.normal() / (squares / 3.0).sqrt() / 3_f64.sqrt()
            }
        }
    }
}

/// A family of comparisons.
#[derive(Clone, Copy)]
struct Setting {
    rules: usize,
    /// By how much the first rule is better than all others.
    ahead: f64,
    /// The standard deviation over the seeds.
    spread: f64,
    correlation: f64,
    noise: Noise,
}

impl Setting {
    /// The scores of all rules on `seeds` seeds.
    fn runs(&self, seeds: usize, random: &mut Random) -> Vec<Vec<f64>> {
        let common: Vec<f64> = (0..seeds).map(|_| random.draw(self.noise)).collect();
        let (shared, own) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
        let rule = |number| {
            let centre = if number == 0 { 0.9 + self.ahead } else { 0.9 };
            let run = |common: &f64| centre + self.spread * (shared * common + own * random.draw(self.noise));
            common.iter().map(run).collect()
        };
        (0..self.rules).map(rule).collect()
    }
}

/// The verdict on the first seeds of each run, at the last of `looks`.
fn verdict(runs: &[Vec<f64>], looks: &[usize]) -> Verdict {
    let seeds = looks.last().copied().unwrap_or(0);
    let contender = |(number, run): (usize, &Vec<f64>)| Contender {
        label: number.to_string(),
        learning_rate: 0.1,
        values: run[..seeds].to_vec(),
        correct: vec![],
        tuned: true,
        at_edge: false,
        widened: false,
    };
    let contenders: Vec<Contender> = runs.iter().enumerate().map(contender).collect();
    let terms = Terms {
        problem: String::new(),
        metric: Metric::Accuracy,
        measured_on: MeasuredOn::Test,
        examples: None,
        difference: MARGIN,
        exact: None,
        looks: looks.to_vec(),
        start_fault: None,
        nothing_learnt: None,
    };
    judge(&contenders, &terms)
}

/// Whether a rule that is no better is called better: the first is the only one that may be.
fn errs(verdict: &Verdict, ahead: f64) -> bool {
    let better = [Word::ClearlyBetter, Word::Better];
    verdict.judgements.iter().any(|pair| better.contains(&pair.word) && (ahead == 0.0 || pair.best != "0"))
}

fn share(rounds: usize, mut happens: impl FnMut() -> bool) -> f64 {
    (0..rounds).filter(|_| happens()).count() as f64 / rounds as f64
}

fn main() {
    let noises = [Noise::Normal, Noise::Exponential, Noise::HeavyTails];
    println!(
        "No difference, ten looks (5, 10, ... 50 seeds): share of comparisons with a false \"better\" at any look\n"
    );
    println!("{:>6} {:>12} {:>12} {:>8}", "rules", "correlation", "noise", "false");
    for rules in [2, 3, 6, 10] {
        for correlation in [0.0, 0.8] {
            for noise in noises {
                let setting = Setting { rules, ahead: 0.0, spread: 0.01, correlation, noise };
                let mut random = Random(ChaCha8Rng::seed_from_u64(1));
                let found = share(if rules > 3 { 300 } else { 1_000 }, || {
                    let runs = setting.runs(50, &mut random);
                    let looks: Vec<usize> = (1..=10).map(|look| 5 * look).collect();
                    (1..=10).any(|look| errs(&verdict(&runs, &looks[..look]), 0.0))
                });
                println!(
                    "{rules:>6} {correlation:>12} {:>12} {:>6.1} %",
                    format!("{noise:?}"),
                    100.0 * found
                );
            }
        }
    }

    println!("\nTwo rules, one look: share of comparisons that find the better one\n");
    println!(
        "{:>8} {:>6} {:>12} {:>8} {:>8} {:>6}",
        "margins", "seeds", "correlation", "found", "paired", "ratio"
    );
    for margins in [1.0, 2.0] {
        for (seeds, correlation) in [(5, 0.0), (10, 0.0), (20, 0.0), (5, 0.8), (10, 0.8), (20, 0.8)] {
            let setting = Setting {
                rules: 2,
                ahead: margins * MARGIN,
                spread: 0.01,
                correlation,
                noise: Noise::Normal,
            };
            let mut random = Random(ChaCha8Rng::seed_from_u64(2));
            let (mut ours, mut best) = (0, 0);
            for _ in 0..2_000 {
                let runs = setting.runs(seeds, &mut random);
                let found = &verdict(&runs, &[seeds]).judgements[0];
                ours += usize::from(
                    found.best == "0" && matches!(found.word, Word::Better | Word::ClearlyBetter),
                );
                let paired = PairedDifference::of(&runs[0], &runs[1]).expect("finite");
                best += usize::from(paired.mean > 0.0 && paired.p_value() < 0.05);
            }
            let (ours, best) = (f64::from(ours as u32) / 2_000.0, f64::from(best as u32) / 2_000.0);
            println!(
                "{margins:>8} {seeds:>6} {correlation:>12} {:>6.1} % {:>6.1} % {:>6.2}",
                100.0 * ours,
                100.0 * best,
                ours / best
            );
        }
    }

    println!("\nThe advice taken literally from five seeds on, three rounds at most: how it ends\n");
    println!(
        "{:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "rules", "margins", "right", "wrong", "open", "grows", "rounds", "seeds"
    );
    for (rules, margins) in
        [2, 6].into_iter().flat_map(|rules| [0.0, 0.5, 1.0, 2.0].map(|margins| (rules, margins)))
    {
        let setting =
            Setting { rules, ahead: margins * MARGIN, spread: 0.01, correlation: 0.5, noise: Noise::Normal };
        let mut random = Random(ChaCha8Rng::seed_from_u64(3));
        let (mut right, mut wrong, mut open, mut rounds, mut seeds, mut grows) =
            (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let repeats = 400;
        for _ in 0..repeats {
            let runs = setting.runs(1_100, &mut random);
            let mut looks = vec![5];
            let mut advised = Vec::new();
            let found = loop {
                let found = verdict(&runs, &looks);
                match found.more_seeds {
                    Some(more) if looks.len() < 4 => {
                        advised.push(more);
                        looks.push(looks[looks.len() - 1] + more as usize);
                    }
                    _ => break found,
                }
            };
            let is_open = found
                .judgements
                .iter()
                .any(|pair| matches!(pair.word, Word::CannotTell | Word::SeedsCannotTell));
            let level = found.judgements.iter().any(|pair| {
                let (best, other) = (pair.best == "0", pair.other == "0");
                pair.word == Word::Equivalent && (best || other) && margins >= 1.0
            });
            if errs(&found, setting.ahead) || level {
                wrong += 1.0;
            } else if is_open {
                open += 1.0;
            } else {
                right += 1.0;
            }
            grows += f64::from(u8::from(advised.iter().any(|more| *more > 2 * advised[0])));
            rounds += looks.len() as f64 - 1.0;
            seeds += looks[looks.len() - 1] as f64;
        }
        let (all, per_cent) = (f64::from(repeats), 100.0 / f64::from(repeats));
        println!(
            "{rules:>6} {margins:>8} {:>6.1} % {:>6.1} % {:>6.1} % {:>6.1} % {:>8.2} {:>8.1}",
            right * per_cent,
            wrong * per_cent,
            open * per_cent,
            grows * per_cent,
            rounds / all,
            seeds / all
        );
    }

    println!(
        "\nEvery interval that is printed: how often it holds the truth\n\nDifference of two rules, at 96 % (the first look; pages, terminal)\n"
    );
    println!("{:>6} {:>12} {:>12} {:>8}", "seeds", "correlation", "noise", "holds");
    for seeds in [2, 5, 10, 20] {
        for (correlation, noise) in [(0.0, Noise::Normal), (0.8, Noise::Normal), (0.0, Noise::Exponential)] {
            let setting = Setting { rules: 2, ahead: MARGIN, spread: 0.01, correlation, noise };
            let mut random = Random(ChaCha8Rng::seed_from_u64(4));
            let found = share(3_000, || {
                let runs = setting.runs(seeds, &mut random);
                let pair = &verdict(&runs, &[seeds]).judgements[0];
                let truth = if pair.best == "0" { MARGIN } else { -MARGIN };
                pair.interval.is_some_and(|interval| interval.contains(truth))
            });
            println!("{seeds:>6} {correlation:>12} {:>12} {:>6.1} %", format!("{noise:?}"), 100.0 * found);
        }
    }

    all_looks();
    steps_to_target();
    means();
    println!(
        "\nTwo rules as good as each other over all examples, of which some are tested: intervals that hold 0, at 96 %\n"
    );
    examples();
}

/// All intervals of three rules at four looks: how often all of them hold, which they promise for at least 95 %.
fn all_looks() {
    println!(
        "\nAll differences of three rules at all of four looks (5, 10, 20, 40 seeds), together at 95 % or more\n"
    );
    println!("{:>12} {:>12} {:>8}", "correlation", "noise", "hold");
    for (correlation, noise) in [(0.0, Noise::Normal), (0.8, Noise::Normal), (0.0, Noise::Exponential)] {
        let setting = Setting { rules: 3, ahead: MARGIN, spread: 0.01, correlation, noise };
        let mut random = Random(ChaCha8Rng::seed_from_u64(6));
        let found = share(2_000, || {
            let runs = setting.runs(40, &mut random);
            (1..=4).all(|number| {
                let level = spent_at(number) / 3.0;
                let holds = |a: usize, b: usize, truth: f64| {
                    let seeds = 5 << (number - 1);
                    let pair = PairedDifference::of(&runs[a][..seeds], &runs[b][..seeds]).expect("finite");
                    pair.interval(1.0 - level).contains(truth)
                };
                holds(0, 1, MARGIN) && holds(0, 2, MARGIN) && holds(1, 2, 0.0)
            })
        });
        println!("{correlation:>12} {:>12} {:>6.1} %", format!("{noise:?}"), 100.0 * found);
    }
}

/// Restricted mean steps to a target of two rules, evaluated every ten of 500 steps.
fn steps_to_target() {
    println!("\nDifference of restricted mean steps to a target, at 96 % (first look)\n");
    println!("{:>6} {:>12} {:>12} {:>10} {:>10}", "seeds", "correlation", "arrive", "by seed", "curves");
    let (horizon, spacing) = (500.0, 10.0);
    for (seeds, correlation, slow) in [5, 10, 20]
        .into_iter()
        .flat_map(|seeds| [(seeds, 0.0, 300.0), (seeds, 0.6, 300.0), (seeds, 0.6, 480.0)])
    {
        let mut random = Random(ChaCha8Rng::seed_from_u64(7));
        let mut arrived = 0.0;
        // Steps to arrive, seen at the next evaluation.
        let run = |median: f64, common: f64, random: &mut Random| {
            let noise = f64::sqrt(correlation) * common + f64::sqrt(1.0 - correlation) * random.normal();
            let steps = spacing * (median * f64::exp(0.3 * noise) / spacing).ceil();
            Watched { time: steps.min(horizon), happened: steps <= horizon }
        };
        let pairs = |count: usize, random: &mut Random| -> [Vec<Watched>; 2] {
            let both = (0..count).map(|_| {
                let common = random.normal();
                (run(200.0, common, random), run(slow, common, random))
            });
            let (fast, slow): (Vec<_>, Vec<_>) = both.unzip();
            [fast, slow]
        };
        let mean = |runs: &[Watched]| restricted_mean(runs, horizon).expect("watched to the end");
        let [fast, late] = pairs(200_000, &mut random);
        arrived += late.iter().filter(|run| run.happened).count() as f64 / late.len() as f64;
        let times = |runs: &[Watched]| runs.iter().map(|run| run.time).collect::<Vec<_>>();
        let average = |runs: &[Watched]| runs.iter().map(|run| run.time).sum::<f64>() / runs.len() as f64;
        let truth = average(&late) - average(&fast);
        let (mut by_seed, mut curves) = (0, 0);
        for _ in 0..3_000 {
            let [fast, late] = pairs(seeds, &mut random);
            let pair = PairedDifference::of(&times(&late), &times(&fast)).expect("finite");
            let pair = pair.no_finer_than(spacing / 6_f64.sqrt());
            by_seed += usize::from(pair.interval(0.96).contains(truth));
            let (fast, late) = (mean(&fast), mean(&late));
            let apart = PairedDifference {
                mean: late.mean - fast.mean,
                seed_variance: late.variance + fast.variance,
                ..pair
            };
            curves += usize::from(apart.interval(0.96).contains(truth));
        }
        let per_cent = |count: usize| format!("{:.1} %", count as f64 / 30.0);
        println!(
            "{seeds:>6} {correlation:>12} {:>10.0} % {:>10} {:>10}",
            100.0 * arrived,
            per_cent(by_seed),
            per_cent(curves)
        );
    }
}

/// The mean of one rule, as exported tables have it.
fn means() {
    println!("\nMean of one rule, at 95 % (exported tables)\n");
    println!("{:>6} {:>12} {:>8}", "seeds", "noise", "holds");
    for seeds in [2, 5, 10, 20] {
        for noise in [Noise::Normal, Noise::HeavyTails, Noise::Exponential] {
            let mut random = Random(ChaCha8Rng::seed_from_u64(8));
            let found = share(4_000, || {
                let values: Vec<f64> = (0..seeds).map(|_| random.draw(noise)).collect();
                let interval = Summary::of(&values).and_then(|summary| summary.interval(0.95));
                interval.is_some_and(|interval| interval.contains(0.0))
            });
            println!("{seeds:>6} {:>12} {:>6.1} %", format!("{noise:?}"), 100.0 * found);
        }
    }
}

/// Two rules of equal accuracy on the whole population: how often the interval on a sample of examples holds 0.
fn examples() {
    println!("{:>6} {:>10} {:>16} {:>12}", "seeds", "examples", "new examples", "these only");
    for (seeds, count) in [(5, 200_usize), (5, 1_000), (20, 200), (20, 1_000)] {
        let mut random = Random(ChaCha8Rng::seed_from_u64(5));
        let (mut new, mut these) = (0, 0);
        let rounds = 600;
        for _ in 0..rounds {
            // Each example is as hard for a rule as its own difficulty says; rules differ in which they find hard.
            let mut rule = || -> Vec<f64> { (0..count).map(|_| random.uniform()).collect() };
            let (mine, yours) = (rule(), rule());
            let common: Vec<f64> = (0..count).map(|_| random.uniform()).collect();
            let mut run = |own: &[f64]| {
                let mut bits = vec![0_u8; count.div_ceil(8)];
                let mut right = 0;
                for at in 0..count {
                    let chance =
                        if common[at] < 0.08 { if own[at] < 0.5 { 0.2 } else { 0.6 } } else { 0.995 };
                    if random.uniform() < chance {
                        bits[at / 8] |= 1 << (at % 8);
                        right += 1;
                    }
                }
                (f64::from(right) / count as f64, bits)
            };
            let a: Vec<(f64, Vec<u8>)> = (0..seeds).map(|_| run(&mine)).collect();
            let b: Vec<(f64, Vec<u8>)> = (0..seeds).map(|_| run(&yours)).collect();
            let values = |runs: &[(f64, Vec<u8>)]| runs.iter().map(|run| run.0).collect::<Vec<_>>();
            let bits = |runs: &[(f64, Vec<u8>)]| runs.iter().map(|run| run.1.clone()).collect::<Vec<_>>();
            let contender = |label: &str, runs: &[(f64, Vec<u8>)]| Contender {
                label: label.into(),
                learning_rate: 0.1,
                values: values(runs),
                correct: bits(runs),
                tuned: true,
                at_edge: false,
                widened: false,
            };
            let terms = Terms {
                problem: String::new(),
                metric: Metric::Accuracy,
                measured_on: MeasuredOn::Test,
                examples: Some(count),
                difference: MARGIN,
                exact: None,
                looks: vec![],
                start_fault: None,
                nothing_learnt: None,
            };
            let found = judge(&[contender("a", &a), contender("b", &b)], &terms);
            let holds = |interval: Option<thalweg_lab::statistics::Interval>| {
                interval.is_some_and(|i| i.contains(0.0))
            };
            new += usize::from(holds(found.judgements[0].interval));
            these += usize::from(holds(found.judgements[0].on_these_examples));
        }
        let per_cent = |count: usize| 100.0 * count as f64 / f64::from(rounds);
        println!("{seeds:>6} {count:>10} {:>14.1} % {:>10.1} %", per_cent(new), per_cent(these));
    }
}
