//! Numerical differentiation, and gradient descent with nothing else: f(x) = x₀² + x₁², whose gradient at (3, 4) is (6, 8).
//!
//! `cargo run -p thalweg --example 02_numerical_gradient`

use thalweg::nn::numerical::{Difference, STEP, gradient_descent, numerical_gradient};

fn f(x: &[f64]) -> f64 {
    x[0] * x[0] + x[1] * x[1]
}

fn main() {
    println!("the gradient by central differences of step {STEP}:");
    for x in [[3.0, 4.0], [0.0, 2.0], [3.0, 0.0]] {
        let gradient = numerical_gradient(f, &x, Difference::Central, STEP);
        println!("  at {x:?}: [{:.4}, {:.4}]", gradient[0], gradient[1]);
    }
    let forward = numerical_gradient(f, &[3.0, 4.0], Difference::Forward, STEP);
    println!("forward differences are off by the step: [{:.4}, {:.4}]", forward[0], forward[1]);

    println!("100 steps of gradient descent from [-3, 4] end at:");
    for (rate, what) in
        [(0.1, "the minimum, nearly"), (10.0, "far away: too large"), (1e-10, "the start: too small")]
    {
        let end = gradient_descent(f, &[-3.0, 4.0], rate, 100);
        println!("  rate {rate:e}: [{:.4e}, {:.4e}] ({what})", end[0], end[1]);
    }
}
