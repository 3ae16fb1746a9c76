//! A trained network from a file: safetensors or NPZ with arrays W1, b1, W2, b2, …, or under the names of torch or Keras.

mod naming;
mod pickle;
mod set;
mod tensor;

pub use naming::Naming;
pub use set::WeightSet;
pub use tensor::Tensor;

use crate::checkpoint::{BEST, RAW, SavedExample, saved_example};
use crate::network::layers;
use crate::{TrainError, TrainingSettings, saved_settings};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tensor::tensors_of;
use thalweg_arena::{Arena, Checkpoint, display_shape, write_atomically};
use thalweg_data::Encoding;
use thalweg_data::npz::{read_npz, write_npz};
use thalweg_nn::{Activation, Element, Loss, Mlp, Model, OnnxScales, initial_statistics, onnx};
use thalweg_optim::Buildable;

/// The activation of weights without one: that of the notes' network.
const UNSAID: &str = "sigmoid";

/// A trained network.
pub struct Weights<T: Element> {
    /// The network that the shapes describe.
    pub model: Model<T>,
    /// Its parameters: of a saved run, those that its evaluations were made with.
    pub parameters: Arena<T>,
    /// The parameters that updates were applied to, if the file is a saved run that was evaluated with others.
    pub raw: Option<Arena<T>>,
    /// Its running statistics; empty for a network without batch normalisation.
    pub statistics: Arena<T>,
    /// What follows each hidden layer.
    pub activation: Activation,
    /// How the network was trained, if the file is a saved run.
    pub settings: Option<TrainingSettings>,
    /// Which layer each module with a name of its own was taken for, in words; empty where names say it.
    pub plan: Vec<String>,
}

impl<T: Element + Buildable> Weights<T> {
    /// Reads `path` (`.npz`, otherwise safetensors) as the weights of `model`, under our names or those of a sequence of modules
    /// in torch or layers in Keras: the names say which. Modules and layers are matched by their order.
    ///
    /// # Errors
    /// A file that cannot be read; tensors that are missing, too many or of another shape, by name.
    pub fn load_into(path: &Path, model: Model<T>) -> Result<Self, TrainError> {
        let checkpoint = checkpoint(path)?;
        let mut arrays = Arrays::<T>::read(path, checkpoint.as_ref())?;
        arrays.plan = naming::number_modules(&mut arrays.tensors, Some(&model))?;
        let naming = Naming::of(arrays.tensors.iter().map(|(name, _, _)| name.as_str()));
        if naming != Naming::Thalweg {
            arrays.tensors = naming::inwards(&model, arrays.tensors, naming)
                .map_err(|error| TrainError::Setting(format!("{}: {error}", path.display())))?;
        }
        let tensors = model.graph.layout().tensors().iter().chain(model.graph.statistics().tensors());
        let known: BTreeSet<&str> = tensors.map(|tensor| tensor.name.as_str()).collect();
        if let Some((name, _, _)) = arrays.tensors.iter().find(|(name, _, _)| !known.contains(name.as_str()))
        {
            let path = path.display();
            return Err(TrainError::Setting(format!(
                "{path}: the file has {name}, which the network does not need"
            )));
        }
        let activation = match &arrays.settings {
            Some(settings) => settings.activation()?,
            None => Activation::Identity,
        };
        arrays.filled(model, activation)
    }

    /// Returns the same network with one set of its weights as [`Weights::parameters`], and no other set beside it.
    ///
    /// # Errors
    /// The raw weights of a file that is no saved run, because it does not say whether there were others.
    pub fn with_set(self, set: WeightSet) -> Result<Self, TrainError> {
        let parameters = match (set, self.raw) {
            (WeightSet::Raw, Some(raw)) => raw,
            (WeightSet::Raw, None) if self.settings.is_none() => {
                return Err(TrainError::Setting(
                    "the file holds one set of weights and no run, so its raw weights are not known; take the file that the \
                     run was saved to, or the judged weights"
                        .into(),
                ));
            }
            (WeightSet::Judged | WeightSet::Raw, _) => self.parameters,
        };
        Ok(Self { parameters, raw: None, ..self })
    }

    /// Returns the tensors under the names, and in the layouts, of `naming`: parameters first, then running statistics.
    ///
    /// # Errors
    /// A network that is more than a sequence of layers, for another naming than our own.
    pub fn tensors(&self, naming: Naming) -> Result<Vec<Tensor<T>>, TrainError> {
        let own = [&self.parameters, &self.statistics].into_iter().flat_map(tensors_of).collect();
        naming::outwards(&self.model, own, naming)
    }

    /// Reads `path` (`.npz`, otherwise safetensors). The shapes of W1, b1, W2, … describe the network, or those of linear
    /// modules alone in torch or Keras; `activation` follows the hidden layers. Its default is that of the saved run, or
    /// under our own names sigmoid, as in the notes' network.
    ///
    /// # Errors
    /// A file that cannot be read, arrays that are missing or do not fit together.
    pub fn load(path: &Path, activation: Option<&str>) -> Result<Self, TrainError> {
        let checkpoint = checkpoint(path)?;
        let arrays = Arrays::read(path, checkpoint.as_ref())?;
        Self::described(arrays, activation, &path.display().to_string())
    }

    /// Reads the network of a saved run; `origin` is its name in error messages.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_checkpoint(checkpoint: &Checkpoint, origin: &str) -> Result<Self, TrainError> {
        Self::described(Arrays::of(checkpoint)?, None, origin)
    }

    /// Writes it: a whole network as ONNX, or its tensors as safetensors or NPZ under the names of `naming`, as the ending of
    /// `path` says. Says how many tensors there were; for ONNX, which has no choice of names, none.
    ///
    /// # Errors
    /// Another ending; a network that has no form there; a file that cannot be written.
    pub fn write(&self, path: &Path, naming: Naming) -> Result<Option<usize>, TrainError> {
        let said =
            |error: &dyn std::fmt::Display| TrainError::Setting(format!("{}: {error}", path.display()));
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("onnx") => {
                let encoding = self.settings.as_ref().and_then(|settings| settings.data.encoding.as_ref());
                let scales = OnnxScales {
                    inputs: encoding.map(Encoding::scales).unwrap_or_default(),
                    outputs: encoding
                        .filter(|_| self.model.target != self.model.input)
                        .map(|encoding| encoding.target_scales.clone())
                        .unwrap_or_default(),
                };
                let bytes = onnx(&self.model, self.parameters.values(), self.statistics.values(), &scales)?;
                write_atomically(path, &bytes).map_err(|error| said(&error))?;
                return Ok(None);
            }
            Some("npz" | "safetensors") => {}
            _ => {
                return Err(said(
                    &"the name ends in neither .onnx, .safetensors nor .npz, so it is not clear what to write",
                ));
            }
        }
        let tensors = self.tensors(naming)?;
        if ending.as_deref() == Some("npz") {
            let singles: Vec<Vec<f32>> = tensors
                .iter()
                .map(|(_, _, values)| values.iter().map(|value| value.to_f64() as f32).collect())
                .collect();
            let arrays: Vec<(&str, &[usize], &[f32])> = tensors
                .iter()
                .zip(&singles)
                .map(|((name, shape, _), values)| (name.as_str(), shape.as_slice(), values.as_slice()))
                .collect();
            write_npz(path, &arrays)?;
        } else {
            let mut checkpoint = Checkpoint::new();
            tensors.iter().for_each(|(name, shape, values)| checkpoint.put(name, shape, values));
            checkpoint.save(path)?;
        }
        Ok(Some(tensors.len()))
    }

    /// The network that the names and shapes of arrays describe.
    fn described(
        mut arrays: Arrays<'_, T>,
        activation: Option<&str>,
        origin: &str,
    ) -> Result<Self, TrainError> {
        let problem = |what: String| TrainError::Setting(format!("{origin}: {what}"));
        arrays.plan = naming::number_modules(&mut arrays.tensors, None)?;
        let naming = Naming::of(arrays.tensors.iter().map(|(name, _, _)| name.as_str()));
        if naming != Naming::Thalweg {
            arrays.tensors =
                naming::perceptron(arrays.tensors, naming).map_err(|error| problem(error.to_string()))?;
        }
        if let (Some(settings), Some(example)) = (arrays.settings.clone(), arrays.example.clone())
            && settings.network.is_some()
        {
            if let Some(activation) = activation {
                return Err(problem(format!(
                    "the file says which layers the network has; leave out the activation `{activation}`"
                )));
            }
            let model = layers(&settings)?.model::<T>(&example.clone().into(), example.loss.parse()?)?;
            let activation = settings.activation()?;
            return arrays.filled(model, activation);
        }
        let find = |name: String| arrays.tensors.iter().find(|(known, _, _)| *known == name);
        let mut widths: Vec<usize> = Vec::new();
        for layer in 1.. {
            let Some((_, weight, _)) = find(format!("W{layer}")) else { break };
            let [inputs, outputs] = weight[..] else {
                return Err(problem(format!(
                    "W{layer} has shape {}; a weight has two extents",
                    display_shape(weight)
                )));
            };
            if let Some(&width) = widths.last().filter(|&&width| width != inputs) {
                return Err(problem(format!(
                    "W{layer} takes {inputs} inputs, but the layer before it gives {width}"
                )));
            }
            if widths.is_empty() {
                widths.push(inputs);
            }
            widths.push(outputs);
            match find(format!("b{layer}")) {
                Some((_, bias, _)) if *bias == [outputs] => {}
                Some((_, bias, _)) => {
                    let shape = display_shape(bias);
                    return Err(problem(format!(
                        "b{layer} has shape {shape}; it should be [{outputs}] as W{layer} gives"
                    )));
                }
                None => return Err(problem(format!("there is W{layer}, but no b{layer}"))),
            }
        }
        let used = |name: &str| {
            let layer = name.strip_prefix(['W', 'b']).and_then(|number| number.parse::<usize>().ok());
            layer.is_some_and(|layer| (1..widths.len()).contains(&layer))
        };
        if let (Some((name, _, _)), false) =
            (arrays.tensors.iter().find(|(name, _, _)| !used(name)), widths.is_empty())
        {
            return Err(problem(format!(
                "there is an array {name} after {} layers W1, b1, …",
                widths.len() - 1
            )));
        }
        let [inputs, hidden @ .., outputs] = &widths[..] else {
            return Err(problem("there is no array W1; weights are arrays W1, b1, W2, b2, …".into()));
        };
        let saved = arrays.settings.as_ref().map(|settings| settings.activation.as_str());
        let activation: Activation = match activation.or(saved) {
            Some(activation) => activation.parse()?,
            // Without a hidden layer it follows nothing.
            None if naming == Naming::Thalweg || hidden.is_empty() => UNSAID.parse()?,
            None => {
                return Err(problem(
                    "the file does not say what follows its hidden layers; say it with `--activation relu` (in Python \
                     `activation=\"relu\"`)"
                        .into(),
                ));
            }
        };
        let mlp = Mlp {
            inputs: *inputs,
            hidden: hidden.to_vec(),
            outputs: *outputs,
            activation,
            // Weights that no run saved are taken for those of a classifier.
            loss: match &arrays.example {
                Some(example) => example.loss.parse()?,
                None => Loss::SoftmaxCrossEntropy,
            },
        };
        let model = mlp.build::<T>()?;
        arrays.filled(model, activation)
    }
}

/// The arrays of a file, before the network they belong to is known.
struct Arrays<'c, T> {
    tensors: Vec<Tensor<T>>,
    settings: Option<TrainingSettings>,
    example: Option<SavedExample>,
    /// Which layer each module was taken for, in words.
    plan: Vec<String>,
    /// The file, if it is safetensors.
    checkpoint: Option<&'c Checkpoint>,
}

/// Reads a file, unless it is NPZ.
fn checkpoint(path: &Path) -> Result<Option<Checkpoint>, TrainError> {
    pickle::refuse(path)?;
    let npz = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npz"));
    Ok(if npz { None } else { Some(Checkpoint::load(path)?) })
}

impl<'c, T: Element + Buildable> Arrays<'c, T> {
    /// The arrays of `checkpoint`, or else of the NPZ file `path`.
    fn read(path: &Path, checkpoint: Option<&'c Checkpoint>) -> Result<Self, TrainError> {
        if let Some(checkpoint) = checkpoint {
            return Self::of(checkpoint);
        }
        let arrays = read_npz(path)?.into_iter();
        let tensors = arrays.map(|(name, array)| {
            let values = array.to_f64().into_iter().map(T::from_f64).collect();
            (name, array.shape, values)
        });
        Ok(Self {
            tensors: tensors.collect(),
            settings: None,
            example: None,
            plan: Vec::new(),
            checkpoint: None,
        })
    }

    fn of(checkpoint: &'c Checkpoint) -> Result<Self, TrainError> {
        let (settings, example) = (saved_settings(checkpoint).ok(), saved_example(checkpoint));
        let names = checkpoint.names().map(|(name, _)| name.to_string());
        // The optimizer's state of a saved run is no weight, what it might go back to is not its own, and its raw weights are
        // read when the network is known. torch counts batches in whole numbers, which nothing needs.
        let no_weight = |name: &String| {
            name.starts_with("optimizer.")
                || name.starts_with(BEST)
                || (settings.is_some() && name.starts_with(RAW))
                || name.ends_with(".num_batches_tracked")
        };
        let names: Vec<String> = names.filter(|name| !no_weight(name)).collect();
        let mut tensors = Vec::new();
        for name in names {
            let (shape, values) = checkpoint.widened::<T>(&name)?;
            tensors.push((name, shape, values));
        }
        Ok(Self { tensors, settings, example, plan: Vec::new(), checkpoint: Some(checkpoint) })
    }

    /// The raw weights beside `parameters`, which are those under plain names. Of a file of an earlier version, whose plain
    /// names are the raw weights, `parameters` becomes the average that the optimizer's state holds.
    fn raw(&self, parameters: &mut Arena<T>) -> Result<Option<Arena<T>>, TrainError> {
        let (Some(settings), Some(checkpoint)) = (&self.settings, self.checkpoint) else { return Ok(None) };
        if checkpoint.names().any(|(name, _)| name.starts_with(RAW)) {
            let mut raw = Arena::zeros(parameters.layout().clone());
            checkpoint.read_arena(RAW, &mut raw)?;
            return Ok(Some(raw));
        }
        // A rule that is registered elsewhere may be unknown here.
        let Ok(mut optimizer) = settings.rule.build::<T>(parameters.layout().clone()) else {
            return Ok(None);
        };
        let mut average = Arena::zeros(parameters.layout().clone());
        if !optimizer.averaged(parameters.values(), average.values_mut())? {
            return Ok(None);
        }
        settings.rule.load(optimizer.as_mut(), checkpoint)?;
        optimizer.averaged(parameters.values(), average.values_mut())?;
        Ok(Some(std::mem::replace(parameters, average)))
    }

    /// The weights of `model`, whose names and shapes are among the arrays.
    fn filled(self, model: Model<T>, activation: Activation) -> Result<Weights<T>, TrainError> {
        let graph = &model.graph;
        let arrays: BTreeMap<&str, (&Vec<usize>, &Vec<T>)> =
            self.tensors.iter().map(|(name, shape, values)| (name.as_str(), (shape, values))).collect();
        // All are looked for before anything of the network's size is made: a few numbers of a file can describe any size.
        for tensor in graph.layout().tensors().iter().chain(graph.statistics().tensors()) {
            if arrays.get(tensor.name.as_str()).is_none_or(|(shape, _)| **shape != tensor.shape) {
                let (name, shape) = (&tensor.name, display_shape(&tensor.shape));
                return Err(TrainError::Setting(format!(
                    "the network needs an array {name} of shape {shape}, which the file does not have"
                )));
            }
        }
        let mut parameters = Arena::zeros(graph.layout().clone());
        let mut statistics = initial_statistics(graph);
        for arena in [&mut parameters, &mut statistics] {
            let layout = arena.layout().clone();
            for tensor in layout.tensors() {
                arena.values_mut()[tensor.range.clone()].copy_from_slice(arrays[tensor.name.as_str()].1);
            }
        }
        let raw = self.raw(&mut parameters)?;
        Ok(Weights {
            model,
            parameters,
            raw,
            statistics,
            activation,
            settings: self.settings,
            plan: self.plan,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(arrays: &[(&str, &[usize], &[f32])]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.npz");
        write_npz(&path, arrays).unwrap();
        match Weights::<f32>::load(&path, None) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn arrays_that_do_not_fit_together_are_named() {
        assert!(refused(&[("x", &[1], &[0.0])]).contains("there is no array W1"));
        assert!(refused(&[("W1", &[1], &[0.0])]).contains("W1 has shape [1]; a weight has two extents"));
        assert!(refused(&[("W1", &[1, 2], &[0.0; 2])]).contains("there is W1, but no b1"));
        assert!(refused(&[("W1", &[1, 2], &[0.0; 2]), ("b1", &[3], &[0.0; 3])]).contains("it should be [2]"));
        let gap: &[(&str, &[usize], &[f32])] =
            &[("W1", &[1, 1], &[0.0]), ("b1", &[1], &[0.0]), ("W3", &[1, 1], &[0.0])];
        assert!(refused(gap).contains("there is an array W3 after 1 layers"));
        let arrays: &[(&str, &[usize], &[f32])] = &[
            ("W1", &[1, 2], &[0.0; 2]),
            ("b1", &[2], &[0.0; 2]),
            ("W2", &[3, 1], &[0.0; 3]),
            ("b2", &[1], &[0.0]),
        ];
        assert!(refused(arrays).contains("W2 takes 3 inputs, but the layer before it gives 2"));
    }

    #[test]
    fn a_saved_run_that_describes_too_large_a_network_is_refused_before_it_is_made() {
        let dataset = thalweg_data::load("digits", &Default::default(), &Default::default()).unwrap();
        let rule = thalweg_optim::Specification::new("sgd", thalweg_optim::Dialect::Torch);
        let settings = TrainingSettings {
            network: Some("linear 3, linear outputs".into()),
            steps: 1,
            ..TrainingSettings::new("digits", rule.with("learning_rate", 0.1))
        };
        let mut trainer = crate::Trainer::<f32>::new(settings, &dataset).unwrap();
        let mut checkpoint = trainer.checkpoint().unwrap();
        assert!(Weights::<f32>::of_checkpoint(&checkpoint, "here").is_ok());
        let key = crate::checkpoint::SETTINGS;
        let saved = checkpoint.metadata[key].clone();
        for (network, expected) in [
            (
                "linear 16000000, linear 16000000, linear outputs".to_owned(),
                "needs an array W1 of shape [64, 16000000]",
            ),
            (format!("{}relu{}", "residual(".repeat(2000), ")".repeat(2000)), "more than 64 lists of layers"),
        ] {
            let huge = saved.replace("linear 3, linear outputs", &network);
            assert_ne!(huge, saved);
            checkpoint.metadata.insert(key.into(), huge);
            let error = match Weights::<f32>::of_checkpoint(&checkpoint, "here") {
                Ok(_) => panic!("no file holds this network"),
                Err(error) => error.to_string(),
            };
            assert!(error.contains(expected), "{error}");
        }
    }
}
