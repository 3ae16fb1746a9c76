//! What a new layer must have: a row of the table, words that are read and written, a gradient, a form in ONNX. Each test names
//! the layer that lacks one of them.

use super::*;
use crate::{Example, Initial, Loss, Model, Session, check_gradients, initial_statistics, initialise, onnx};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Networks in which every layer of the grammar occurs.
const IMAGES: &[&str] = &[
    "conv 4 3 pad 1, batch-norm, tanh, max-pool 2, linear 6, layer-norm, sigmoid, linear outputs",
    "image 4x4x4, conv 4 3 pad same groups 2, average-pool 2, residual(tanh), flatten, rms-norm, linear outputs",
    "conv 4 3, softplus, global-average-pool, dropout 0.3, linear outputs",
    "linear 5, tanh, latent 2, linear 5, tanh, linear inputs",
];
const TEXTS: &[&str] = &[
    "embedding 4, positions, residual(attention 2 causal), layer-norm, linear outputs",
    "embedding 4, gru 3, linear outputs",
];

fn samples() -> impl Iterator<Item = (&'static str, Example)> {
    let image = Example { features: 64, image: Some([1, 8, 8]), outputs: 3, places: None };
    let text = Example { features: 4, image: None, outputs: 3, places: Some(4) };
    let images = IMAGES.iter().map(move |network| (*network, image.clone()));
    images.chain(TEXTS.iter().map(move |network| (*network, text.clone())))
}

fn model(network: &str, example: &Example) -> Model<f64> {
    network.parse::<Layers>().unwrap().model(example, Loss::SoftmaxCrossEntropy).unwrap()
}

/// Every layer of the samples, those inside of others included.
fn sampled() -> Vec<Layer> {
    fn add(layers: &Layers, found: &mut Vec<Layer>) {
        for layer in &layers.0 {
            found.push(layer.clone());
            if let Layer::Residual(inner) = layer {
                add(inner, found);
            }
        }
    }
    let mut found = Vec::new();
    samples().for_each(|(network, _)| add(&network.parse().unwrap(), &mut found));
    found
}

#[test]
fn every_variant_occurs_in_a_sample() {
    let source = include_str!("mod.rs");
    let variants = source.split_once("pub enum Layer {\n").unwrap().1.split_once("\n}").unwrap().0;
    let variants = variants.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = variants.filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    let word = |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap().to_owned();
    let variants: BTreeSet<String> = variants.map(word).collect();
    let found: BTreeSet<String> = sampled().iter().map(|layer| word(&format!("{layer:?}"))).collect();
    assert!(variants.len() > 15, "{variants:?}");
    assert_eq!(variants, found, "give each variant of `Layer` a place in IMAGES or TEXTS");
}

#[test]
fn the_table_has_every_layer_and_nothing_else() {
    let written = |layer: &Layer| match layer {
        Layer::Activation(_) => None,
        Layer::Residual(_) => Some("residual(…)".to_owned()),
        other => other.to_string().split(' ').next().map(str::to_owned),
    };
    let found: BTreeSet<String> = sampled().iter().filter_map(written).collect();
    let known: BTreeSet<String> = names().into_iter().map(str::to_owned).collect();
    assert_eq!(found, known, "give each layer a row of LAYERS and a place in IMAGES or TEXTS");
}

#[test]
fn every_layer_is_written_as_it_is_read() {
    for (network, _) in samples() {
        let layers: Layers = network.parse().unwrap();
        assert_eq!(layers.to_string().parse::<Layers>().unwrap(), layers, "{network}");
    }
}

#[test]
fn every_layer_has_its_gradient() {
    for (network, example) in samples() {
        let model = model(network, &example);
        let graph = Arc::clone(&model.graph);
        let mut session = Session::training(&graph, 3, model.objective, &[]).unwrap();
        session.set_step(1, 5);
        let inputs = (0..3 * example.features).map(|at| match example.places {
            Some(_) => (at % example.outputs) as f64,
            None => 0.5 + 0.4 * (at as f64 * 1.7).sin(),
        });
        session.set_input(model.input, &inputs.collect::<Vec<f64>>()).unwrap();
        if model.target != model.input {
            let labels = (0..3 * example.places.unwrap_or(1)).map(|at| (at % example.outputs) as u32);
            session.set_labels(model.target, &labels.collect::<Vec<_>>()).unwrap();
        }
        let parameters = initialise(&graph, Initial::Normal { scale: 0.5 }, 3);
        for check in check_gradients(&mut session, parameters.values(), Some(10)).unwrap() {
            // The gradient of a bias before `batch-norm`, and of what attention adds to every key, is 0.
            let zero = network.contains("batch-norm") && check.name == "b1" || check.name.starts_with("bk");
            assert!(check.max_relative_difference < 1e-5 || zero, "{network}: {check:?}");
        }
    }
}

#[test]
fn every_layer_can_be_written_as_onnx() {
    for (network, example) in samples() {
        let model = model(network, &example);
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let written =
            onnx(&model, parameters.values(), initial_statistics(&model.graph).values(), &Default::default());
        assert!(written.is_ok(), "{network}: {}", written.unwrap_err());
    }
}

#[test]
fn every_op_and_loss_checks_its_gradient() {
    // Parts that several ops share, and the table of activations.
    const PARTS: [&str; 7] = ["mod", "activation", "loops", "pairwise", "parallel", "pointwise", "window"];
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for folder in ["ops", "losses"] {
        for entry in std::fs::read_dir(source.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            if path.is_dir() || PARTS.contains(&stem.as_str()) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let checks = |line: &str| line.contains("assert_") && line.contains("gradients");
            let checked = text.lines().any(|line| checks(line) && !line.trim_start().starts_with("use "));
            assert!(checked, "{} has no gradient check at the bottom", path.display());
        }
    }
}

#[test]
fn a_plan_takes_time_in_proportion_to_the_layers() {
    let example = Example { features: 64, image: Some([1, 8, 8]), outputs: 10, places: None };
    let seconds = |layers: usize| {
        let text = format!("{}linear outputs", "linear 1, relu, ".repeat(layers));
        let started = std::time::Instant::now();
        let model =
            text.parse::<Layers>().unwrap().model::<f32>(&example, Loss::SoftmaxCrossEntropy).unwrap();
        crate::Plan::training(&model.graph, 2, model.loss, &[]).unwrap();
        started.elapsed().as_secs_f64()
    };
    // 16 times as many take 16 times as long, or 256 times if each looks at all others.
    let ratios: Vec<f64> = (0..3).map(|_| seconds(64_000) / seconds(4_000)).collect();
    assert!(ratios.iter().any(|ratio| *ratio < 100.0), "{ratios:?}");
}
