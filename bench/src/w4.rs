//! W4: the price of one training step of (a) the book's convolutional network, (b) 2c2d, (c) a tiny network: gather, forward,
//! backward, Adam.

use clap::{Parser, ValueEnum};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use thalweg::data::{Dataset, Examples, Sampling, Targets};
use thalweg::optim::{Dialect, Specification};
use thalweg::train::{Trainer, TrainingSettings};
use thalweg_bench::{Result, finish, mnist, rounded};

/// The loss that is printed is taken over the first so many training examples, outside the timed part.
const EVALUATED: usize = 10_000;

/// One training step of W4, timed
#[derive(Parser)]
struct Arguments {
    /// Which network: a, the book's; b, 2c2d; c, 4-64-64-2
    #[arg(long, value_enum)]
    program: Program,
    /// Threads for large layers and the update
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Timed steps
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Folder that holds mnist/*.gz (default: where Thalweg always looks, THALWEG_DATA first)
    #[arg(long)]
    data: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Program {
    A,
    B,
    C,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::A => "w4a",
            Program::B => "w4b",
            Program::C => "w4c",
        }
    }

    fn network(self) -> &'static str {
        match self {
            Program::A => "simple-convnet",
            Program::B => "2c2d",
            Program::C => "linear 64, relu, linear 64, relu, linear outputs",
        }
    }

    fn batch(self) -> usize {
        if matches!(self, Program::C) { 64 } else { 100 }
    }
}

fn main() -> ExitCode {
    finish(measure(Arguments::parse()))
}

fn measure(arguments: Arguments) -> Result<()> {
    let program = arguments.program;
    let dataset = if matches!(program, Program::C) { four_numbers()? } else { mnist(arguments.data)? };
    let rule = Specification::new("adam", Dialect::Torch).with("learning_rate", 0.001);
    let warmup = (arguments.steps / 10).max(5);
    let settings = TrainingSettings {
        network: Some(program.network().into()),
        batch: program.batch(),
        sampling: Sampling::WithReplacement,
        steps: warmup + arguments.steps,
        ..TrainingSettings::new(&dataset.name, rule)
    };
    let mut trainer = Trainer::<f32>::new(settings, &dataset)?;
    trainer.set_threads(arguments.threads);
    for _ in 0..warmup {
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
        "workload": program.name(),
        "microseconds_per_step": rounded(1e6 * seconds / arguments.steps as f64, 1),
        "steps": arguments.steps,
        "final_loss": rounded(trainer.evaluate(&judged)?.loss, 5),
        "threads": arguments.threads,
    });
    println!("{line}");
    Ok(())
}

/// Rows of four numbers whose class is whether the first two multiply to more than the others.
fn four_numbers() -> Result<Dataset> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let inputs: Vec<f32> = (0..4 * 10_000).map(|_| 2.0 * random.random::<f32>() - 1.0).collect();
    let labels = inputs.chunks_exact(4).map(|x| u32::from(x[0] * x[1] > x[2] * x[3])).collect();
    let examples = Examples::new(inputs, 4, Targets::Labels(labels))?;
    let mut dataset = thalweg::data::load("digits", &Default::default(), &Default::default())?;
    dataset.name = "four numbers".into();
    (dataset.shape, dataset.image) = (vec![4], None);
    dataset.classes = vec!["no".into(), "yes".into()];
    (dataset.train, dataset.validation, dataset.test) = (examples.clone(), examples.slice(0..0), examples);
    Ok(dataset)
}
