//! Weights that torch and Keras wrote give what those libraries computed with them.

use std::path::{Path, PathBuf};
use thalweg_data::npy::Array;
use thalweg_data::npz::{read_npz, write_npz};
use thalweg_nn::{Activation, Example, LAYERS, Layers, Loss, NETWORKS, Session};
use thalweg_train::{Naming, Weights};

/// As in `conformance/interchange/check.py`, which made the files.
const SEQUENCE: &str = "conv 6 3 pad 1, batch-norm, relu, conv 8 3 stride 2 groups 2, elu, average-pool 2, linear 20, batch-norm, \
                        silu, layer-norm, dropout 0.3, linear 12, gelu, linear 9, tanh, linear 9, softplus, linear 9, selu, \
                        linear 9, leaky-relu, linear outputs";

struct Fixture {
    /// The weights alone.
    file: PathBuf,
    weights: Vec<(String, Array)>,
    inputs: Vec<f32>,
    outputs: Vec<f64>,
}

fn fixture(folder: &Path, name: &str) -> Fixture {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/interchange").join(name);
    let mut weights = read_npz(&path).unwrap();
    let mut take = |name: &str| {
        let place = weights.iter().position(|(known, _)| known == name).unwrap();
        weights.swap_remove(place).1.to_f64()
    };
    let (inputs, outputs) = (take("x:"), take("y:"));
    let values: Vec<Vec<f32>> =
        weights.iter().map(|(_, array)| array.to_f64().into_iter().map(|x| x as f32).collect()).collect();
    let arrays: Vec<(&str, &[usize], &[f32])> = weights
        .iter()
        .zip(&values)
        .map(|((name, array), values)| (name.as_str(), array.shape.as_slice(), values.as_slice()))
        .collect();
    let file = folder.join(name);
    write_npz(&file, &arrays).unwrap();
    Fixture { file, weights, inputs: inputs.into_iter().map(|x| x as f32).collect(), outputs }
}

#[test]
fn their_weights_give_their_outputs_and_go_back_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let example = Example { features: 240, image: Some([2, 12, 10]), outputs: 5, places: None };
    for (name, naming) in [("torch.npz", Naming::Torch), ("keras.npz", Naming::Keras)] {
        let Fixture { file, weights: theirs, inputs, outputs } = fixture(folder.path(), name);
        let model =
            Layers::read(SEQUENCE).unwrap().model::<f32>(&example, Loss::SoftmaxCrossEntropy).unwrap();
        let weights = Weights::load_into(&file, model).unwrap();
        let model = &weights.model;
        let mut session = Session::evaluation(&model.graph, inputs.len() / 240, &[model.output]).unwrap();
        session.set_statistics(weights.statistics.values()).unwrap();
        session.set_input(model.input, &inputs).unwrap();
        session.forward(weights.parameters.values()).unwrap();
        let found = session.value(model.output).unwrap();
        let largest = outputs.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
        assert!(largest > 0.1 && found.len() == outputs.len());
        for (found, expected) in found.iter().zip(&outputs) {
            let error = (f64::from(*found) - expected).abs() / largest;
            assert!(error < 2e-6, "{name}: {found} for {expected}");
        }
        // The numbers of the modules are ours on the way back; values and order are theirs.
        let back = weights.tensors(naming).unwrap();
        assert_eq!(back.len(), theirs.len());
        for (name, shape, values) in back {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let same = |array: &Array| array.shape == shape && array.to_f64() == values;
            assert!(theirs.iter().any(|(_, array)| same(array)), "{name}");
        }
    }
}

#[test]
fn a_network_of_another_kind_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let example = Example { features: 240, image: Some([2, 12, 10]), outputs: 5, places: None };
    let Fixture { file, .. } = fixture(folder.path(), "torch.npz");
    let layers: Layers = SEQUENCE.replace("linear 12", "linear 13").parse().unwrap();
    let model = layers.model::<f32>(&example, Loss::SoftmaxCrossEntropy).unwrap();
    let error = Weights::load_into(&file, model).err().unwrap().to_string();
    assert!(error.contains("torch.npz: the network needs 12.weight of shape [13, 20]"), "{error}");
    let error = Weights::<f32>::load(&file, None).err().unwrap().to_string();
    assert!(error.contains("say which network the weights are of (--network)"), "{error}");
}

#[test]
fn every_layer_and_activation_is_in_a_network_that_other_programs_evaluate() {
    // Layers that say which numbers an example has, and those of networks whose outputs are no scores.
    const WITHOUT: [&str; 3] = ["flatten", "image", "latent"];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/interchange.rs");
    let example = std::fs::read_to_string(path).unwrap();
    let mut written = example.clone();
    for (name, layers, _) in NETWORKS {
        // Named in the list of networks.
        if example.contains(&format!(", \"{name}\", &")) {
            written += &format!(", {layers}");
        }
    }
    let words: Vec<&str> =
        written.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').collect();
    let layers = LAYERS.iter().flat_map(|(form, _)| form.split(", "));
    let layers = layers.filter_map(|form| form.split([' ', '(']).next()).filter(|name| *name != "…");
    let names: Vec<&str> = layers.chain(Activation::ALL.iter().map(|(name, _)| *name)).collect();
    assert!(names.len() > 25, "{names:?}");
    for name in names.into_iter().filter(|name| !WITHOUT.contains(name)) {
        assert!(words.contains(&name), "no network of examples/interchange.rs has a layer `{name}`");
    }
}
