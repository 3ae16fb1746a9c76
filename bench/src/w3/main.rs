//! W3: the price of one optimizer step alone.
#![forbid(unsafe_code)]

mod floor;
mod rules;
mod serve;

use clap::{Parser, ValueEnum};
use serve::{Result, START, Step, gradient, serve};
use std::process::ExitCode;
use std::sync::Arc;
use thalweg::arena::{Arena, Layout};
use thalweg::optim::Optimizer;

/// One optimizer step, timed: rows `RULE SIZE SECONDS` come from standard input, answers go to standard output
#[derive(Parser)]
struct Arguments {
    /// Threads that a step may use
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// How the step is done
    #[arg(long, default_value = "plain")]
    variant: Variant,
}

/// Ways to do a step; all but the first answer for one rule only.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Variant {
    /// As the other libraries do it: gradients are not looked at before they are used
    Plain,
    /// The default: a gradient with a NaN is refused before anything changes
    Screened,
    /// State in 16 bits
    Bf16,
    /// State in 8 bits
    #[value(name = "8-bit")]
    EightBit,
    /// Stages interpreted block by block instead of compiled into one loop
    Interpreted,
    /// No rule: a plain sweep over the bytes that it reads and writes
    Floor,
    /// No rule: a root and a division for each element, in the first-level cache
    Divider,
}

fn main() -> ExitCode {
    let Arguments { threads, variant } = Arguments::parse();
    serve(|rule, lengths| {
        let mut layout = Layout::new();
        for (number, &length) in lengths.iter().enumerate() {
            layout.add(number.to_string(), &[length])?;
        }
        let layout = Arc::new(layout);
        if variant == Variant::Floor {
            let written = rules::written_buffers(rule)?;
            let floor =
                |written| Box::new(floor::Floor::new(layout.len(), written, threads)) as Box<dyn Step>;
            return Ok(written.map(floor));
        }
        if variant == Variant::Divider {
            let divider = || Box::new(floor::Divider::new(layout.elements())) as Box<dyn Step>;
            return Ok(rules::ROOT_AND_DIVISION.contains(&rule).then(divider));
        }
        let Some(mut optimizer) = rules::build(rule, variant, layout.clone())? else { return Ok(None) };
        optimizer.set_threads(threads);
        Ok(Some(Box::new(Update::new(optimizer, layout))))
    })
}

struct Update {
    optimizer: Box<dyn Optimizer<f32>>,
    parameters: Arena<f32>,
    gradients: [Arena<f32>; 2],
}

impl Update {
    fn new(optimizer: Box<dyn Optimizer<f32>>, layout: Arc<Layout>) -> Self {
        let filled = |value: &dyn Fn(usize) -> f32| {
            let mut arena = Arena::zeros(layout.clone());
            for tensor in layout.tensors() {
                let values = arena.values_mut()[tensor.range.clone()].iter_mut().enumerate();
                values.for_each(|(place, element)| *element = value(place));
            }
            arena
        };
        let gradients = [0, 1].map(|number| filled(&|place| gradient(number, place)));
        Self { optimizer, parameters: filled(&|_| START), gradients }
    }
}

impl Step for Update {
    fn step(&mut self, number: usize) -> Result<()> {
        Ok(self.optimizer.step(self.parameters.values_mut(), self.gradients[number % 2].values())?)
    }
}
