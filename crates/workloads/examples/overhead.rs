//! What the protocol and the store cost beside the runs: 10,000 cells of one millisecond each, on one thread and on two.
//!
//! cargo run --release -p thalweg-workloads --example overhead

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use thalweg_lab::cell::Cell;
use thalweg_lab::experiment::Document;
use thalweg_lab::fault::RunFault;
use thalweg_lab::outcome::{Curve, Outcome};
use thalweg_lab::protocol::{RunOptions, Runner, run};
use thalweg_lab::store::SqliteStore;
use thalweg_workloads::engine::vocabulary;

const EXPERIMENT: &str = "rules = [\"sgd\", \"momentum\", \"adam\", \"rmsprop\"]\n[protocol]\nsearch = \"sobol\"\n\
    tuning_trials = 2450\nconfirmation_top = 5\nconfirmation_seeds = 4\nfinal_seeds = 20\ndefault_seeds = 10\n\
    boundary_extensions = 0\n[problem]\ndataset = \"digits\"\n";

/// Works for a millisecond and says how well the rate suits.
#[derive(Default)]
struct Millisecond {
    spent: AtomicU64,
}

impl Runner for Millisecond {
    fn run(&self, cell: &Cell, unseal_test: bool, _: &AtomicBool) -> Result<Outcome, RunFault> {
        let started = Instant::now();
        while started.elapsed() < Duration::from_millis(1) {
            std::hint::spin_loop();
        }
        let validation = 0.9 - 0.01 * (cell.learning_rate() / 0.01).log10().powi(2);
        let steps: Vec<u32> = (0..30).collect();
        let curve = Curve { values: steps.iter().map(|&step| step as f32).collect(), steps };
        self.spent.fetch_add(started.elapsed().as_nanos() as u64, Ordering::Relaxed);
        Ok(Outcome {
            validation,
            validation_curve: curve.clone(),
            training_loss: curve,
            test: unseal_test.then_some(validation),
            unsealed: unseal_test,
            ..Outcome::default()
        })
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let experiment = Document::parse("overhead", EXPERIMENT)?.check(&vocabulary())?;
    let folder = std::env::temp_dir().join(format!("thalweg-overhead-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    for threads in [1, 2] {
        let mut store = SqliteStore::open(&folder.join(format!("{threads}.sqlite")))?;
        let (runner, stop) = (Millisecond::default(), AtomicBool::new(false));
        let started = Instant::now();
        let options = RunOptions { threads, code: "1", stop: &stop, observer: &mut |_| {} };
        run(&experiment, &runner, &mut store, options)?;
        let wall = started.elapsed().as_secs_f64();
        let cells = store.count()?;
        let spent = runner.spent.load(Ordering::Relaxed) as f64 * 1e-9;
        let overhead = 1e3 * (wall - spent / threads as f64) / cells as f64;
        println!(
            "{threads} threads: {cells} cells of 1 ms in {wall:.2} s, {overhead:.3} ms a cell beside them ({:.0} a second)",
            cells as f64 / wall
        );
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
