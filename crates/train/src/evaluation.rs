//! Loss and accuracy over many examples.

use crate::json::null_is_nan;
use crate::{TrainError, ValueErrors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thalweg_arena::Arena;
use thalweg_data::{Examples, Targets, unscaled};
use thalweg_nn::functions::softmax;
use thalweg_nn::{Dim, Element, Model, Plan, Session};

/// How a network does on some examples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Mean loss an example, of values on the scale that the network learns them on; infinite or NaN (null in JSON) when the network has diverged.
    #[serde(deserialize_with = "null_is_nan")]
    pub loss: f64,
    /// The share of examples (of a text: of its characters) whose largest output is the right class (never if an output is not
    /// finite); `None` for regression.
    pub accuracy: Option<f64>,
    /// How far the outputs are off, in the units of the targets, for regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<ValueErrors>,
    /// How many examples there were.
    pub examples: usize,
}

/// What a network says of one example.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The most probable class.
    pub class: usize,
    /// Its probability (softmax).
    pub probability: f64,
}

impl Prediction {
    /// Returns the prediction that a row of scores gives.
    pub fn of<T: Element>(scores: &[T]) -> Self {
        let class = largest(scores);
        Self { class, probability: softmax(scores).get(class).map_or(f64::NAN, |share| share.to_f64()) }
    }
}

/// Examples that an evaluation in a run looks at in one go, if their values take no more than 8 MiB.
pub const EVALUATION_BATCH: usize = 512;

/// The bytes for the values of a batch from which on a larger batch is no faster.
const VALUE_BYTES: usize = 8 << 20;

/// Runs a network over examples in batches of any size, the last one shorter if need be.
pub struct Evaluator<T: Element> {
    model: Model<T>,
    batch: usize,
    /// A session for each batch size so far: the full batch and the shorter last ones.
    sessions: Vec<Session<T>>,
    indices: Vec<u32>,
    /// The running statistics of the network, once they are given.
    statistics: Option<Vec<T>>,
    threads: usize,
    anomaly: bool,
}

impl<T: Element> Evaluator<T> {
    /// Creates an evaluator for batches of `batch` examples (at least 1), or of fewer if their values take more than 8 MiB.
    pub fn new(model: Model<T>, batch: usize) -> Self {
        // A network without statistics needs none.
        let statistics = model.graph.statistics().is_empty().then(Vec::new);
        let fits = |batch| planned(&model, batch).is_ok_and(|bytes| bytes <= VALUE_BYTES);
        let mut batch = batch.max(1);
        if !fits(batch) {
            let (mut fitting, mut bound) = (1, batch);
            while bound - fitting > 1 {
                let middle = fitting.midpoint(bound);
                if fits(middle) { fitting = middle } else { bound = middle }
            }
            batch = fitting;
        }
        Self {
            model,
            batch,
            sessions: Vec::new(),
            indices: Vec::new(),
            statistics,
            threads: 1,
            anomaly: false,
        }
    }

    /// Returns the bytes that evaluations of sets of these sizes allocate, and keep.
    ///
    /// # Errors
    /// A batch that cannot be planned.
    pub fn bytes(&self, sets: impl IntoIterator<Item = usize>) -> Result<usize, TrainError> {
        let batches = sets.into_iter().flat_map(|len| [self.batch.min(len), len % self.batch]);
        let sizes: BTreeSet<usize> = batches.filter(|&size| size > 0).collect();
        sizes.into_iter().map(|size| planned(&self.model, size)).sum()
    }

    /// Gives a network with batch normalisation the running statistics to normalise by.
    pub fn set_statistics(&mut self, statistics: &[T]) {
        match &mut self.statistics {
            Some(known) if known.len() == statistics.len() => known.copy_from_slice(statistics),
            known => *known = Some(statistics.to_vec()),
        }
    }

    /// Lets large layers use this many threads; the results stay the same.
    pub fn set_threads(&mut self, threads: usize) {
        self.threads = threads;
        self.sessions.clear();
    }

    /// Sets whether the first value that is not finite is an error that names its node.
    pub fn set_anomaly(&mut self, on: bool) {
        self.anomaly = on;
        self.sessions.clear();
    }

    /// Returns loss and accuracy on `examples`. The batch size changes the result by rounding alone.
    ///
    /// # Errors
    /// No examples; examples that do not fit the network; parameters of another network.
    pub fn evaluate(&mut self, parameters: &Arena<T>, examples: &Examples) -> Result<Evaluation, TrainError> {
        let (mut loss, mut right) = (0.0, 0usize);
        let model = self.model.clone();
        // One label an example, or one for each of its places.
        let (labels, places) = match examples.targets() {
            Targets::Labels(labels) => (Some(labels), 1),
            Targets::Sequences { labels, width } => (Some(labels), *width),
            Targets::Values { .. } => (None, 1),
        };
        // An autoencoder does not tell classes apart.
        let labels = labels.filter(|_| model.target != model.input);
        let targets = examples.values().filter(|_| model.target != model.input);
        let mut said: Vec<f64> = Vec::with_capacity(targets.as_ref().map_or(0, Vec::len));
        self.each_batch(parameters, examples, true, &mut |session, indices| {
            loss += session.loss(model.loss)? * indices.len() as f64;
            if targets.is_some() {
                said.extend(session.value(model.output)?.iter().map(|output| output.to_f64()));
            }
            if let Some(labels) = labels {
                let outputs = session.value(model.output)?;
                let width = outputs.len() / (indices.len() * places);
                let all = indices.iter().flat_map(|&index| &labels[index as usize * places..][..places]);
                let rows = outputs.chunks_exact(width.max(1)).zip(all);
                let hit = |row: &[T], label: u32| {
                    row.iter().all(|output| output.is_finite()) && largest(row) == label as usize
                };
                right += rows.filter(|(row, label)| hit(row, **label)).count();
            }
            Ok(())
        })?;
        let n = examples.len() as f64;
        Ok(Evaluation {
            loss: loss / n,
            accuracy: labels.map(|_| right as f64 / (n * places as f64)),
            values: targets.map(|targets| {
                let said = unscaled(said.iter().copied(), examples.target_scales());
                ValueErrors::of(&said, &targets, targets.len() / examples.len())
            }),
            examples: examples.len(),
        })
    }

    /// Returns the network's outputs (before softmax) for each example, row by row.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn outputs(&mut self, parameters: &Arena<T>, examples: &Examples) -> Result<Vec<T>, TrainError> {
        let mut outputs = Vec::new();
        let output = self.model.output;
        self.each_batch(parameters, examples, false, &mut |session, _| {
            outputs.extend_from_slice(session.value(output)?);
            Ok(())
        })?;
        Ok(outputs)
    }

    /// Returns what the network predicts for each example, row by row, in the units of the targets of `examples`.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn values(
        &mut self,
        parameters: &Arena<T>,
        examples: &Examples,
    ) -> Result<Vec<Vec<f64>>, TrainError> {
        let outputs = self.outputs(parameters, examples)?;
        let values = unscaled(outputs.iter().map(|output| output.to_f64()), examples.target_scales());
        Ok(values.chunks_exact((values.len() / examples.len()).max(1)).map(<[f64]>::to_vec).collect())
    }

    /// Returns whether the network is an autoencoder, so that there are no classes.
    pub fn reconstructs(&self) -> bool {
        self.model.target == self.model.input
    }

    /// Returns the scores of the classes of each example, row by row. For a sequence they are the scores of what follows it.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`]; a network that gives its examples back.
    pub fn scores(&mut self, parameters: &Arena<T>, examples: &Examples) -> Result<Vec<Vec<T>>, TrainError> {
        if self.reconstructs() {
            return Err(TrainError::Setting(
                "this network gives its examples back and tells no classes apart; `thalweg evaluate` says how well, and \
                 `thalweg train --report` shows it"
                    .into(),
            ));
        }
        let classes = match self.model.graph.shape(self.model.output)?.last() {
            Some(Dim::Fixed(classes)) => classes,
            _ => 1,
        };
        let outputs = self.outputs(parameters, examples)?;
        let each = outputs.len() / examples.len();
        Ok(outputs.chunks_exact(each.max(1)).map(|row| row[each - classes..].to_vec()).collect())
    }

    /// Returns the most probable class of each example. For a sequence it is the class of what follows it.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn predict(
        &mut self,
        parameters: &Arena<T>,
        examples: &Examples,
    ) -> Result<Vec<Prediction>, TrainError> {
        Ok(self.scores(parameters, examples)?.iter().map(|row| Prediction::of(row)).collect())
    }

    fn each_batch(
        &mut self,
        parameters: &Arena<T>,
        examples: &Examples,
        with_targets: bool,
        visit: &mut dyn FnMut(&Session<T>, &[u32]) -> Result<(), TrainError>,
    ) -> Result<(), TrainError> {
        if examples.is_empty() {
            return Err(TrainError::Setting("there are no examples to evaluate on".into()));
        }
        let Some(statistics) = &self.statistics else {
            return Err(TrainError::Setting(
                "this network normalises by running statistics; give the evaluator those of the training run"
                    .into(),
            ));
        };
        let mut start = 0;
        while start < examples.len() {
            let size = self.batch.min(examples.len() - start);
            self.indices.clear();
            self.indices.extend(start as u32..(start + size) as u32);
            let session = session_of(&mut self.sessions, size, |size| {
                let model = &self.model;
                let outputs = if with_targets { vec![model.output, model.loss] } else { vec![model.output] };
                let mut session = Session::evaluation(&model.graph, size, &outputs)?;
                session.set_threads(self.threads);
                session.set_anomaly(self.anomaly);
                Ok(session)
            })?;
            session.set_statistics(statistics)?;
            fill(session, &self.model, examples, &self.indices, with_targets)?;
            session.forward(parameters.values())?;
            visit(session, &self.indices)?;
            start += size;
        }
        // Sessions without targets serve no other purpose than this one.
        if !with_targets {
            self.sessions.clear();
        }
        Ok(())
    }
}

/// Returns the bytes for outputs and loss of a batch of this size.
fn planned<T: Element>(model: &Model<T>, batch: usize) -> Result<usize, TrainError> {
    Ok(Plan::evaluation(&model.graph, batch, &[model.output, model.loss])?.bytes())
}

/// The index of the largest value; of equal ones the first. NaN is never the largest.
fn largest<T: Element>(row: &[T]) -> usize {
    let mut best = 0;
    for (index, value) in row.iter().enumerate() {
        if *value > row[best] || row[best].partial_cmp(&row[best]).is_none() {
            best = index;
        }
    }
    best
}

/// Returns the session for batches of `size`, which `make` makes the first time.
pub(crate) fn session_of<T: Element>(
    sessions: &mut Vec<Session<T>>,
    size: usize,
    make: impl FnOnce(usize) -> Result<Session<T>, thalweg_nn::GraphError>,
) -> Result<&mut Session<T>, TrainError> {
    let index = match sessions.iter().position(|session| session.batch() == size) {
        Some(index) => index,
        None => {
            sessions.push(make(size)?);
            sessions.len() - 1
        }
    };
    Ok(&mut sessions[index])
}

/// Copies the examples of `indices`, and their targets if wanted, into the session's inputs. Allocates nothing.
///
/// # Errors
/// Examples that do not fit the network.
pub fn fill<T: Element>(
    session: &mut Session<T>,
    model: &Model<T>,
    examples: &Examples,
    indices: &[u32],
    with_targets: bool,
) -> Result<(), TrainError> {
    let inputs = session.input_mut(model.input)?;
    let expected = inputs.len() / indices.len().max(1);
    if expected != examples.features() {
        let found = examples.features();
        return Err(TrainError::Setting(format!(
            "the examples have {found} features, the network takes {expected}"
        )));
    }
    examples.gather_inputs(indices, inputs);
    if with_targets && model.target != model.input {
        match examples.targets() {
            Targets::Labels(_) => {
                examples.gather_labels(indices, session.labels_mut(model.target)?)?;
            }
            Targets::Sequences { .. } => {
                examples.gather_sequences(indices, session.labels_mut(model.target)?)?;
            }
            Targets::Values { .. } => {
                examples.gather_values(indices, session.input_mut(model.target)?)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use thalweg_data::{Options, Source, load};
    use thalweg_nn::{Initial, Layers, initialise};

    #[test]
    fn an_infinite_loss_survives_json_as_nan() {
        let written = serde_json::to_string(&Evaluation {
            loss: f64::INFINITY,
            accuracy: Some(0.1),
            values: None,
            examples: 3,
        })
        .unwrap();
        let read: Evaluation = serde_json::from_str(&written).unwrap();
        assert!(read.loss.is_nan());
        assert_eq!((read.accuracy, read.examples), (Some(0.1), 3));
    }

    #[test]
    fn a_batch_takes_no_more_memory_than_it_may_and_the_bytes_are_those_of_the_sessions() {
        let digits = load("digits", &Options::default(), &Source::default()).unwrap();
        let (example, loss) = crate::network::example(&digits);
        let of = |layers: &str| layers.parse::<Layers>().unwrap().model::<f32>(&example, loss).unwrap();
        let small = Evaluator::new(of("linear 50, relu, linear outputs"), EVALUATION_BATCH);
        assert_eq!(small.batch, EVALUATION_BATCH);

        let model = of("conv 128 3 pad same, tanh, linear outputs");
        let mut large = Evaluator::new(model.clone(), EVALUATION_BATCH);
        assert!(planned(&model, large.batch).unwrap() <= VALUE_BYTES);
        assert!(planned(&model, large.batch + 1).unwrap() > VALUE_BYTES);
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let sets = [&digits.train, &digits.test];
        let found = sets.map(|set| large.evaluate(&parameters, set).unwrap());
        let sizes: BTreeSet<usize> = large.sessions.iter().map(Session::batch).collect();
        let rests = sets.map(|set| set.len() % large.batch);
        assert_eq!(
            sizes,
            BTreeSet::from([
                large.batch.min(sets[0].len()),
                large.batch.min(sets[1].len()),
                rests[0],
                rests[1]
            ])
        );
        let bytes: usize = sizes.iter().map(|&size| planned(&model, size).unwrap()).sum();
        assert_eq!(large.bytes(sets.map(|set| set.len())).unwrap(), bytes);
        // Whatever the batch, it is the same network.
        let one = Evaluator::new(model, 7).evaluate(&parameters, sets[0]).unwrap();
        assert!((one.loss - found[0].loss).abs() < 1e-5 && one.accuracy == found[0].accuracy);
    }

    #[test]
    fn the_first_of_equals_is_the_largest_and_nan_never_is() {
        assert_eq!(largest(&[1.0f32, 3.0, 3.0]), 1);
        assert_eq!(largest(&[f32::NAN, -1.0, -2.0]), 1);
        assert_eq!(largest(&[-1.0, f32::NAN]), 0);
    }
}
