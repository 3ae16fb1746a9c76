//! W1: the price of one training step, MLP 784-100-100-100-100-10 at batch 128 with Adam: gather, forward, backward, update.

use clap::Parser;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use thalweg::data::Sampling;
use thalweg::optim::{Dialect, Specification};
use thalweg::train::{Settings, Trainer};
use thalweg_bench::{BATCH, HIDDEN, Result, finish, mnist, rounded};

/// Steps before the clock starts: caches, scratch memory, the processor's frequency.
const WARMUP: u64 = 200;
/// The loss that is printed is taken over the first so many training images, outside the timed part.
const EVALUATED: usize = 10_000;

/// One training step of W1, timed
#[derive(Parser)]
struct Arguments {
    /// Cores this process may use; a run of this size is single-threaded by design, so more change nothing
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Timed steps
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Folder that holds mnist/*.gz (default: where Thalweg always looks, THALWEG_DATA first)
    #[arg(long)]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    finish(measure(Arguments::parse()))
}

fn measure(arguments: Arguments) -> Result<()> {
    let dataset = mnist(arguments.data)?;
    let rule = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.001);
    let settings = Settings {
        hidden: HIDDEN.to_vec(),
        batch: BATCH,
        sampling: Sampling::WithReplacement,
        steps: WARMUP + arguments.steps,
        ..Settings::new("mnist", rule)
    };
    let mut trainer = Trainer::<f32>::new(settings, &dataset)?;
    for _ in 0..WARMUP {
        trainer.step()?;
    }
    let started = Instant::now();
    for _ in 0..arguments.steps {
        trainer.step()?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let judged = dataset.train.slice(0..EVALUATED.min(dataset.train.len()));
    let line = json!({
        "peer": "thalweg",
        "workload": "w1",
        "microseconds_per_step": rounded(1e6 * seconds / arguments.steps as f64, 1),
        "steps": arguments.steps,
        "final_loss": rounded(trainer.evaluate(&judged)?.loss, 5),
        "threads": arguments.threads,
    });
    println!("{line}");
    Ok(())
}
