//! The time of one forward and backward pass of a 784-100-100-100-100-10 network at batch 128, against the fourteen matrix
//! products it consists of, measured in turn: `cargo run --release -p thalweg-nn --example step_time`.

use std::time::Instant;
use thalweg_arena::Arena;
use thalweg_matrix::{Matrix, MatrixMut, gemm};
use thalweg_nn::{Activation, GraphError, Initial, Loss, Mlp, Session, initialise};

const BATCH: usize = 128;
const WIDTHS: [usize; 6] = [784, 100, 100, 100, 100, 10];
const ROUNDS: usize = 40;
const STEPS: usize = 50;

fn main() -> Result<(), GraphError> {
    let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
    let mlp = Mlp { inputs: WIDTHS[0], hidden: WIDTHS[1..5].to_vec(), outputs: WIDTHS[5], activation, loss };
    let model = mlp.build::<f32>()?;
    let parameters = initialise(&model.graph, Initial::HE, 1);
    let mut gradients = Arena::<f32>::zeros(model.graph.layout().clone());
    let mut session = Session::training(&model.graph, BATCH, model.loss, &[])?;
    for (i, x) in session.input_mut(model.input)?.iter_mut().enumerate() {
        *x = (i * 7919 % 1013) as f32 / 1013.0;
    }
    for (i, label) in session.labels_mut(model.target)?.iter_mut().enumerate() {
        *label = (i % 10) as u32;
    }
    println!("{}\n", session.plan());

    let mut products = Products::new();
    let (mut bare, mut forward, mut backward) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(microseconds(|| products.run()));
        let (mut ahead, mut back) = (0.0, 0.0);
        for _ in 0..STEPS {
            let start = Instant::now();
            session.forward(parameters.values())?;
            let middle = Instant::now();
            session.backward(parameters.values(), gradients.values_mut())?;
            ahead += (middle - start).as_secs_f64() * 1e6 / STEPS as f64;
            back += middle.elapsed().as_secs_f64() * 1e6 / STEPS as f64;
        }
        forward.push(ahead);
        backward.push(back);
    }
    let step: Vec<f64> =
        forward.iter().zip(&backward).map(|(forward, backward)| forward + backward).collect();
    println!("µs, median (and best) of {ROUNDS} rounds of {STEPS}");
    for (name, times) in
        [("14 products", &bare), ("forward", &forward), ("backward", &backward), ("step", &step)]
    {
        println!("{name:<12} {:7.1} ({:.1})", median(times), best(times));
    }
    println!("step / products: {:.3} ({:.3})", median(&step) / median(&bare), best(&step) / best(&bare));
    Ok(())
}

/// The mean time of `STEPS` calls.
fn microseconds(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..STEPS).for_each(|_| work());
    start.elapsed().as_secs_f64() * 1e6 / STEPS as f64
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn best(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The matrices of one layer, and room for its results: what a step reads and writes, and nothing else.
struct Layer {
    x: Vec<f32>,
    w: Vec<f32>,
    y: Vec<f32>,
    gradient: Vec<f32>,
    x_gradient: Vec<f32>,
    w_gradient: Vec<f32>,
}

struct Products(Vec<Layer>);

impl Products {
    fn new() -> Self {
        let filled = |len: usize| (0..len).map(|i| (i * 31 % 101) as f32 / 101.0 - 0.5).collect();
        let layer = |pair: &[usize]| Layer {
            x: filled(BATCH * pair[0]),
            w: filled(pair[0] * pair[1]),
            y: filled(BATCH * pair[1]),
            gradient: filled(BATCH * pair[1]),
            x_gradient: filled(BATCH * pair[0]),
            w_gradient: filled(pair[0] * pair[1]),
        };
        Self(WIDTHS.windows(2).map(layer).collect())
    }

    fn run(&mut self) {
        for (layer, widths) in self.0.iter_mut().zip(WIDTHS.windows(2)) {
            let (x, w) =
                (Matrix::new(&layer.x, BATCH, widths[0]), Matrix::new(&layer.w, widths[0], widths[1]));
            gemm(x, w, MatrixMut::new(&mut layer.y, BATCH, widths[1]), false);
        }
        for (number, (layer, widths)) in self.0.iter_mut().zip(WIDTHS.windows(2)).enumerate().rev() {
            let (x, w) =
                (Matrix::new(&layer.x, BATCH, widths[0]), Matrix::new(&layer.w, widths[0], widths[1]));
            let gradient = Matrix::new(&layer.gradient, BATCH, widths[1]);
            let (w_out, x_out) = (&mut layer.w_gradient, &mut layer.x_gradient);
            gemm(x.transposed(), gradient, MatrixMut::new(w_out, widths[0], widths[1]), false);
            if number > 0 {
                gemm(gradient, w.transposed(), MatrixMut::new(x_out, BATCH, widths[0]), false);
            }
        }
    }
}
