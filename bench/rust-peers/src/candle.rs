//! W3 in candle: its optimizers take gradients only from a backward pass, which runs before the clock starts.

#[path = "../../src/w3/serve.rs"]
mod serve;

use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD};
use serve::{Result, START, Step, gradient, serve};
use std::process::ExitCode;

const RATE: f64 = 1e-3;

struct Update<O> {
    optimizer: O,
    gradients: [GradStore; 2],
}

impl<O: Optimizer> Step for Update<O> {
    fn step(&mut self, number: usize) -> Result<()> {
        Ok(self.optimizer.step(&self.gradients[number % 2])?)
    }
}

/// Gradients of the sum of w g: g.
fn gradients(parameters: &[Var], number: usize) -> Result<GradStore> {
    let mut sum = Tensor::zeros((), candle_core::DType::F32, &Device::Cpu)?;
    for parameter in parameters {
        let values: Vec<f32> = (0..parameter.elem_count()).map(|place| gradient(number, place)).collect();
        sum = (sum + (parameter.as_tensor() * Tensor::new(values, &Device::Cpu)?)?.sum_all()?)?;
    }
    Ok(sum.backward()?)
}

fn main() -> ExitCode {
    serve(|rule, lengths| {
        if !["sgd", "adam", "adamw"].contains(&rule) {
            return Ok(None);
        }
        let filled = |&length: &usize| Var::from_tensor(&Tensor::full(START, length, &Device::Cpu)?);
        let parameters = lengths.iter().map(filled).collect::<candle_core::Result<Vec<_>>>()?;
        let gradients = [gradients(&parameters, 0)?, gradients(&parameters, 1)?];
        let adamw = |weight_decay| ParamsAdamW { lr: RATE, weight_decay, ..ParamsAdamW::default() };
        Ok(Some(match rule {
            "sgd" => Box::new(Update { optimizer: SGD::new(parameters, RATE)?, gradients }),
            "adam" => Box::new(Update { optimizer: AdamW::new(parameters, adamw(0.0))?, gradients }),
            "adamw" => Box::new(Update { optimizer: AdamW::new(parameters, adamw(0.01))?, gradients }),
            _ => return Ok(None),
        }))
    })
}
