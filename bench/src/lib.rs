//! What both workloads need: the data, one training run, and several runs at a time.
#![forbid(unsafe_code)]

mod parallel;
mod run;

pub use parallel::in_parallel;
pub use run::Run;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use thalweg::data::{self, Dataset, Options, Source};
use thalweg::nn::{Activation, Loss, Mlp, Model};

/// Every error of these programs ends in `main`.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The hidden layers of W1 and W2 (a).
pub const HIDDEN: [usize; 4] = [100; 4];
/// The batch of W1 and W2 (a).
pub const BATCH: usize = 128;

/// Ends a program, with the error as a sentence if there was one.
pub fn finish(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// MNIST with all 60,000 training images, as the other peers train on, from `folder/mnist` or where Thalweg always looks.
pub fn mnist(folder: Option<PathBuf>) -> Result<Dataset> {
    let options = Options { validation: Some(0), ..Options::default() };
    Ok(data::load("mnist", &options, &Source { data_dir: folder })?)
}

/// A network from pixels to ten classes, ReLU after each of the `hidden` layers.
pub fn network(hidden: &[usize]) -> Result<Model<f32>> {
    let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
    let mlp = Mlp { inputs: 784, hidden: hidden.to_vec(), outputs: 10, activation, loss };
    Ok(mlp.build()?)
}

/// `value` with so many decimals, as the result column shows it.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}
