//! A rule of your own in twenty lines, and a name for it in as many: from then on it has named state, checkpoints, schedules and a vectorised loop, it
//! combines with every other rule by `then` into a single loop, and the lab knows its name (docs/your-own-rule.md).
//!
//! `cargo run --release -p thalweg --example 04_your_own_rule`

use std::error::Error;
use std::sync::atomic::AtomicBool;
use thalweg::data::Source;
use thalweg::lab::experiment::Document;
use thalweg::lab::protocol::{Event, RunOptions, run};
use thalweg::lab::store::MemoryStore;
use thalweg::lanes::Real;
use thalweg::optim::stages::WeightDecay;
use thalweg::optim::{
    Buildable, Catalogued, Composer, Dialect, Info, Moment, Optimizer, Passes, Rule, Schedule, Shape,
    register,
};
use thalweg::workloads::engine::{Engine, vocabulary};

/// m ← β m + (1 − β) g, w ← w − η m / (|m| + ε): every parameter moves by nearly η, whatever the size of its gradient.
#[derive(Clone)]
struct SoftSign {
    learning_rate: f64,
    beta1: f64,
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
        visit("beta1", &mut self.beta1);
        visit("epsilon", &mut self.epsilon);
    }
    fn step<T: Real>(&self, _: &Moment) -> [T; 3] {
        [self.learning_rate, self.beta1, self.epsilon].map(T::from_f64)
    }
    #[inline(always)]
    fn update<T: Real>(&[rate, beta, epsilon]: &[T; 3], gradient: T, _: T, [mean]: [T; 1]) -> (T, [T; 1]) {
        let mean = beta * mean + (T::ONE - beta) * gradient;
        (rate * mean / (mean.abs() + epsilon), [mean])
    }
}

/// Its row of the catalogue: what the lab, files and lists need to know.
impl Catalogued for SoftSign {
    const INFO: Info = Info {
        name: "soft-sign",
        title: "Soft sign",
        formula: "m ← β m + (1 − β) g, w ← w − η m / (|m| + ε)",
        paper: "this example",
        when: "to see how a rule is written",
        special: &[],
        differences: &[],
        rates: (1e-4, 0.1),
    };
    fn in_dialect(dialect: Dialect) -> Option<Self> {
        (dialect == Dialect::Paper).then_some(Self { learning_rate: 0.01, beta1: 0.9, epsilon: 1e-3 })
    }
    fn settings(&mut self, _: Dialect, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.hyperparameters(visit);
    }
    fn compose<T: Buildable>(&self, composer: Composer<T>) -> Composer<T> {
        composer.rule(self.clone())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let soft_sign = SoftSign { learning_rate: 0.1, beta1: 0.9, epsilon: 1e-3 };
    descend("soft sign", soft_sign.clone())?;
    descend("weight decay, then soft sign", WeightDecay { weight_decay: 0.5 }.then(soft_sign))?;
    compare()
}

/// 200 steps on f(w) = (w₀ − 1)² + 100 (w₁ − 1)² from 0, at a rate that falls by 3 % a step.
fn descend(name: &str, rule: impl Rule) -> Result<(), Box<dyn Error>> {
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

/// Soft sign against Adam on the handwritten digits, by the lab's protocol.
fn compare() -> Result<(), Box<dyn Error>> {
    register::<SoftSign>()?;
    let file = r#"
        rules = ["adam", { name = "soft-sign", dialect = "paper" }]
        [problem]
        dataset = "digits"
        epochs = 10
    "#;
    let experiment = Document::parse("your-own-rule", file)?.check(&vocabulary())?;
    let engine = Engine::new(&experiment, &Source::default())?;
    let (stop, observer) = (AtomicBool::new(false), &mut |_: Event<'_>| {});
    let options = RunOptions { threads: 2, code: "example", stop: &stop, observer };
    let comparison = run(&experiment, &engine, &mut MemoryStore::default(), options)?;
    println!("\n{}", comparison.conclusion.en);
    Ok(())
}
