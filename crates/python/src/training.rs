//! Training a network, and the trained network.

use crate::data::{Dataset, examples};
use crate::error::said;
use crate::network::arrays;
use crate::rows::Rows;
use crate::specification::to_json;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use thalweg_arena::Checkpoint;
use thalweg_data::{Examples, Source, Targets, unscaled};
use thalweg_nn::grouped;
use thalweg_optim::{Dialect, Specification};
use thalweg_train::{
    Ending, Evaluator, Naming, Observer, Point, Trainer, TrainingSettings, WeightSet, Weights,
};

/// How often Python is asked whether to go on.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Trains; gives the checkpoint, the record as JSON and how it ended. `settings` are those of the run, as JSON has them.
#[pyfunction]
#[pyo3(signature = (dataset, settings, *, threads = 1, progress = None, resume = None))]
pub(crate) fn train<'py>(
    py: Python<'py>,
    dataset: &Dataset,
    settings: &Bound<'py, PyAny>,
    threads: usize,
    progress: Option<Py<PyAny>>,
    resume: Option<Vec<u8>>,
) -> PyResult<(Bound<'py, PyBytes>, String, &'static str)> {
    let rule = Specification::new("adam", Dialect::Torch);
    let mut whole =
        serde_json::to_value(TrainingSettings::new(&dataset.0.name, rule)).map_err(|error| said(&error))?;
    let given = to_json(settings)?;
    if let (Some(whole), Some(given)) = (whole.as_object_mut(), given.as_object()) {
        whole.extend(given.clone());
    }
    let settings: TrainingSettings = serde_json::from_value(whole).map_err(|error| said(&error))?;
    let mut observer = Watch { progress, seen: Instant::now(), failed: None };
    let (bytes, record, ending) = py.detach(|| {
        let mut trainer = match resume {
            None => Trainer::<f32>::new(settings, &dataset.0).map_err(|error| said(&error))?,
            Some(bytes) => {
                let checkpoint = Checkpoint::parse(&bytes, "the saved run").map_err(|error| said(&error))?;
                Trainer::resume(&checkpoint, Some(settings.steps), &dataset.0)
                    .map_err(|error| said(&error))?
            }
        };
        trainer.set_threads(threads.max(1));
        let ending = trainer.run(&mut observer).map_err(|error| said(&error))?;
        if let Some(error) = observer.failed.take() {
            return Err(error);
        }
        let record = serde_json::to_string(trainer.record()).map_err(|error| said(&error))?;
        let ending = match ending {
            Ending::Finished if trainer.stopped_early() => "stopped early",
            Ending::Finished => "finished",
            Ending::Stopped => "stopped",
            Ending::Diverged { .. } => "diverged",
        };
        let checkpoint = trainer.checkpoint().map_err(|error| said(&error))?;
        let bytes = checkpoint.to_bytes().map_err(|error| said(&error))?;
        Ok((bytes, record, ending))
    })?;
    Ok((PyBytes::new(py, &bytes), record, ending))
}

/// Asks Python now and then whether to go on, and tells it how far it is.
struct Watch {
    progress: Option<Py<PyAny>>,
    seen: Instant,
    failed: Option<PyErr>,
}

impl Watch {
    fn ask(&mut self, work: impl FnOnce(Python<'_>, Option<&Py<PyAny>>) -> PyResult<()>) -> bool {
        let told = Python::attach(|py| {
            py.check_signals()?;
            work(py, self.progress.as_ref())
        });
        self.failed = told.err();
        self.failed.is_none()
    }
}

impl Observer for Watch {
    fn stepped(&mut self, done: u64, total: u64, loss: f64) -> bool {
        if self.seen.elapsed() < LOOK_UP && done < total {
            return true;
        }
        self.seen = Instant::now();
        self.ask(|py, progress| progress.map_or(Ok(()), |tell| tell.call1(py, (done, total, loss)).map(drop)))
    }

    fn evaluated(&mut self, _: &Point) {}
}

/// A trained network.
#[pyclass(frozen, module = "thalweg.nn")]
pub(crate) struct Trained {
    weights: Weights<f32>,
    set: WeightSet,
    bytes: Option<Vec<u8>>,
}

#[pymethods]
impl Trained {
    /// The network of a checkpoint that `train` gave, with its weights "judged" or "raw".
    #[staticmethod]
    #[pyo3(signature = (bytes, *, weights = "judged"))]
    fn of(bytes: Vec<u8>, weights: &str) -> PyResult<Self> {
        let checkpoint = Checkpoint::parse(&bytes, "the saved run").map_err(|error| said(&error))?;
        let read = Weights::of_checkpoint(&checkpoint, "the saved run").map_err(|error| said(&error))?;
        Self::with_set(read, weights, Some(bytes))
    }

    /// The network of a file: a saved run, or safetensors or NPZ whose arrays W1, b1, … describe a perceptron.
    #[staticmethod]
    #[pyo3(signature = (path, *, activation = None, weights = "judged"))]
    fn load(path: PathBuf, activation: Option<&str>, weights: &str) -> PyResult<Self> {
        let read = Weights::load(&path, activation).map_err(|error| said(&error))?;
        let bytes = read.settings.as_ref().and_then(|_| std::fs::read(&path).ok());
        Self::with_set(read, weights, bytes)
    }

    /// Which weights these are: "judged" or "raw".
    #[getter]
    fn weights(&self) -> String {
        self.set.to_string()
    }

    /// A data set read as the one that the network was trained on: the same columns, texts, scales and classes.
    #[pyo3(signature = (name, *, folder = None))]
    fn data(&self, py: Python<'_>, name: &str, folder: Option<PathBuf>) -> PyResult<Dataset> {
        let options =
            self.weights.settings.as_ref().map(|settings| settings.data.clone()).unwrap_or_default();
        let source = Source { data_dir: folder };
        py.detach(|| thalweg_data::load(name, &options, &source)).map(Dataset).map_err(|error| said(&error))
    }

    /// The parameters as a dict of new arrays.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = arrays(py, &self.weights.parameters)?;
        all.update(arrays(py, &self.weights.statistics)?.as_mapping())?;
        Ok(all)
    }

    /// What the last layer gives for each example: scores before softmax, or values in the units of the targets.
    /// `[examples, outputs]`
    fn outputs<'py>(&self, py: Python<'py>, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let rows = Rows::read("x", x)?;
        let (count, features) = rows.extent("x")?;
        let targets = Targets::Labels(vec![0; count].into());
        let examples = Examples::new(rows.singles()?, features, targets).map_err(|error| said(&error))?;
        let found = py.detach(|| self.evaluator().outputs(&self.weights.parameters, &examples));
        let found = found.map_err(|error| said(&error))?;
        let width = found.len() / count.max(1);
        let found: Vec<f32> = match self.target_scales() {
            [] => found,
            scales => unscaled(found.iter().map(|value| f64::from(*value)), scales)
                .into_iter()
                .map(|value| value as f32)
                .collect(),
        };
        Ok(PyArray1::from_vec(py, found).reshape([count, width])?.into_any())
    }

    /// Mean loss, accuracy (None for values), and RMSE, MAE and R² (None for classes) on examples.
    #[pyo3(signature = (x, t, *, classification = true))]
    fn evaluate(
        &self,
        py: Python<'_>,
        x: &Bound<'_, PyAny>,
        t: &Bound<'_, PyAny>,
        classification: bool,
    ) -> PyResult<(f64, Option<f64>, Option<f64>, Option<f64>, Option<f64>)> {
        let examples = examples(x, t, classification)?;
        let examples = match examples.values() {
            Some(values) if !self.target_scales().is_empty() => {
                examples.with_values(&values, self.target_scales())
            }
            _ => examples,
        };
        let found = py.detach(|| self.evaluator().evaluate(&self.weights.parameters, &examples));
        let found = found.map_err(|error| said(&error))?;
        let values = found.values;
        Ok((
            found.loss,
            found.accuracy,
            values.map(|one| one.rmse),
            values.map(|one| one.mae),
            values.map(|one| one.r2),
        ))
    }

    /// Writes it: `.onnx` a whole network, `.safetensors` or `.npz` its tensors, named as `naming` names them.
    #[pyo3(signature = (path, *, naming = "thalweg"))]
    fn export(&self, path: PathBuf, naming: &str) -> PyResult<()> {
        let naming: Naming = naming.parse().map_err(|error| said(&error))?;
        self.weights.write(&path, naming).map(drop).map_err(|error| said(&error))
    }

    /// The bytes of the saved run, to be loaded again or gone on with.
    fn saved<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        match &self.bytes {
            Some(bytes) => Ok(PyBytes::new(py, bytes)),
            None => {
                Err(PyValueError::new_err("these are weights alone, not a saved run; `export` writes them"))
            }
        }
    }

    fn __repr__(&self) -> String {
        let count = self.weights.model.graph.layout().elements() as u64;
        format!("<Trained network of {} parameters>", grouped(count))
    }
}

impl Trained {
    /// The network with one set of its weights.
    fn with_set(weights: Weights<f32>, set: &str, bytes: Option<Vec<u8>>) -> PyResult<Self> {
        let set: WeightSet = set.parse().map_err(|error| said(&error))?;
        let weights = weights.with_set(set).map_err(|error| said(&error))?;
        Ok(Self { weights, set, bytes })
    }

    /// How the targets were scaled that the network was trained on; empty if they were not.
    fn target_scales(&self) -> &[(f64, f64)] {
        let encoding = self.weights.settings.as_ref().and_then(|settings| settings.data.encoding.as_ref());
        encoding.map(|encoding| encoding.target_scales.as_slice()).unwrap_or_default()
    }

    fn evaluator(&self) -> Evaluator<f32> {
        let mut evaluator = Evaluator::new(self.weights.model.clone(), 512);
        evaluator.set_statistics(self.weights.statistics.values());
        evaluator
    }
}

/// What Ctrl-C is in Python.
pub(crate) fn interrupted() -> PyErr {
    PyKeyboardInterrupt::new_err(())
}
