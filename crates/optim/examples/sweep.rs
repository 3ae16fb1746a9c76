//! Times one update of Adam: `cargo run --release -p thalweg-optim --example sweep`.

use std::time::Instant;
use thalweg_optim::rules::Adam;
use thalweg_optim::stages::WeightDecay;
use thalweg_optim::{Optimizer, Passes, Rule};

fn time(name: &str, mut pass: impl Optimizer<f32>, n: usize) {
    let mut parameters = vec![0.1f32; n];
    let gradients: Vec<f32> = (0..n).map(|i| (i % 97) as f32 * 1e-3 - 0.05).collect();
    let repeats = (50_000_000 / n).clamp(3, 2000);
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..repeats {
            pass.step(&mut parameters, &gradients).expect("the lengths agree");
        }
        best = best.min(start.elapsed().as_secs_f64() / repeats as f64);
    }
    println!("{name:24} {n:>10} parameters  {:>10.1} us", best * 1e6);
}

fn main() {
    println!("instruction set: {}", thalweg_lanes::isa());
    for n in [110_000, 25_000_000] {
        time("adam", Passes::flat(Adam::torch(), n), n);
        time(
            "weight decay, then adam",
            Passes::flat(WeightDecay { weight_decay: 1e-4 }.then(Adam::torch()), n),
            n,
        );
    }
}
