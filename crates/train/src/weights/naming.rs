//! Weights under the names, and in the layouts, of other frameworks.
//!
//! torch keeps a linear weight as `[outputs, inputs]` and counts the modules of an `nn.Sequential`; Keras keeps the channels of
//! an image last, so filters are `[rows, columns, inputs, outputs]`, and the rows of a weight after a flattened image have
//! another order. Biases and normalisations are the same everywhere.

use super::tensor::Tensor;
use crate::TrainError;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use thalweg_arena::display_shape;
use thalweg_nn::{Element, Model, Plan, PlannedNode};

/// Whose names and layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Naming {
    /// `W1`, `b1`, …, as in the source notes.
    #[default]
    Thalweg,
    /// `0.weight`, `0.bias`, `3.running_mean`, …: the `state_dict` of an `nn.Sequential`.
    Torch,
    /// `dense/kernel`, `conv2d_1/bias`, …: the paths of the weights of a `keras.Sequential`.
    Keras,
}

impl Naming {
    /// Every naming with its name.
    pub const ALL: [(&str, Naming); 3] =
        [("thalweg", Naming::Thalweg), ("torch", Naming::Torch), ("keras", Naming::Keras)];

    /// Returns the naming that these names follow: that of another framework, or else our own.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let torch = |name: &str| module(name).is_some();
        let keras = |name: &str| layer(name).is_some();
        if names.clone().next().is_none() {
            Naming::Thalweg
        } else if names.clone().all(torch) {
            Naming::Torch
        } else if names.clone().all(keras) {
            Naming::Keras
        } else {
            Naming::Thalweg
        }
    }
}

impl fmt::Display for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(_, naming)| naming == self).map_or("", |(name, _)| name))
    }
}

impl FromStr for Naming {
    type Err = TrainError;

    fn from_str(text: &str) -> Result<Self, TrainError> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, naming)| *naming);
        found.ok_or_else(|| {
            TrainError::Setting(format!("there is no naming `{text}`; there are thalweg, torch and keras"))
        })
    }
}

/// `block.12.weight`: the number of the module and what of it this is.
fn module(name: &str) -> Option<(usize, &str)> {
    let (module, part) = name.rsplit_once('.')?;
    let number = module.rsplit('.').next()?.parse().ok()?;
    PARTS.contains(&part).then_some((number, part))
}

/// What a module of torch keeps of its weights and statistics.
const PARTS: [&str; 5] = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

/// Gives modules with names of their own (`fc1.weight`, in a class of one's own) numbers, in the order of their names; numbers in names
/// count as numbers. With a `model`, each of its layers gets the first module whose shapes fit. Returns a line for each module that says
/// which layer it is taken for; none where nothing had to be matched.
pub(super) fn number_modules<T: Element>(
    tensors: &mut [Tensor<T>],
    model: Option<&Model<T>>,
) -> Result<Vec<String>, TrainError> {
    let mut modules: BTreeMap<Vec<(String, u64)>, Module> = BTreeMap::new();
    for (name, shape, _) in tensors.iter() {
        let Some((module, part)) = name.rsplit_once('.').filter(|(_, part)| PARTS.contains(part)) else {
            return Ok(Vec::new());
        };
        let found = modules.entry(natural(module)).or_default();
        found.name = module.to_owned();
        found.parts.insert(part.to_owned(), shape.clone());
    }
    if tensors.iter().all(|(name, _, _)| module(name).is_some()) {
        return Ok(Vec::new());
    }
    let mut left: Vec<Module> = modules.into_values().collect();
    let mut order = Vec::new();
    for layer in model.map(layers_with_weights).transpose()?.unwrap_or_default() {
        let fits = |module: &Module| layer.iter().all(|(part, shape)| module.parts.get(part) == Some(shape));
        if let Some(place) = left.iter().position(fits) {
            order.push(left.remove(place));
        }
    }
    order.extend(left);
    for (name, _, _) in tensors.iter_mut() {
        let Some((module, part)) = name.rsplit_once('.') else { continue };
        if let Some(number) = order.iter().position(|one| one.name == module) {
            *name = format!("{number}.{part}");
        }
    }
    let line = |(number, module): (usize, &Module)| {
        let weight =
            module.parts.get("weight").map_or_else(String::new, |shape| format!(" {}", display_shape(shape)));
        format!("`{}`{weight} is taken for layer {} of those with weights", module.name, number + 1)
    };
    Ok(order.iter().enumerate().map(line).collect())
}

/// A module of torch: its name, and the shapes of what it keeps.
#[derive(Default)]
struct Module {
    name: String,
    parts: BTreeMap<String, Vec<usize>>,
}

/// For each layer with weights, what torch calls its tensors, and their shapes there.
fn layers_with_weights<T: Element>(model: &Model<T>) -> Result<Vec<Vec<(String, Vec<usize>)>>, TrainError> {
    let layout = model.graph.layout().tensors().iter().chain(model.graph.statistics().tensors());
    let shapes: BTreeMap<&str, &[usize]> =
        layout.map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice())).collect();
    let (layers, _) = counted(model, Naming::Torch)?;
    let tensors = |layer: Counted| -> Result<Vec<(String, Vec<usize>)>, TrainError> {
        let shape = |(ours, part, _, [lay, _]): (String, &str, &str, [Lay; 2])| {
            let shape = shapes.get(ours.as_str()).ok_or_else(|| missing(&ours))?;
            Ok((part.to_owned(), turned(&lay, shape)))
        };
        layer.tensors.into_iter().map(shape).collect()
    };
    layers.into_iter().map(tensors).collect()
}

/// A key by which names are sorted as people count: `fc2` before `fc10`.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut key = vec![(String::new(), 0u64)];
    let mut in_number = false;
    for letter in name.chars() {
        match (letter.to_digit(10), key.last_mut()) {
            (Some(digit), Some(last)) => {
                in_number = true;
                last.1 = last.1.saturating_mul(10).saturating_add(digit.into());
            }
            (None, Some(last)) if !in_number => last.0.push(letter),
            (None, _) => {
                in_number = false;
                key.push((letter.to_string(), 0));
            }
            (Some(_), None) => {}
        }
    }
    key
}

/// `sequential/dense_2/kernel`: the kind of layer, its number among those of its kind, and what of it this is.
fn layer(name: &str) -> Option<(&str, usize, &str)> {
    let (layer, part) = name.rsplit_once('/')?;
    let layer = layer.rsplit('/').next()?;
    let known = ["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "scale", "embeddings"];
    let (kind, number) = match layer.rsplit_once('_').map(|(kind, number)| (kind, number.parse())) {
        Some((kind, Ok(number))) => (kind, number),
        _ => (layer, 0),
    };
    known.contains(&part).then_some((kind, number, part))
}

/// The layout that another framework gives a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lay {
    Same,
    /// Rows and columns exchanged.
    Transposed,
    /// Filters with the output channel last.
    ChannelsLast,
    /// The rows (of a vector: elements) of a flattened image in channels-last order: its channels, rows and columns.
    Rows([usize; 3]),
}

/// One tensor under both names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    ours: String,
    theirs: String,
    lay: Lay,
}

/// A layer with weights as another framework counts it.
struct Counted {
    /// torch: its place among the modules.
    module: usize,
    /// Keras: its kind, and how many of it came before.
    kind: &'static str,
    number: usize,
    /// Our name, the names in torch and Keras, and the layouts in torch and Keras.
    tensors: Vec<(String, &'static str, &'static str, [Lay; 2])>,
}

/// The layers of a network that have weights.
fn counted<T: Element>(model: &Model<T>, naming: Naming) -> Result<(Vec<Counted>, usize), TrainError> {
    let plan = Plan::evaluation(&model.graph, 1, &[model.output])?;
    let nodes: BTreeMap<&str, &PlannedNode> =
        plan.nodes().iter().map(|node| (node.name.as_str(), node)).collect();
    let is_leaf = |node: &PlannedNode| node.inputs.is_empty();
    let (mut module, mut numbers) = (0, BTreeMap::<&str, usize>::new());
    let mut found: Vec<Counted> = Vec::new();
    let mut last: Option<&str> = None;
    for node in plan.nodes().iter().filter(|node| !is_leaf(node)) {
        let input = nodes[node.inputs[0].as_str()];
        // In a sequence each layer works on the output of the one before it.
        if last.is_some_and(|last| last != input.name) {
            return Err(beyond(node, naming));
        }
        last = Some(&node.name);
        if node.op == "view" && is_leaf(input) {
            // The examples as images: theirs are images from the start.
            continue;
        }
        let same = || [Lay::Same, Lay::Same];
        let ours = |place: usize| node.inputs[place].clone();
        let image = flattened(&nodes, node);
        let rows = || [Lay::Same, image.map_or(Lay::Same, Lay::Rows)];
        let (kind, tensors) = match node.op {
            "linear" => {
                let weight = [Lay::Transposed, image.map_or(Lay::Same, Lay::Rows)];
                ("dense", vec![(ours(1), "weight", "kernel", weight), (ours(2), "bias", "bias", same())])
            }
            "conv2d" => {
                let weight = [Lay::Same, Lay::ChannelsLast];
                ("conv2d", vec![(ours(1), "weight", "kernel", weight), (ours(2), "bias", "bias", same())])
            }
            "batch_norm" => (
                "batch_normalization",
                vec![
                    (ours(1), "weight", "gamma", rows()),
                    (ours(2), "bias", "beta", rows()),
                    (ours(3), "running_mean", "moving_mean", rows()),
                    (ours(4), "running_var", "moving_variance", rows()),
                ],
            ),
            "layer_norm" => (
                "layer_normalization",
                vec![(ours(1), "weight", "gamma", rows()), (ours(2), "bias", "beta", rows())],
            ),
            "rms_norm" => ("rms_normalization", vec![(ours(1), "weight", "scale", rows())]),
            "embedding" => ("embedding", vec![(ours(1), "weight", "embeddings", same())]),
            "view" | "max_pool" | "average_pool" | "dropout" | "softmax" | "log_softmax" => ("", Vec::new()),
            // Activations.
            _ if node.inputs.len() == 1 => ("", Vec::new()),
            _ => return Err(beyond(node, naming)),
        };
        if !tensors.is_empty() {
            let number = numbers.entry(kind).or_default();
            found.push(Counted { module, kind, number: *number, tensors });
            *number += 1;
        }
        module += 1;
    }
    Ok((found, module))
}

fn beyond(node: &PlannedNode, naming: Naming) -> TrainError {
    let sequence = if naming == Naming::Keras { "keras.Sequential" } else { "nn.Sequential" };
    TrainError::Setting(format!(
        "`{}` ({}) is more than a sequence of layers, so the network has no counterpart in {sequence}; write it with its own \
         names, or as .onnx",
        node.name, node.op
    ))
}

/// Channels, rows and columns of the image whose numbers, in one row, a node works on.
fn flattened(nodes: &BTreeMap<&str, &PlannedNode>, node: &PlannedNode) -> Option<[usize; 3]> {
    let mut at = nodes.get(node.inputs.first()?.as_str())?;
    loop {
        let before = nodes.get(at.inputs.first()?.as_str())?;
        match (at.op, before.shape.as_slice()) {
            ("view", &[_, channels, rows, columns]) => return Some([channels, rows, columns]),
            ("linear" | "conv2d" | "embedding", _) => return None,
            _ => at = before,
        }
    }
}

/// Returns the tensors under both names.
fn pairs<T: Element>(model: &Model<T>, naming: Naming) -> Result<Vec<Pair>, TrainError> {
    let (layers, _) = counted(model, naming)?;
    let all = layers.into_iter().flat_map(|layer| {
        let Counted { module, kind, number, tensors } = layer;
        tensors.into_iter().map(move |(ours, torch, keras, [of_torch, of_keras])| match naming {
            Naming::Keras => {
                let layer = if number == 0 { kind.to_owned() } else { format!("{kind}_{number}") };
                Pair { ours, theirs: format!("{layer}/{keras}"), lay: of_keras }
            }
            _ => Pair { ours, theirs: format!("{module}.{torch}"), lay: of_torch },
        })
    });
    Ok(all.collect())
}

/// Renames the tensors of a network from our names to those of `naming`.
pub(super) fn outwards<T: Element>(
    model: &Model<T>,
    tensors: Vec<Tensor<T>>,
    naming: Naming,
) -> Result<Vec<Tensor<T>>, TrainError> {
    if naming == Naming::Thalweg {
        return Ok(tensors);
    }
    let pairs = pairs(model, naming)?;
    let renamed = pairs.iter().map(|pair| {
        let (_, shape, values) =
            tensors.iter().find(|(name, _, _)| *name == pair.ours).ok_or_else(|| missing(&pair.ours))?;
        let order = order(&pair.lay, shape);
        let values = order.iter().map(|&at| values[at]).collect();
        Ok((pair.theirs.clone(), turned(&pair.lay, shape), values))
    });
    renamed.collect()
}

fn missing(name: &str) -> TrainError {
    TrainError::Setting(format!("the network has no tensor {name}"))
}

/// Renames tensors from the names of `naming` to ours. Modules and layers are matched by their order, whatever their numbers.
pub(super) fn inwards<T: Element>(
    model: &Model<T>,
    mut tensors: Vec<Tensor<T>>,
    naming: Naming,
) -> Result<Vec<Tensor<T>>, TrainError> {
    renumber(&mut tensors, naming, &pairs(model, naming)?);
    let layout = model.graph.layout().tensors().iter().chain(model.graph.statistics().tensors());
    let shapes: BTreeMap<&str, &[usize]> =
        layout.map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice())).collect();
    let mut found = Vec::new();
    for pair in pairs(model, naming)? {
        let shape = *shapes.get(pair.ours.as_str()).ok_or_else(|| missing(&pair.ours))?;
        let expected = turned(&pair.lay, shape);
        let place = tensors.iter().position(|(name, _, _)| *name == pair.theirs);
        let need = format!(
            "the network needs {} of shape {} (for {})",
            pair.theirs,
            display_shape(&expected),
            pair.ours
        );
        let Some(place) = place else {
            return Err(TrainError::Setting(format!("{need}, which the file does not have")));
        };
        let (_, given, values) = tensors.swap_remove(place);
        if given != expected {
            return Err(TrainError::Setting(format!(
                "{need}, but the file's has shape {}",
                display_shape(&given)
            )));
        }
        let mut turned = vec![T::ZERO; values.len()];
        for (value, at) in values.into_iter().zip(order(&pair.lay, shape)) {
            turned[at] = value;
        }
        found.push((pair.ours, shape.to_vec(), turned));
    }
    if let Some((name, _, _)) = tensors.first() {
        return Err(TrainError::Setting(format!("the file has {name}, which the network does not need")));
    }
    Ok(found)
}

/// Renames the tensors of consecutive linear modules to W1, b1, W2, b2, ….
pub(super) fn perceptron<T: Element>(
    tensors: Vec<Tensor<T>>,
    naming: Naming,
) -> Result<Vec<Tensor<T>>, TrainError> {
    let mut numbers: Vec<usize> = Vec::new();
    for (name, shape, _) in &tensors {
        let known = match naming {
            Naming::Keras => {
                layer(name).and_then(|(kind, number, part)| (kind == "dense").then_some((number, part)))
            }
            _ => module(name),
        };
        let linear = known.filter(|(_, part)| match *part {
            "weight" | "kernel" => shape.len() == 2,
            part => part == "bias",
        });
        let Some((number, _)) = linear else {
            return Err(TrainError::Setting(format!(
                "{name} belongs to more than linear layers; say which network the weights are of (--network)"
            )));
        };
        if let Err(place) = numbers.binary_search(&number) {
            numbers.insert(place, number);
        }
    }
    let renamed = tensors.into_iter().map(|(name, shape, values)| {
        let (number, part) = match naming {
            Naming::Keras => layer(&name).map_or((0, ""), |(_, number, part)| (number, part)),
            _ => module(&name).unwrap_or((0, "")),
        };
        let place = numbers.binary_search(&number).unwrap_or(0) + 1;
        match part {
            "bias" => (format!("b{place}"), shape, values),
            "weight" => {
                let ours = turned(&Lay::Transposed, &shape);
                let order = order(&Lay::Transposed, &shape);
                (format!("W{place}"), ours, order.into_iter().map(|at| values[at]).collect())
            }
            _ => (format!("W{place}"), shape, values),
        }
    });
    Ok(renamed.collect())
}

/// Gives the modules that have weights the numbers that ours have, in their order.
fn renumber<T>(tensors: &mut [Tensor<T>], naming: Naming, pairs: &[Pair]) {
    // Numbers of layers with weights, kind by kind (torch has one kind).
    let key = |name: &str| match naming {
        Naming::Keras => layer(name).map(|(kind, number, part)| (kind.to_owned(), number, part.to_owned())),
        _ => module(name).map(|(number, part)| (String::new(), number, part.to_owned())),
    };
    let numbers = |names: &mut dyn Iterator<Item = &str>| {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (kind, number, _) in names.filter_map(key) {
            let numbers = found.entry(kind).or_default();
            if let Err(place) = numbers.binary_search(&number) {
                numbers.insert(place, number);
            }
        }
        found
    };
    let theirs = numbers(&mut tensors.iter().map(|(name, _, _)| name.as_str()));
    let ours = numbers(&mut pairs.iter().map(|pair| pair.theirs.as_str()));
    for (name, _, _) in tensors {
        let Some((kind, number, part)) = key(name) else { continue };
        let place = theirs.get(&kind).and_then(|numbers| numbers.binary_search(&number).ok());
        let renamed = place.and_then(|place| ours.get(&kind)?.get(place).copied());
        // Layers beyond those of the network keep their number, and are reported as too many.
        let number = renamed.unwrap_or(number);
        *name = match naming {
            Naming::Keras if number == 0 => format!("{kind}/{part}"),
            Naming::Keras => format!("{kind}_{number}/{part}"),
            _ => format!("{number}.{part}"),
        };
    }
}

/// Their shape of a tensor of ours.
fn turned(lay: &Lay, shape: &[usize]) -> Vec<usize> {
    match (lay, shape) {
        (Lay::Transposed, &[rows, columns]) => vec![columns, rows],
        (Lay::ChannelsLast, &[outputs, inputs, rows, columns]) => vec![rows, columns, inputs, outputs],
        _ => shape.to_vec(),
    }
}

/// Returns, for each element of theirs in order, its index in ours.
fn order(lay: &Lay, shape: &[usize]) -> Vec<usize> {
    let elements: usize = shape.iter().product();
    match (lay, shape) {
        (Lay::Transposed, &[rows, columns]) => {
            (0..elements).map(|at| (at % rows) * columns + at / rows).collect()
        }
        (Lay::ChannelsLast, &[outputs, inputs, rows, columns]) => {
            let mut order = Vec::with_capacity(elements);
            for place in 0..rows * columns {
                for input in 0..inputs {
                    order.extend(
                        (0..outputs).map(|output| (output * inputs + input) * rows * columns + place),
                    );
                }
            }
            order
        }
        (&Lay::Rows([channels, rows, columns]), _) => {
            let width = elements / (channels * rows * columns).max(1);
            let mut order = Vec::with_capacity(elements);
            for place in 0..rows * columns {
                for channel in 0..channels {
                    let row = channel * rows * columns + place;
                    order.extend(row * width..(row + 1) * width);
                }
            }
            order
        }
        _ => (0..elements).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_with_names_are_matched_by_their_order_and_shapes() {
        let tensor = |name: &str, shape: &[usize]| -> Tensor<f32> {
            (name.into(), shape.to_vec(), vec![0.0; shape.iter().product()])
        };
        let mut dense = [
            tensor("fc10.bias", &[3]),
            tensor("fc10.weight", &[3, 4]),
            tensor("fc2.bias", &[4]),
            tensor("fc2.weight", &[4, 5]),
        ];
        let plan = number_modules(&mut dense, None).unwrap();
        assert_eq!(
            plan,
            [
                "`fc2` [4, 5] is taken for layer 1 of those with weights",
                "`fc10` [3, 4] is taken for layer 2 of those with weights",
            ]
        );
        assert_eq!(dense.map(|(name, _, _)| name), ["1.bias", "1.weight", "0.bias", "0.weight"]);
        // In the order of their names, the normalisation would come first.
        let model = model("conv 5 3 pad same, batch-norm, relu, max-pool 2, linear outputs");
        let mut mixed = [
            tensor("bn.weight", &[5]),
            tensor("bn.bias", &[5]),
            tensor("bn.running_mean", &[5]),
            tensor("bn.running_var", &[5]),
            tensor("conv.weight", &[5, 2, 3, 3]),
            tensor("conv.bias", &[5]),
            tensor("out.weight", &[3, 30]),
            tensor("out.bias", &[3]),
        ];
        let plan = number_modules(&mut mixed, Some(&model)).unwrap();
        assert!(
            plan[0].starts_with("`conv` [5, 2, 3, 3] is") && plan[2].starts_with("`out` [3, 30]"),
            "{plan:?}"
        );
        assert_eq!(inwards(&model, mixed.to_vec(), Naming::Torch).unwrap().len(), 8);
        // What is numbered, or is no module of torch, stays.
        for name in ["0.weight", "W1", "net.3.bias"] {
            let mut other = [tensor(name, &[1])];
            assert!(number_modules(&mut other, None).unwrap().is_empty() && other[0].0 == name);
        }
    }
    use thalweg_nn::{Example, Initial, Layers, Loss, initialise};

    fn model(layers: &str) -> Model<f32> {
        let example = Example { features: 2 * 4 * 6, image: Some([2, 4, 6]), outputs: 3, places: None };
        Layers::read(layers).unwrap().model(&example, Loss::SoftmaxCrossEntropy).unwrap()
    }

    fn tensors(model: &Model<f32>) -> Vec<Tensor<f32>> {
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let statistics = thalweg_nn::initial_statistics(&model.graph);
        [&parameters, &statistics].into_iter().flat_map(super::super::tensor::tensors_of).collect()
    }

    const NETWORK: &str =
        "conv 5 3, batch-norm, relu, max-pool 2, linear 7, layer-norm, relu, dropout 0.5, linear outputs";

    #[test]
    fn names_are_those_of_sequences() {
        let model = model(NETWORK);
        let names = |naming| -> Vec<String> {
            let renamed = outwards(&model, tensors(&model), naming).unwrap();
            renamed.into_iter().map(|(name, shape, _)| format!("{name} {}", display_shape(&shape))).collect()
        };
        assert_eq!(
            names(Naming::Torch),
            [
                "0.weight [5, 2, 3, 3]",
                "0.bias [5]",
                "1.weight [5]",
                "1.bias [5]",
                "1.running_mean [5]",
                "1.running_var [5]",
                "5.weight [7, 10]",
                "5.bias [7]",
                "6.weight [7]",
                "6.bias [7]",
                "9.weight [3, 7]",
                "9.bias [3]"
            ]
        );
        assert_eq!(
            names(Naming::Keras),
            [
                "conv2d/kernel [3, 3, 2, 5]",
                "conv2d/bias [5]",
                "batch_normalization/gamma [5]",
                "batch_normalization/beta [5]",
                "batch_normalization/moving_mean [5]",
                "batch_normalization/moving_variance [5]",
                "dense/kernel [10, 7]",
                "dense/bias [7]",
                "layer_normalization/gamma [7]",
                "layer_normalization/beta [7]",
                "dense_1/kernel [7, 3]",
                "dense_1/bias [3]"
            ]
        );
    }

    #[test]
    fn what_goes_out_comes_back_whatever_the_numbers() {
        let model = model(NETWORK);
        for naming in [Naming::Torch, Naming::Keras] {
            let mut own = tensors(&model);
            let mut sent = outwards(&model, own.clone(), naming).unwrap();
            // A part of a larger model, counted from elsewhere.
            for (name, _, _) in &mut sent {
                *name = match naming {
                    Naming::Keras => {
                        let (kind, number, part) = layer(name).unwrap();
                        format!("model/{kind}_{}/{part}", 3 * number + 4)
                    }
                    _ => {
                        let (number, part) = module(name).unwrap();
                        format!("net.{}.{part}", 2 * number + 1)
                    }
                };
            }
            sent.reverse();
            assert_eq!(Naming::of(sent.iter().map(|(name, _, _)| name.as_str())), naming);
            let mut back = inwards(&model, sent, naming).unwrap();
            own.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            back.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            assert_eq!(back, own, "{naming}");
        }
    }

    #[test]
    fn the_rows_behind_a_flattened_image_are_put_in_order() {
        // Two channels of 1 by 3: ours channel by channel, theirs place by place.
        assert_eq!(order(&Lay::Rows([2, 1, 3]), &[6]), [0, 3, 1, 4, 2, 5]);
        assert_eq!(order(&Lay::Rows([2, 1, 2]), &[4, 2]), [0, 1, 4, 5, 2, 3, 6, 7]);
        assert_eq!(order(&Lay::Transposed, &[2, 3]), [0, 3, 1, 4, 2, 5]);
        assert_eq!(order(&Lay::ChannelsLast, &[2, 1, 1, 2]), [0, 2, 1, 3]);
    }

    #[test]
    fn linear_modules_alone_need_no_network() {
        let model = model("linear 4, relu, linear outputs");
        let mut own = tensors(&model);
        own.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        for naming in [Naming::Torch, Naming::Keras] {
            let mut back = perceptron(outwards(&model, tensors(&model), naming).unwrap(), naming).unwrap();
            back.sort_by(|(a, ..), (b, ..)| a.cmp(b));
            assert_eq!(back, own);
        }
        let sent = vec![("0.weight".to_owned(), vec![1, 1, 1, 1], vec![0.0f32])];
        let error = perceptron(sent, Naming::Torch).unwrap_err().to_string();
        assert!(error.contains("0.weight belongs to more than linear layers"), "{error}");
    }

    #[test]
    fn every_layer_has_its_names_in_torch_and_keras_or_is_known_to_have_none() {
        // More than one input, or weights that their sequences keep elsewhere.
        const WITHOUT: [&str; 5] = ["latent N", "positions", "attention H [causal]", "gru N", "residual(…)"];
        let image = Example { features: 2 * 4 * 6, image: Some([2, 4, 6]), outputs: 3, places: None };
        let text = Example { features: 4, image: None, outputs: 3, places: Some(4) };
        for (form, _) in thalweg_nn::LAYERS {
            let layer = match *form {
                "linear N" => "linear 4",
                "linear inputs" => "linear inputs",
                "latent N" => "latent 2",
                "relu, gelu, tanh, …" => "gelu",
                "max-pool K [stride S] [pad P] [dilation D]" => "max-pool 2",
                "average-pool K [stride S] [pad P]" => "average-pool 2",
                "global-average-pool" => "global-average-pool",
                "batch-norm [decay D] [epsilon E]" => "batch-norm",
                "layer-norm, rms-norm" => "layer-norm, rms-norm",
                "conv N K [stride S] [pad P] [dilation D] [groups G]" => "conv 3 2",
                "embedding N" => "embedding 4",
                "positions" => "embedding 4, positions",
                "attention H [causal]" => "embedding 4, attention 2",
                "gru N" => "embedding 4, gru 3",
                "dropout R [book]" => "dropout 0.5",
                "residual(…)" => "residual(relu)",
                "flatten" => "flatten",
                "image CxHxW" => "image 2x4x6, conv 3 2",
                other => {
                    panic!("say here how `{other}` is written, and in `counted` what torch and Keras call it")
                }
            };
            let (example, last) = match layer.starts_with("embedding") {
                true => (&text, ", linear outputs"),
                false if layer == "linear inputs" => (&image, ""),
                false => (&image, ", linear outputs"),
            };
            let layers: Layers = format!("{layer}{last}").parse().unwrap();
            let model: Model<f32> = layers.model(example, Loss::SoftmaxCrossEntropy).unwrap();
            for naming in [Naming::Torch, Naming::Keras] {
                let named = outwards(&model, tensors(&model), naming);
                assert_eq!(named.is_ok(), !WITHOUT.contains(form), "{layer} for {naming}: {:?}", named.err());
                let Ok(named) = named else { continue };
                assert_eq!(
                    named.len(),
                    tensors(&model).len(),
                    "{layer}: a tensor without a name for {naming}"
                );
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let small = model("linear 4, relu, linear outputs");
        let mut sent = outwards(&small, tensors(&small), Naming::Torch).unwrap();
        let said =
            |sent: &[Tensor<f32>]| inwards(&small, sent.to_vec(), Naming::Torch).unwrap_err().to_string();
        sent[0].1 = vec![48, 4];
        assert_eq!(
            said(&sent),
            "the network needs 0.weight of shape [4, 48] (for W1), but the file's has shape [48, 4]"
        );
        sent[0].1 = vec![4, 48];
        let removed = sent.pop().unwrap();
        assert!(said(&sent).contains("2.bias of shape [3] (for b2), which the file does not have"));
        sent.push(removed);
        sent.push(("9.weight".into(), vec![1], vec![0.0]));
        assert_eq!(said(&sent), "the file has 9.weight, which the network does not need");
        let residual = model("linear 4, residual(linear 4), linear outputs");
        let error = outwards(&residual, tensors(&residual), Naming::Keras).unwrap_err().to_string();
        assert!(error.contains("no counterpart in keras.Sequential"), "{error}");
    }
}
