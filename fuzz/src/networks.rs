//! Networks in words.

use thalweg_nn::{Example, Initial, Layers, Loss, Model, initial_statistics, initialise, onnx as exported};

/// Parameters up to which a network is made, not only planned.
const SMALL: usize = 100_000;

/// Networks that the layers in a text describe: for rows, for images and for a text.
fn models(bytes: &[u8]) -> Vec<Model<f32>> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let Ok(layers) = text.parse::<Layers>() else { return Vec::new() };
    let again = layers.to_string().parse::<Layers>();
    assert!(again.is_ok_and(|again| again == layers), "what we write is what we read");
    let row = Example { features: 16, image: None, outputs: 3, places: None };
    let image = Example { image: Some([1, 4, 4]), ..row.clone() };
    let places = Example { places: Some(16), ..row.clone() };
    let build = |example: &Example| layers.model::<f32>(example, Loss::SoftmaxCrossEntropy).ok();
    [&row, &image, &places].into_iter().filter_map(build).collect()
}

/// Lists of layers: read, built and planned.
pub(crate) fn layers(bytes: &[u8]) {
    for model in models(bytes) {
        let _ = thalweg_nn::Plan::training(&model.graph, 2, model.objective, &[]).map(|plan| plan.bytes());
    }
}

/// Networks as ONNX files.
pub(crate) fn onnx(bytes: &[u8]) {
    for model in models(bytes).iter().filter(|model| model.graph.layout().len() <= SMALL) {
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let _ = exported(model, parameters.values(), initial_statistics(&model.graph).values(), &[]);
    }
}
