//! W2: three of the book's experiments as whole programs, from start-up over reading the data to the result.

use clap::{Parser, ValueEnum};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use thalweg::data::{Batches, Dataset, Sampling};
use thalweg::nn::Initial;
use thalweg::optim::rules::Sgd;
use thalweg::optim::stages::WeightDecay;
use thalweg::optim::{Dialect, Optimizer, Passes, Rule, Specification};
use thalweg::train::{BackgroundLosses, Evaluator};
use thalweg_bench::{BATCH, HIDDEN, Result, Run, finish, in_parallel, mnist, network, rounded};

/// (a): rule and learning rate, in the book's order.
const RULES: [(&str, f64); 4] = [("sgd", 0.01), ("momentum", 0.01), ("adagrad", 0.01), ("adam", 0.001)];
/// (b) and (c): examples a batch.
const SMALL_BATCH: usize = 100;
/// Examples an evaluation of the whole set looks at in one go.
const EVALUATED: usize = 500;

/// One program of W2, from start to result
#[derive(Parser)]
struct Arguments {
    /// Which program
    #[arg(long)]
    program: Program,
    /// Training runs at a time; each is single-threaded
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Share of the steps or trials to run, for a look whether the program works
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// Folder that holds mnist/*.gz (default: where Thalweg always looks, THALWEG_DATA first)
    #[arg(long)]
    data: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Program {
    /// Four rules on W1's network
    A,
    /// Two layers, accuracy every epoch
    B,
    /// 100 trials of learning rate and weight decay
    C,
}

fn main() -> ExitCode {
    let started = Instant::now();
    finish(run(Arguments::parse(), started))
}

fn run(arguments: Arguments, started: Instant) -> Result<()> {
    let dataset = mnist(arguments.data)?;
    let share = |count: usize| ((count as f64 * arguments.fraction).round() as usize).max(1);
    let (workload, result) = match arguments.program {
        Program::A => ("w2a", compare_rules(&dataset, share(2_000), arguments.threads)?),
        Program::B => ("w2b", train_two_layers(&dataset, share(10_000), arguments.threads)?),
        Program::C => ("w2c", search_hyperparameters(&dataset, share(100), arguments.threads)?),
    };
    let mut line = Map::from_iter([
        ("peer".into(), json!("thalweg")),
        ("workload".into(), json!(workload)),
        ("threads".into(), json!(arguments.threads)),
    ]);
    line.extend(result);
    line.insert("seconds".into(), json!(rounded(started.elapsed().as_secs_f64(), 3)));
    println!("{}", Value::Object(line));
    Ok(())
}

/// (a) Four rules on the same batches; the mean of the last 100 losses of each.
fn compare_rules(dataset: &Dataset, steps: usize, threads: usize) -> Result<Map<String, Value>> {
    let model = network(&HIDDEN)?;
    let losses = in_parallel(threads, RULES.len(), |number| {
        let (name, rate) = RULES[number];
        let rule = Specification::new(name, Dialect::Torch).with("learning_rate", rate);
        let mut optimizer = rule.build::<f32>(model.graph.layout().clone())?;
        let mut run = Run::new(&model, &dataset.train, BATCH, Initial::HE, 1)?;
        let mut losses = Vec::with_capacity(steps);
        for _ in 0..steps {
            losses.push(run.step(|parameters, gradients| optimizer.step(parameters, gradients))?);
        }
        let recent = &losses[losses.len().saturating_sub(100)..];
        Ok(recent.iter().sum::<f64>() / recent.len() as f64)
    })?;
    let named = RULES.iter().zip(losses).map(|((name, _), loss)| (name.to_string(), json!(rounded(loss, 4))));
    Ok(Map::from_iter([("final_loss".into(), Value::Object(named.collect()))]))
}

/// (b) 784-50-10; accuracy over both splits at the start of every epoch of 600 steps.
fn train_two_layers(dataset: &Dataset, steps: usize, threads: usize) -> Result<Map<String, Value>> {
    let model = network(&[50])?;
    let mut sgd = Passes::new(Sgd { learning_rate: 0.1 }, model.graph.layout().clone());
    let mut run = Run::new(&model, &dataset.train, SMALL_BATCH, Initial::Normal { scale: 0.01 }, 1)?;
    let mut evaluator = Evaluator::new(model.clone(), EVALUATED);
    evaluator.set_threads(threads);
    let (mut losses, mut accuracies) = (Vec::with_capacity(steps), [None; 2]);
    // With a second thread, that one takes the loss of each batch while this one learns the next.
    let mut background = (threads > 1).then(|| BackgroundLosses::new(&model, &dataset.train)).transpose()?;
    for number in 0..steps {
        match &mut background {
            None => losses.push(run.step(|parameters, gradients| sgd.step(parameters, gradients))?),
            Some(background) => {
                let batch = run.learn(|parameters, gradients| sgd.step(parameters, gradients))?.to_vec();
                background.ask(run.parameters.values(), &batch);
            }
        }
        if number % 600 == 0 {
            for (accuracy, examples) in accuracies.iter_mut().zip([&dataset.train, &dataset.test]) {
                *accuracy = evaluator.evaluate(&run.parameters, examples)?.accuracy;
            }
        }
    }
    if let Some(background) = &mut background {
        losses = background.losses()?;
    }
    if losses.len() != steps {
        return Err(format!("{} losses after {steps} steps", losses.len()).into());
    }
    let [train, test] = accuracies.map(|accuracy| json!(accuracy.map(|accuracy| rounded(accuracy, 4))));
    Ok(Map::from_iter([("train_accuracy".into(), train), ("test_accuracy".into(), test)]))
}

/// (c) Random pairs of learning rate and weight decay, 50 epochs of 4 steps on 400 images each, judged on another 100.
fn search_hyperparameters(dataset: &Dataset, trials: usize, threads: usize) -> Result<Map<String, Value>> {
    let order = Batches::new(500, 500, Sampling::Shuffled, 1)?.next_indices().to_vec();
    let (validation, train) = order.split_at(100);
    let (validation, train) = (dataset.train.select(validation), dataset.train.select(train));
    let model = network(&[100; 6])?;
    let layout = model.graph.layout();
    let accuracies = in_parallel(threads, trials, |trial| {
        let mut random = ChaCha8Rng::seed_from_u64(trial as u64);
        let weight_decay = 10f64.powf(random.random_range(-8.0..-4.0));
        let sgd = Sgd { learning_rate: 10f64.powf(random.random_range(-6.0..-2.0)) };
        // The book's penalty is on the weights alone, not on the biases.
        let mut of_weights = Passes::new(WeightDecay { weight_decay }.then(sgd), layout.clone());
        let mut of_biases = Passes::new(sgd, layout.clone());
        let mut run = Run::new(&model, &train, SMALL_BATCH, Initial::HE, trial as u64)?;
        let mut evaluator = Evaluator::new(model.clone(), EVALUATED);
        let (mut losses, mut curve) = (Vec::new(), Vec::new());
        for number in 0..50 * 4 {
            losses.push(run.step(|parameters, gradients| {
                for (index, tensor) in layout.tensors().iter().enumerate() {
                    let pass: &mut dyn Optimizer<f32> =
                        if tensor.shape.len() == 2 { &mut of_weights } else { &mut of_biases };
                    let range = tensor.range.clone();
                    pass.step_tensor(index, &mut parameters[range.clone()], &gradients[range])?;
                }
                Ok(())
            })?);
            if number % 4 == 0 {
                let seen = evaluator.evaluate(&run.parameters, &train)?.accuracy;
                curve.push((seen, evaluator.evaluate(&run.parameters, &validation)?.accuracy));
            }
        }
        Ok(curve.last().and_then(|(_, validation)| *validation).unwrap_or(0.0))
    })?;
    let best = accuracies.into_iter().fold(0.0, f64::max);
    Ok(Map::from_iter([("best_validation_accuracy".into(), json!(rounded(best, 4)))]))
}
