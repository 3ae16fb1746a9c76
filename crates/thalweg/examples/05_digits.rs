//! Mini-batch training on the embedded handwritten digits: accuracy on training and validation examples after every epoch,
//! and once, at the end, on the test examples.
//!
//! `cargo run -p thalweg --example 05_digits`

use std::error::Error;
use thalweg::data;
use thalweg::prelude::*;

/// Prints each evaluation; an observer may also stop the run.
struct Table;

impl Observer for Table {
    fn evaluated(&mut self, point: &Point) {
        let percent = |evaluation: Option<Evaluation>| match evaluation.and_then(|seen| seen.accuracy) {
            Some(accuracy) => format!("{:.1} %", 100.0 * accuracy),
            None => "-".into(),
        };
        let (training, validation) = (percent(point.training), percent(point.validation));
        println!("{:>5.1} {training:>9} {validation:>11}", point.epoch);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits = data::load("digits", &Options::default(), &Source::default())?;
    println!("{}: {} training examples\n", digits.title, digits.train.len());

    // Everything that determines the run: the same settings give the same bits.
    let rule = Specification::new("momentum", Dialect::Book).with("learning_rate", 0.1);
    let settings =
        TrainingSettings { hidden: vec![50], batch: 32, steps: 340, ..TrainingSettings::new("digits", rule) };
    let mut trainer = Trainer::<f32>::new(settings, &digits)?;

    println!("epoch  training  validation");
    if let Ending::Diverged { step } = trainer.run(&mut Table)? {
        return Err(format!("the loss grew out of bounds at step {step}; try a smaller learning rate").into());
    }
    let test = trainer.evaluate(&digits.test)?;
    println!("\ntest: {:.1} % of {}", 100.0 * test.accuracy.unwrap_or(0.0), test.examples);
    Ok(())
}
