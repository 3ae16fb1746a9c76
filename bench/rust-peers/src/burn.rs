//! W3 in burn on its ndarray backend. A step takes the module and the gradients by value and gives the module back;
//! copies of the gradients (which share memory) are made before the clock starts.

#[path = "../../src/w3/serve.rs"]
mod serve;

use burn_autodiff::Autodiff;
// The name that `derive(Module)` writes.
use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::{Tensor, TensorData, backend::Backend};
use burn_ndarray::NdArray;
use burn_optim::momentum::MomentumConfig;
use burn_optim::{
    AdaGradConfig, AdamConfig, AdamWConfig, GradientsParams, Optimizer, RmsPropConfig, SgdConfig,
};
use serve::{Result, START, Step, gradient, serve};
use std::process::ExitCode;

type Inner = NdArray<f32>;
type Outer = Autodiff<Inner>;

const RATE: f64 = 1e-3;

#[derive(Module, Debug)]
struct Parameters<B: Backend> {
    all: Vec<Param<Tensor<B, 1>>>,
}

struct Update<O> {
    optimizer: O,
    parameters: Option<Parameters<Outer>>,
    gradients: [Vec<Tensor<Inner, 1>>; 2],
    prepared: GradientsParams,
}

impl<O: Optimizer<Parameters<Outer>, Outer> + 'static> Update<O> {
    fn boxed(optimizer: O, lengths: &[usize]) -> Box<dyn Step> {
        let device = Default::default();
        let values = |length: usize, value: &dyn Fn(usize) -> f32| {
            TensorData::new((0..length).map(value).collect::<Vec<_>>(), [length])
        };
        let parameter = |&length: &usize| Param::from_data(values(length, &|_| START), &device);
        let parameters = Some(Parameters { all: lengths.iter().map(parameter).collect() });
        let gradients = [0, 1].map(|number| {
            let tensor = |&length: &usize| {
                Tensor::from_data(values(length, &|place| gradient(number, place)), &device)
            };
            lengths.iter().map(tensor).collect()
        });
        Box::new(Self { optimizer, parameters, gradients, prepared: GradientsParams::new() })
    }
}

impl<O: Optimizer<Parameters<Outer>, Outer>> Step for Update<O> {
    fn prepare(&mut self, number: usize) -> Result<()> {
        for (parameter, gradient) in
            self.parameters.iter().flat_map(|all| &all.all).zip(&self.gradients[number % 2])
        {
            self.prepared.register(parameter.id, gradient.clone());
        }
        Ok(())
    }

    fn step(&mut self, _number: usize) -> Result<()> {
        let parameters = self.parameters.take().ok_or("an earlier step failed")?;
        self.parameters = Some(self.optimizer.step(RATE, parameters, std::mem::take(&mut self.prepared)));
        Ok(())
    }
}

fn main() -> ExitCode {
    serve(|rule, lengths| {
        let momentum = |nesterov| MomentumConfig::new().with_dampening(0.0).with_nesterov(nesterov);
        let adamw = AdamWConfig::new().with_weight_decay(0.01);
        Ok(Some(match rule {
            "sgd" => Update::boxed(SgdConfig::new().init(), lengths),
            "momentum" => {
                Update::boxed(SgdConfig::new().with_momentum(Some(momentum(false))).init(), lengths)
            }
            "nesterov" => Update::boxed(SgdConfig::new().with_momentum(Some(momentum(true))).init(), lengths),
            "adagrad" => Update::boxed(AdaGradConfig::new().init(), lengths),
            "rmsprop" => Update::boxed(RmsPropConfig::new().with_momentum(0.0).init(), lengths),
            "adam" => Update::boxed(AdamConfig::new().init(), lengths),
            "adamw" => Update::boxed(adamw.init(), lengths),
            _ => return Ok(None),
        }))
    })
}
