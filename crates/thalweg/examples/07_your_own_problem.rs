//! A problem of one's own in the lab: logistic regression on two clouds of points, written here, compared like any other. What
//! the lab needs is a loss with its gradient for the next batch, and a loss on the validation split.
//!
//! `cargo run --release -p thalweg --example 07_your_own_problem`

use std::error::Error;
use std::sync::atomic::AtomicBool;
use thalweg::arena::Layout;
use thalweg::data::Source;
use thalweg::lab::experiment::Document;
use thalweg::lab::fault::OwnFault;
use thalweg::lab::protocol::{RunOptions, run};
use thalweg::lab::store::MemoryStore;
use thalweg::workloads::engine::{Engine, Judged, Objective, Own, Split, Tensor, vocabulary};

/// The problem: starts a run for every cell.
struct Clouds;

/// One run: the same points for all, batches from the seed.
struct Run {
    batch: u64,
}

impl Own for Clouds {
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
        Ok(Box::new(Run { batch: seed % 1_000 }))
    }
}

impl Objective for Run {
    fn parameters(&self) -> Vec<Tensor> {
        vec![Tensor { name: "w".into(), shape: vec![3], values: vec![0.0; 3] }]
    }

    fn gradients(&mut self, _: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
        self.batch += 1;
        let (loss, gradient) = mean(at, self.batch * 20..self.batch * 20 + 20);
        into[..3].copy_from_slice(&gradient);
        Ok(loss)
    }

    fn evaluate(&mut self, _: &Layout, at: &[f64], _: Split) -> Result<Judged, OwnFault> {
        Ok(Judged { loss: mean(at, 1_000_000..1_000_400).0, accuracy: None })
    }

    fn has_splits(&self) -> bool {
        false
    }
}

/// Logistic loss and its gradient over some points.
fn mean(w: &[f64], points: std::ops::Range<u64>) -> (f64, [f64; 3]) {
    let count = (points.end - points.start) as f64;
    let (mut loss, mut gradient) = (0.0, [0.0; 3]);
    for index in points {
        let (x, label) = point(index);
        let score: f64 = x.iter().zip(w).map(|(x, w)| x * w).sum();
        let probability = 1.0 / (1.0 + (-score).exp());
        loss -= (if label == 1.0 { probability } else { 1.0 - probability }).max(1e-300).ln() / count;
        gradient.iter_mut().zip(x).for_each(|(gradient, x)| *gradient += (probability - label) * x / count);
    }
    (loss, gradient)
}

/// Point number `index` of two clouds that overlap, one coordinate ten times as large as the other.
fn point(index: u64) -> ([f64; 3], f64) {
    let mut bits = index.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut uniform = || {
        bits = (bits ^ (bits >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let label = f64::from(u8::from(uniform() > 0.0));
    ([10.0 * (uniform() + 0.4 * label), uniform() + 0.4 * label, 1.0], label)
}

fn main() -> Result<(), Box<dyn Error>> {
    let text =
        "rules = ['sgd', 'momentum', 'adam']\n[problem]\nname = 'clouds'\nprogram = ['clouds']\nsteps = 100";
    let experiment = Document::parse("clouds", text)?.check(&vocabulary())?;
    let mut engine = Engine::new(&experiment, &Source::default())?;
    engine.own(0, Box::new(Clouds));
    let options = RunOptions { threads: 2, code: "1", stop: &AtomicBool::new(false), observer: &mut |_| {} };
    let comparison = run(&experiment, &engine, &mut MemoryStore::default(), options)?;
    for rule in &comparison.problems[0].rules {
        let figures: Vec<f64> = rule.runs.iter().filter_map(|run| run.outcome.figure()).collect();
        let mean = figures.iter().sum::<f64>() / figures.len() as f64;
        println!(
            "{} at rate {}: loss {mean:.4} over {} seeds",
            rule.label,
            rule.learning_rate,
            figures.len()
        );
    }
    println!("{}", comparison.conclusion.en);
    Ok(())
}
