//! Comparisons, on built-in problems and on problems written in Python.

use crate::error::said;
use crate::rows::Rows;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::{PyRuntimeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use thalweg_arena::Layout;
use thalweg_data::Source;
use thalweg_lab::experiment::{Document, ExperimentError};
use thalweg_lab::fault::OwnFault;
use thalweg_lab::protocol::{Event, RunError, RunOptions, run};
use thalweg_lab::store::{MemoryStore, SqliteStore, Store};
use thalweg_workloads::engine::{Engine, Judged, Objective, Own, Split, Tensor, vocabulary};

/// How often Python is asked whether to go on.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Runs an experiment and gives the comparison as JSON. `arguments` says of each line of the text which argument of the user's it comes
/// from, and `own` are problems written in Python, by their number.
#[pyfunction]
#[pyo3(signature = (text, *, arguments = vec![], threads = 1, folder = None, store = None, own = BTreeMap::new(), progress = None))]
pub(crate) fn compare(
    py: Python<'_>,
    text: &str,
    arguments: Vec<String>,
    threads: usize,
    folder: Option<PathBuf>,
    store: Option<PathBuf>,
    own: BTreeMap<usize, (Py<PyAny>, String)>,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let refused = |error: ExperimentError| refused(&error, &arguments);
    let document = Document::parse("", text).map_err(refused)?;
    let experiment = document.check(&vocabulary()).map_err(refused)?;
    let mut engine = Engine::new(&experiment, &Source { data_dir: folder }).map_err(|error| said(&error))?;
    if let Some(folder) = store.as_deref().and_then(Path::parent) {
        engine.keep_runs_in(&folder.join("runs"));
    }
    for (index, (problem, identity)) in own {
        engine.own(index, Box::new(PythonProblem { problem, identity }));
    }
    let stop = Arc::new(AtomicBool::new(false));
    for note in engine.incomplete_rounds(&experiment) {
        let note = CString::new(note).unwrap_or_default();
        PyErr::warn(py, &py.get_type::<PyUserWarning>(), &note, 2)?;
    }
    let code = format!("python {} {}", env!("CARGO_PKG_VERSION"), thalweg_lanes::isa());
    // The experiment runs on a thread of its own, so that this one can look up for Ctrl-C and tell of progress.
    py.detach(|| {
        std::thread::scope(|scope| {
            let (news, heard) = channel::<(usize, usize, String)>();
            let stopped = stop.clone();
            let (engine, experiment, code) = (&engine, &experiment, &code);
            let work = scope.spawn(move || {
                let mut memory = MemoryStore::default();
                let file = store.map(|path| SqliteStore::open(&path)).transpose();
                let mut file = file.map_err(|error| said(&format!("store: {error}")))?;
                let store: &mut dyn Store = match &mut file {
                    Some(file) => file,
                    None => &mut memory,
                };
                let mut observer = |event: Event<'_>| {
                    if let Event::CellFinished { cell, done, total, .. } = event {
                        // Nobody listens after an interruption.
                        let _ = news.send((done, total, cell.label.clone()));
                    }
                };
                let options =
                    RunOptions { threads: threads.max(1), code, stop: &stopped, observer: &mut observer };
                let comparison = run(experiment, engine, store, options).map_err(|error| match error {
                    RunError::Stopped { .. } => crate::training::interrupted(),
                    error => PyRuntimeError::new_err(error.to_string()),
                })?;
                serde_json::to_string(&comparison).map_err(|error| said(&error))
            });
            let mut failed = None;
            loop {
                let heard = heard.recv_timeout(LOOK_UP);
                if failed.is_none() {
                    let told = Python::attach(|py| {
                        py.check_signals()?;
                        match (&heard, &progress) {
                            (Ok((done, total, label)), Some(tell)) => {
                                tell.call1(py, (*done, *total, label)).map(drop)
                            }
                            _ => Ok(()),
                        }
                    });
                    if let Err(error) = told {
                        stop.store(true, Ordering::Relaxed);
                        failed = Some(error);
                    }
                }
                if matches!(heard, Err(RecvTimeoutError::Disconnected)) {
                    break;
                }
            }
            let result = work.join().map_err(|_| PyRuntimeError::new_err("the comparison broke off"))?;
            failed.map_or(result, Err)
        })
    })
}

/// What is wrong, with the argument that it is about instead of a place in a text which nobody has seen.
fn refused(error: &ExperimentError, arguments: &[String]) -> PyErr {
    let argument = error.place.as_ref().and_then(|place| arguments.get(place.line - 1));
    let about = argument.map(|argument| format!("{argument}: ")).unwrap_or_default();
    let help = error.fault.help().map(|help| format!("; {help}")).unwrap_or_default();
    PyValueError::new_err(format!("{about}{}{help}", error.fault))
}

/// A problem written in Python: an object with `start(seed)`.
struct PythonProblem {
    problem: Py<PyAny>,
    identity: String,
}

/// A run of it: an object with `parameters()`, `gradients(params)` and `evaluate(params, split)`.
struct PythonRun {
    run: Py<PyAny>,
    parameters: Vec<Tensor>,
    splits: bool,
}

impl Own for PythonProblem {
    fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
        let started = Python::attach(|py| -> PyResult<PythonRun> {
            let run = self.problem.call_method1(py, "start", (seed,))?;
            let found = run.call_method0(py, "parameters")?;
            let found = found
                .bind(py)
                .cast::<PyDict>()
                .map_err(|_| PyValueError::new_err("parameters() gives a dict of arrays"))?;
            let mut parameters = Vec::new();
            for (name, value) in found.iter() {
                let name: String = name.extract()?;
                let rows = Rows::read(&name, &value)?;
                let mut values = vec![0.0; rows.shape().iter().product()];
                rows.copy(0, &mut values)?;
                // NumPy makes an axis of a single number.
                let shape = value.getattr("shape").and_then(|shape| shape.extract()).unwrap_or_default();
                parameters.push(Tensor { name, shape, values });
            }
            let splits = run.getattr(py, "splits")?.extract(py)?;
            Ok(PythonRun { run, parameters, splits })
        });
        started.map(|run| Box::new(run) as Box<dyn Objective>).map_err(in_words)
    }

    fn fingerprint(&self) -> String {
        self.identity.clone()
    }
}

impl PythonRun {
    /// The point as a dict of arrays.
    fn point<'py>(&self, py: Python<'py>, layout: &Layout, at: &[f64]) -> PyResult<Bound<'py, PyDict>> {
        let point = PyDict::new(py);
        for tensor in layout.tensors() {
            let values = PyArray1::from_slice(py, &at[tensor.range.clone()]);
            point.set_item(&tensor.name, values.reshape(tensor.shape.as_slice())?)?;
        }
        Ok(point)
    }
}

impl Objective for PythonRun {
    fn parameters(&self) -> Vec<Tensor> {
        self.parameters.clone()
    }

    fn gradients(&mut self, layout: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
        Python::attach(|py| -> PyResult<f64> {
            let (loss, gradients): (f64, Bound<'_, PyDict>) =
                self.run.bind(py).call_method1("gradients", (self.point(py, layout, at)?,))?.extract()?;
            for tensor in layout.tensors() {
                let name = &tensor.name;
                let Some(found) = gradients.get_item(name)? else {
                    return Err(PyValueError::new_err(format!(
                        "there is no gradient for parameter `{name}`"
                    )));
                };
                let rows = Rows::read(name, &found)?;
                let count: usize = rows.shape().iter().product();
                if count != tensor.range.len() {
                    return Err(PyValueError::new_err(format!(
                        "the gradient of `{name}` has {count} numbers and the parameter {}",
                        tensor.range.len()
                    )));
                }
                rows.copy(0, &mut into[tensor.range.clone()])?;
            }
            Ok(loss)
        })
        .map_err(in_words)
    }

    fn again(&mut self) -> Result<(), OwnFault> {
        Python::attach(|py| match self.run.bind(py).getattr_opt("again")? {
            Some(again) => again.call0().map(drop),
            None => Ok(()),
        })
        .map_err(in_words)
    }

    fn evaluate(&mut self, layout: &Layout, at: &[f64], split: Split) -> Result<Judged, OwnFault> {
        Python::attach(|py| -> PyResult<Judged> {
            let point = self.point(py, layout, at)?;
            let (loss, accuracy) =
                self.run.bind(py).call_method1("evaluate", (point, split.name()))?.extract()?;
            Ok(Judged { loss, accuracy })
        })
        .map_err(in_words)
    }

    fn has_splits(&self) -> bool {
        self.splits
    }
}

fn in_words(error: PyErr) -> OwnFault {
    Python::attach(|py| {
        let traceback = error.traceback(py).and_then(|traceback| traceback.format().ok()).unwrap_or_default();
        format!("{traceback}{error}").into()
    })
}
