//! Inference with trained weights: MNIST's test images one by one, then in batches of 100, with the same answers.
//!
//! `cargo run -p thalweg --example 06_neuralnet_mnist -- WEIGHTS`, where WEIGHTS is an NPZ or safetensors file.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use thalweg::data::{self, Options, Source};
use thalweg::train::{Evaluator, Weights};

const WITHOUT_WEIGHTS: &str = "\
give a file of weights: cargo run -p thalweg --example 06_neuralnet_mnist -- WEIGHTS
It is an NPZ or safetensors file with arrays W1, b1, W2, b2, …: the book's sample_weight.pkl, say, saved again from Python by
  numpy.savez('weights.npz', **pickle.load(open('sample_weight.pkl', 'rb')))
or a network trained here by
  cargo run --release -- train --dataset mnist --save weights.safetensors";

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("{WITHOUT_WEIGHTS}");
        return ExitCode::FAILURE;
    };
    if let Err(error) = infer(Path::new(&path)) {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn infer(path: &Path) -> Result<(), Box<dyn Error>> {
    let weights = Weights::<f32>::load(path, None)?;
    let mnist = data::load("mnist", &Options::default(), &Source::default())?;

    for tensor in weights.parameters.layout().tensors() {
        println!("{} {:?}", tensor.name, tensor.shape);
    }
    println!("{} after each hidden layer", weights.activation);

    for batch in [1, 100] {
        let mut evaluator = Evaluator::new(weights.model.clone(), batch);
        let start = Instant::now();
        let seen = evaluator.evaluate(&weights.parameters, &mnist.test)?;
        let (accuracy, seconds) = (seen.accuracy.unwrap_or(0.0), start.elapsed().as_secs_f64());
        println!("batches of {batch:>3}: accuracy {accuracy:.4} in {seconds:.2} s");
    }

    let mut evaluator = Evaluator::new(weights.model.clone(), 1);
    let first = mnist.test.slice(0..1);
    if let ([prediction], Some(label)) =
        (&evaluator.predict(&weights.parameters, &first)?[..], first.label(0))
    {
        let (class, probability) = (prediction.class, prediction.probability);
        println!("the first image is a {label}; the network says {class} with probability {probability:.3}");
    }
    Ok(())
}
