//! `thalweg evaluate`: loss and accuracy of a trained network, or how far its values are off.

use crate::experiment::SourceArguments;
use crate::failure::Failure;
use crate::language::{said, words};
use crate::reading::say_understood;
use crate::{output, stderr};
use serde_json::json;
use std::path::PathBuf;
use thalweg::data::{Dataset, Options, Split};
use thalweg::train::{Evaluator, WeightSet, Weights, network_of};

/// Evaluate trained weights on a data set
#[derive(clap::Args)]
#[command(after_help = "\
Weights are safetensors (as `thalweg train --save` writes) or NPZ with arrays W1, b1, W2, b2, …, or under the names of \
`nn.Sequential` or `keras.Sequential`.

Examples:
  thalweg evaluate run.safetensors --dataset digits
  thalweg evaluate run.safetensors --weights raw
  thalweg evaluate mnist-784-50-100-10.npz --dataset mnist --split test --batch 100
  thalweg evaluate from-torch.safetensors --network simple-convnet --dataset mnist")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) trained: TrainedArguments,
    /// Examples looked at in one go; the result does not depend on it but for rounding
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A trained network.
#[derive(clap::Args)]
pub(crate) struct WeightsArguments {
    /// The weights: a safetensors or NPZ file, named as here (W1, b1, …), in torch (0.weight, …) or in Keras (dense/kernel, …)
    weights: PathBuf,
    /// The data set: a name (`thalweg list datasets`), csv:PATH or npz:PATH [default: what a saved run was trained on,
    /// else mnist]
    #[arg(long)]
    dataset: Option<String>,
    #[command(flatten)]
    source: SourceArguments,
    /// What follows the hidden layers [default: what a saved run says, or sigmoid for W1, b1, … as in the notes]
    #[arg(long)]
    activation: Option<String>,
    /// The network the weights are of, if the file does not say: a name (`thalweg list networks`) or its layers
    #[arg(long, value_name = "NAME|LAYERS", conflicts_with = "activation")]
    network: Option<String>,
    /// Which weights of a saved run: judged, those that its evaluations were made with (the average, where the rule or a stage
    /// keeps one), or raw, those that were trained
    #[arg(long = "weights", value_name = "SET", default_value_t, value_parser = weight_set)]
    set: WeightSet,
}

/// Parses the name of a set of weights.
fn weight_set(text: &str) -> Result<WeightSet, String> {
    text.parse().map_err(|error: thalweg::train::TrainError| error.to_string())
}

/// A trained network and the examples to show it.
#[derive(clap::Args)]
pub(crate) struct TrainedArguments {
    #[command(flatten)]
    weights: WeightsArguments,
    /// Which part of it: train, validation or test
    #[arg(long, default_value = "test", value_parser = split)]
    pub(crate) split: Split,
    /// Training examples kept for validation [default: as a saved run had it]
    #[arg(long)]
    validation: Option<usize>,
}

/// Returns what a part of a data set is called in a sentence.
pub(super) fn part_name(split: Split) -> &'static str {
    match split {
        Split::Train => words().part_train(),
        Split::Validation => words().validation(),
        Split::Test => words().test(),
    }
}

/// Parses the name of a part of a data set.
pub(super) fn split(text: &str) -> Result<Split, String> {
    text.parse().map_err(|_| "there are train, validation and test".to_string())
}

impl WeightsArguments {
    /// Reads the weights; of a network that is given, for the examples of its data set.
    pub(crate) fn load(&self) -> Result<Weights<f32>, Failure> {
        let weights = self.read()?;
        let file = self.weights.display();
        for line in &weights.plan {
            stderr::note(format!("{file}: {}", said(line)));
        }
        let is_described = self.network.is_none() && weights.settings.is_none();
        if is_described && self.activation.is_none() && weights.model.graph.layout().tensors().len() > 2 {
            stderr::note(words().assumed_sigmoid(&file.to_string()));
        }
        Ok(weights)
    }

    fn read(&self) -> Result<Weights<f32>, Failure> {
        let Some(network) = &self.network else {
            return Ok(Weights::load(&self.weights, self.activation.as_deref())?.with_set(self.set)?);
        };
        let name = self.dataset.as_deref().unwrap_or(MOST);
        let dataset = thalweg::data::load(name, &Options::default(), &self.source.source())?;
        Ok(Weights::load_into(&self.weights, network_of(network, &dataset)?)?.with_set(self.set)?)
    }
}

/// The data set of weights that do not name one.
const MOST: &str = "mnist";

impl TrainedArguments {
    /// Reads weights and data, and checks that they fit.
    pub(crate) fn load(&self) -> Result<(Weights<f32>, Dataset), Failure> {
        let weights = self.weights.load()?;
        // A saved run gets its data as in training: with the same scaling and the same split.
        let (trained_on, options) = match &weights.settings {
            Some(settings) => (settings.dataset.as_str(), settings.data.clone()),
            None => (MOST, Options::default()),
        };
        let options = Options { validation: self.validation.or(options.validation), ..options };
        let name = self.weights.dataset.as_deref().unwrap_or(trained_on);
        let dataset = thalweg::data::load(name, &options, &self.weights.source.source())?;
        let is_older = weights.settings.as_ref().is_some_and(|settings| settings.data.encoding.is_none());
        if is_older && dataset.encoding.is_some() {
            return Err(Failure::new(
                "the run was saved by an earlier version, which did not keep how a table of one's own becomes inputs; train it again",
            ));
        }
        say_understood(&dataset);
        // One example's worth of input, and of output at one of its places.
        let shape = |node| Ok::<Vec<usize>, Failure>(weights.model.graph.shape(node)?.resolve(1));
        let inputs: usize = shape(weights.model.input)?.iter().product();
        let outputs = shape(weights.model.output)?.last().copied().unwrap_or(1);
        let (features, classes) = (dataset.features(), dataset.classes.len());
        if inputs != features {
            let name = &dataset.name;
            return Err(Failure::new(format!(
                "the weights take {inputs} inputs, but {name} has {features} features an example; choose the data set the \
                 network was trained on with --dataset"
            )));
        }
        let reconstructs = weights.model.target == weights.model.input;
        if classes != 0 && outputs != classes && !reconstructs {
            let name = &dataset.name;
            return Err(Failure::new(format!(
                "the weights tell {outputs} classes apart, but {name} has {classes}"
            )));
        }
        Ok((weights, dataset))
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let (weights, dataset) = arguments.trained.load()?;
    if !dataset.has_targets {
        return Err(Failure::new(format!(
            "{} has no targets to judge by; `thalweg predict` says what the network makes of it",
            dataset.name
        )));
    }
    let mut evaluator = Evaluator::new(weights.model, arguments.batch as usize);
    evaluator.set_statistics(weights.statistics.values());
    let evaluation = evaluator.evaluate(&weights.parameters, dataset.part(arguments.trained.split))?;
    if !evaluation.loss.is_finite() {
        return Err(Failure::new("the network's outputs are not finite: the weights hold NaN or infinities"));
    }
    let split = arguments.trained.split;
    if arguments.json {
        return output::json(&json!({
            "dataset": dataset.name,
            "split": split.to_string(),
            "examples": evaluation.examples,
            "accuracy": evaluation.accuracy,
            "loss": evaluation.loss,
            "values": evaluation.values,
        }));
    }
    let figures = super::train::describe(&evaluation);
    output::line(words().evaluated(&dataset.name, part_name(split), evaluation.examples, &figures))
}
