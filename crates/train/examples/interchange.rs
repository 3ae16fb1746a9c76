//! Networks with their inputs and outputs, written for other programs: what `conformance/interchange/check.py` reads.
//!
//! `cargo run -p thalweg-train --example interchange FOLDER`

use std::path::Path;
use thalweg_data::npz::write_npz;
use thalweg_nn::{Example, Initial, Layers, Loss, Session, initial_statistics, initialise, onnx};
use thalweg_train::{Naming, Weights};

/// Every layer that a sequence can have, in forms that a mistake would show in.
const SEQUENCE: &str = "conv 6 3 pad 1, batch-norm, relu, conv 8 3 stride 2 groups 2, elu, average-pool 2, linear 20, batch-norm, \
                        silu, layer-norm, dropout 0.3, linear 12, gelu, linear 9, tanh, linear 9, softplus, linear 9, selu, \
                        linear 9, leaky-relu, linear outputs";

/// Windows that the others do not have, and what only ONNX can say of the rest.
const ODD: &str = "conv 6 3x5 stride 2 pad 1 dilation 2, batch-norm, relu, average-pool 2 pad 1, residual(conv 6 3 pad same, relu), \
                   max-pool 2 pad 1, linear 20, hard-sigmoid, rms-norm, dropout 0.3 book, linear 9, step, linear 9, sigmoid, \
                   identity, linear outputs";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("say which folder to write to")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let images = Example { features: 2 * 12 * 10, image: Some([2, 12, 10]), outputs: 5, places: None };
    let text = Example { features: 7, image: None, outputs: 11, places: Some(7) };
    let networks = [
        ("sequence", SEQUENCE, &images),
        ("odd", ODD, &images),
        ("simple-convnet", "simple-convnet", &images),
        ("residual", "residual", &images),
        ("transformer", "transformer", &text),
        ("gru", "gru", &text),
    ];
    for (name, layers, example) in networks {
        let model = Layers::read(layers)?.model::<f32>(example, Loss::SoftmaxCrossEntropy)?;
        let parameters = initialise(&model.graph, Initial::HE, 3);
        let mut statistics = initial_statistics(&model.graph);
        // Means away from 0 and variances away from 1, so that nothing can be left out unnoticed.
        statistics.values_mut().iter_mut().enumerate().for_each(|(at, value)| {
            *value += 0.3 + 0.2 * (at as f32).sin();
        });
        let batch = 4;
        let inputs: Vec<f32> = (0..batch * example.features)
            .map(|at| match example.places {
                Some(_) => (at * at % example.outputs) as f32,
                None => (at as f32 * 0.37).sin(),
            })
            .collect();
        let mut session = Session::evaluation(&model.graph, batch, &[model.output])?;
        session.set_statistics(statistics.values())?;
        session.set_input(model.input, &inputs)?;
        session.forward(parameters.values())?;
        let outputs = session.value(model.output)?;
        write_npz(
            &folder.join(format!("{name}.npz")),
            &[("x", &[batch, example.features], &inputs), ("y", &[batch, outputs.len() / batch], outputs)],
        )?;
        std::fs::write(
            folder.join(format!("{name}.onnx")),
            onnx(&model, parameters.values(), statistics.values(), &Default::default())?,
        )?;
        let weights = Weights {
            model,
            parameters,
            raw: None,
            statistics,
            activation: thalweg_nn::Activation::Identity,
            settings: None,
            plan: Vec::new(),
        };
        for naming in [Naming::Torch, Naming::Keras] {
            // What is no sequence has no such names.
            let Ok(tensors) = weights.tensors(naming) else { continue };
            let arrays: Vec<(&str, &[usize], &[f32])> = tensors
                .iter()
                .map(|(name, shape, values)| (name.as_str(), &shape[..], &values[..]))
                .collect();
            write_npz(&folder.join(format!("{name}-{naming}.npz")), &arrays)?;
        }
    }
    Ok(())
}
