//! W1: the price of one training step, MLP 784-100-100-100-100-10 at batch 128 with Adam: gather, forward, backward, update.
//! `--floor` times its matrix products alone, through the library that computes them.

use clap::Parser;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Barrier;
use std::time::Instant;
use thalweg::data::{Examples, Sampling};
use thalweg::optim::{Dialect, Specification};
use thalweg::train::{Trainer, TrainingSettings};
use thalweg_bench::{BATCH, HIDDEN, Result, finish, mnist, rounded};
use thalweg_matrix::{Matrix, MatrixMut, gemm};

/// Steps before the clock starts: caches, scratch memory, the processor's frequency.
const WARMUP: u64 = 200;
/// The loss that is printed is taken over the first so many training images, outside the timed part.
const EVALUATED: usize = 10_000;

/// MNIST's mean pixel: less it, no pixel is zero.
const MEAN: f32 = 0.1307;

/// One training step of W1, timed
#[derive(Parser)]
struct Arguments {
    /// Cores this process may use; a run of this size is single-threaded by design, so more change nothing
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Timed steps
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// The fourteen matrix products of a step and nothing else
    #[arg(long)]
    floor: bool,
    /// Pixels less their mean, so that none is zero and none is skipped
    #[arg(long, conflicts_with = "floor")]
    dense: bool,
    /// This many independent runs at the same time, each on a thread of its own; the time is that of a step of all of them
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "floor")]
    runs: u64,
    /// Folder that holds mnist/*.gz (default: where Thalweg always looks, THALWEG_DATA first)
    #[arg(long)]
    data: Option<PathBuf>,
}

fn main() -> ExitCode {
    finish(measure(Arguments::parse()))
}

fn measure(arguments: Arguments) -> Result<()> {
    if arguments.floor {
        return floor(&arguments);
    }
    let mut dataset = mnist(arguments.data)?;
    if arguments.dense {
        let train = &dataset.train;
        let pixels: Vec<f32> = train.inputs().iter().map(|pixel| pixel - MEAN).collect();
        dataset.train = Examples::new(pixels, train.features(), train.targets().clone())?;
    }
    let rule = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.001);
    let settings = TrainingSettings {
        hidden: HIDDEN.to_vec(),
        batch: BATCH,
        sampling: Sampling::WithReplacement,
        steps: WARMUP + arguments.steps,
        ..TrainingSettings::new("mnist", rule)
    };
    let start = Barrier::new(arguments.runs as usize);
    let one = |seed: u64| -> Result<(f64, Trainer<'_, f32>)> {
        let mut trainer = Trainer::<f32>::new(TrainingSettings { seed, ..settings.clone() }, &dataset)?;
        for _ in 0..WARMUP {
            trainer.step()?;
        }
        start.wait();
        let started = Instant::now();
        for _ in 0..arguments.steps {
            trainer.step()?;
        }
        Ok((started.elapsed().as_secs_f64(), trainer))
    };
    let (seconds, mut trainer) = std::thread::scope(|scope| {
        let others: Vec<_> = (1..arguments.runs).map(|run| scope.spawn(move || one(1 + run))).collect();
        let (mut seconds, trainer) = one(1)?;
        for other in others {
            seconds = other.join().map_err(|_| "a run panicked")??.0.max(seconds);
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((seconds, trainer))
    })?;
    let judged = dataset.train.slice(0..EVALUATED.min(dataset.train.len()));
    let line = json!({
        "peer": "thalweg",
        "workload": "w1",
        "microseconds_per_step": rounded(1e6 * seconds / arguments.steps as f64, 1),
        "steps": arguments.steps,
        "final_loss": rounded(trainer.evaluate(&judged)?.loss, 5),
        "threads": arguments.threads,
        "runs": arguments.runs,
    });
    println!("{line}");
    Ok(())
}

/// Forward x W; backward xᵀ G for every weight, and G Wᵀ for all layers but the first.
fn floor(arguments: &Arguments) -> Result<()> {
    let widths: Vec<usize> = [784].into_iter().chain(HIDDEN).chain([10]).collect();
    let filled =
        |len: usize, seed: f32| -> Vec<f32> { (0..len).map(|at| (at as f32 * 0.7 + seed).sin()).collect() };
    let mut layers: Vec<_> = widths
        .windows(2)
        .map(|pair| {
            let [inputs, outputs] = [pair[0], pair[1]];
            (
                inputs,
                outputs,
                filled(BATCH * inputs, 1.0),
                filled(inputs * outputs, 2.0),
                filled(BATCH * outputs, 3.0),
            )
        })
        .collect();
    let largest = 784 * 100;
    let mut out = vec![0.0f32; largest.max(BATCH * 784)];
    let mut step = || {
        for (number, (inputs, outputs, x, w, g)) in layers.iter_mut().enumerate() {
            let (inputs, outputs) = (*inputs, *outputs);
            let (x, w, g) = (
                Matrix::new(x, BATCH, inputs),
                Matrix::new(w, inputs, outputs),
                Matrix::new(g, BATCH, outputs),
            );
            gemm(x, w, MatrixMut::new(&mut out[..BATCH * outputs], BATCH, outputs), false);
            gemm(x.transposed(), g, MatrixMut::new(&mut out[..inputs * outputs], inputs, outputs), false);
            if number > 0 {
                gemm(g, w.transposed(), MatrixMut::new(&mut out[..BATCH * inputs], BATCH, inputs), false);
            }
            std::hint::black_box(&mut out);
        }
    };
    (0..WARMUP).for_each(|_| step());
    let started = Instant::now();
    (0..arguments.steps).for_each(|_| step());
    let seconds = started.elapsed().as_secs_f64();
    let line = json!({
        "peer": "thalweg-floor",
        "workload": "w1",
        "microseconds_per_step": rounded(1e6 * seconds / arguments.steps as f64, 1),
        "steps": arguments.steps,
        "threads": arguments.threads,
    });
    println!("{line}");
    Ok(())
}
