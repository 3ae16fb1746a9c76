//! A rule of your own in twenty lines: from then on it has named state, checkpoints, schedules and a vectorised loop, and it
//! combines with every other rule by `then` into a single loop.
//!
//! `cargo run -p thalweg --example 04_your_own_rule`

use thalweg::lanes::Real;
use thalweg::optim::stages::WeightDecay;
use thalweg::optim::{Error, Moment, Optimizer, Passes, Rule, Schedule, Shape};

/// m ← β m + (1 − β) g, w ← w − η m / (|m| + ε): every parameter moves by nearly η, whatever the size of its gradient.
#[derive(Clone)]
struct SoftSign {
    learning_rate: f64,
    beta: f64,
    epsilon: f64,
}

impl Rule for SoftSign {
    type State<T: Real> = [T; 1];
    type Step<T: Real> = [T; 3];
    fn state_names(&self) -> Vec<&'static str> {
        vec!["first_moment"]
    }
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        visit("learning_rate", &mut self.learning_rate);
        visit("beta", &mut self.beta);
        visit("epsilon", &mut self.epsilon);
    }
    fn step<T: Real>(&self, _: &Moment) -> [T; 3] {
        [self.learning_rate, self.beta, self.epsilon].map(T::from_f64)
    }
    #[inline(always)]
    fn update<T: Real>(&[rate, beta, epsilon]: &[T; 3], gradient: T, _: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = beta * mean + (T::ONE - beta) * gradient;
        (rate * mean / (mean.abs() + epsilon), [mean])
    }
}

fn main() -> Result<(), Error> {
    let soft_sign = SoftSign { learning_rate: 0.1, beta: 0.9, epsilon: 1e-3 };
    descend("soft sign", soft_sign.clone())?;
    descend("weight decay, then soft sign", WeightDecay { weight_decay: 0.5 }.then(soft_sign))
}

/// 200 steps on f(w) = (w₀ − 1)² + 100 (w₁ − 1)² from 0, at a rate that falls by 3 % a step.
fn descend(name: &str, rule: impl Rule) -> Result<(), Error> {
    let schedule = Schedule { shape: Shape::Exponential { decay: 0.97 }, warmup: 0 };
    let mut optimizer = Passes::<f64>::flat(rule, 2).with_schedule(schedule);
    let mut w = [0.0, 0.0];
    for _ in 0..200 {
        let gradient = [2.0 * (w[0] - 1.0), 200.0 * (w[1] - 1.0)];
        optimizer.step(&mut w, &gradient)?;
    }
    println!("{name}: w = [{:.4}, {:.4}]", w[0], w[1]);
    Ok(())
}
