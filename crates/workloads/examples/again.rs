//! Does a rule win again as often as "would win again" says? Whole comparisons on random problems, repeated, printed as a table.
//!
//! ```sh
//! cargo run --release -p thalweg-workloads --example again
//! ```
//!
//! A problem is three rules with a best learning rate, a peak and a width of their own, and noise that is partly common to the
//! seeds. Each of 300 comparisons is made once to get the predicted shares, and then 20 times with other seeds to see who wins: with
//! the protocol of the preset, from the first trial to the last final run. The predictions are grouped by their size.

use std::sync::atomic::AtomicBool;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use thalweg_lab::cell::Cell;
use thalweg_lab::comparison::ProblemResult;
use thalweg_lab::experiment::{Document, Experiment};
use thalweg_lab::fault::RunFault;
use thalweg_lab::outcome::{Curve, Outcome};
use thalweg_lab::protocol::{RunOptions, Runner, run};
use thalweg_lab::statistics::normal_quantile;
use thalweg_lab::store::MemoryStore;
use thalweg_workloads::engine::vocabulary;

const COMPARISONS: usize = 300;
const REPEATS: usize = 20;
const GROUPS: usize = 5;
/// The standard deviation of a run.
const SPREAD: f64 = 0.01;

/// A problem whose runs are drawn.
struct Drawn {
    /// Of each rule: the logarithm of the best rate, the score there, and the loss at a decade from it.
    rules: Vec<(f64, f64, f64)>,
    /// The share of the variance that a seed brings to all runs.
    common: f64,
}

impl Drawn {
    fn new(apart: f64, random: &mut ChaCha8Rng) -> Self {
        let rule = |_| {
            let peak = 0.9 + apart * SPREAD * normal(random);
            (-3.0 + 2.0 * unit(random), peak, 0.02 + 0.08 * unit(random))
        };
        Self { rules: (0..3).map(rule).collect(), common: 0.8 * unit(random) }
    }
}

impl Runner for Drawn {
    fn run(&self, cell: &Cell, unseal_test: bool, _: &AtomicBool) -> Result<Outcome, RunFault> {
        let (best, peak, loss) = self.rules[cell.arm];
        let mean = peak - loss * (cell.learning_rate().log10() - best).powi(2);
        let of_seed = normal(&mut ChaCha8Rng::seed_from_u64(cell.seed));
        let mut own =
            ChaCha8Rng::seed_from_u64(cell.seed ^ cell.learning_rate().to_bits() ^ (cell.arm as u64) << 32);
        let run =
            |own: f64| mean + SPREAD * (self.common.sqrt() * of_seed + (1.0 - self.common).sqrt() * own);
        // The test split is another sample: half of what a run has of its own is common to both splits.
        let (shared, here, there) = (normal(&mut own), normal(&mut own), normal(&mut own));
        let half = 0.5_f64.sqrt();
        let validation = run(half * (shared + here));
        Ok(Outcome {
            validation,
            validation_curve: Curve { steps: vec![0, 10], values: vec![0.1, validation as f32] },
            test: unseal_test.then(|| run(half * (shared + there)) - 0.005),
            unsealed: unseal_test,
            ..Outcome::default()
        })
    }
}

fn unit(random: &mut ChaCha8Rng) -> f64 {
    ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    normal_quantile(unit(random))
}

fn compare(experiment: &Experiment, problem: &Drawn) -> ProblemResult {
    let stop = AtomicBool::new(false);
    let options = RunOptions { threads: 1, code: "1", stop: &stop, observer: &mut |_| {} };
    let found = run(experiment, problem, &mut MemoryStore::default(), options).expect("nothing fails");
    found.problems.into_iter().next().expect("one problem")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for preset in ["quick", "standard"] {
        let text = format!(
            "preset = \"{preset}\"\nrules = [\"sgd\", \"momentum\", \"adam\"]\n[problem]\ndataset = \"digits\"\n\
             learning_rates = {{ sgd = {{ from = 1e-5, to = 1 }}, momentum = {{ from = 1e-5, to = 1 }}, adam = {{ from = 1e-5, to = 1 }} }}\n"
        );
        let mut experiment = Document::parse("again", &text)?.check(&vocabulary())?;
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut groups = [[0.0; 3]; GROUPS];
        for number in 0..COMPARISONS {
            // From rules nearly alike to rules that a few runs tell apart.
            let problem = Drawn::new([0.3, 1.0, 3.0][number % 3], &mut random);
            experiment.seed = random.next_u64() >> 1;
            let predicted = compare(&experiment, &problem);
            let mut happened = vec![0.0; predicted.rules.len()];
            for _ in 0..REPEATS {
                experiment.seed = random.next_u64() >> 1;
                let again = compare(&experiment, &problem);
                let winner = predicted.rules.iter().position(|rule| rule.label == again.verdict.ranking[0]);
                happened[winner.expect("the same rules")] += 1.0 / REPEATS as f64;
            }
            for (rule, happened) in predicted.rules.iter().zip(happened) {
                let share = rule.wins_again.expect("something is random");
                let group = &mut groups[((GROUPS as f64 * share) as usize).min(GROUPS - 1)];
                [share, happened, 1.0].iter().zip(group).for_each(|(value, sum)| *sum += value);
            }
        }
        println!("preset {preset}: predicted shares of \"would win again\", and what happened\n");
        println!("{:>12} {:>8} {:>10} {:>10} {:>6}", "predicted", "rules", "on average", "happened", "off");
        for (number, [predicted, happened, count]) in groups.into_iter().enumerate() {
            let (low, high) = (100 * number / GROUPS, 100 * (number + 1) / GROUPS);
            let [predicted, happened] = [predicted, happened].map(|sum| 100.0 * sum / count);
            println!(
                "{:>12} {count:>8} {predicted:>8.1} % {happened:>8.1} % {:>+6.1}",
                format!("{low} to {high} %"),
                happened - predicted
            );
        }
        println!();
    }
    Ok(())
}
