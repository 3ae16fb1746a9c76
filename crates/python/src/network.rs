//! The class `Network`: layers as a function of parameters and examples, with its gradient.

use crate::computation::{Core, views};
use crate::error::said;
use crate::lend::Scalar;
use crate::rows::Rows;
use numpy::PyArray1;
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Mutex, MutexGuard, TryLockError};
use thalweg_arena::Arena;
use thalweg_nn::{Element, Example, Initial, Layers, Loss, initialise};

/// Layers as a function of parameters and examples, with its gradient. It holds no parameters; running statistics stay at their
/// start.
#[pyclass(frozen, module = "thalweg.nn")]
pub(crate) struct Network {
    layers: String,
    loss: Loss,
    inner: Mutex<Inner>,
}

enum Inner {
    F32(Core<f32>),
    F64(Core<f64>),
}

/// Does the same for both element types.
macro_rules! each {
    ($inner:expr, $core:ident => $work:expr) => {
        match $inner {
            Inner::F32($core) => $work,
            Inner::F64($core) => $work,
        }
    };
}

#[pymethods]
impl Network {
    #[new]
    #[pyo3(signature = (layers, inputs, outputs, *, loss = "softmax_cross_entropy", dtype = "float32", threads = 1))]
    fn new(
        layers: &str,
        inputs: &Bound<'_, PyAny>,
        outputs: usize,
        loss: &str,
        dtype: &str,
        threads: usize,
    ) -> PyResult<Self> {
        let loss = loss.parse::<Loss>().map_err(|error| said(&error))?;
        let example = example(inputs, outputs)?;
        let read = Layers::read(layers).map_err(|error| said(&error))?;
        let inner = match dtype {
            "float32" => Inner::F32(Core::new(&read, &example, loss, threads)?),
            "float64" => Inner::F64(Core::new(&read, &example, loss, threads)?),
            _ => {
                return Err(PyValueError::new_err(format!(
                    "dtype is {dtype}; there are float32 and float64"
                )));
            }
        };
        Ok(Self { layers: read.to_string(), loss, inner: Mutex::new(inner) })
    }

    /// The layers, in words.
    #[getter]
    fn layers(&self) -> &str {
        &self.layers
    }

    /// Names and shapes of the parameters.
    #[getter]
    fn shapes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let shapes = PyDict::new(py);
        let inner = self.lock()?;
        let layout = each!(&*inner, core => core.graph().layout().clone());
        for tensor in layout.tensors() {
            shapes.set_item(&tensor.name, pyo3::types::PyTuple::new(py, &tensor.shape)?)?;
        }
        Ok(shapes)
    }

    /// Initial values: weights as `initial` says, biases 0. They lie as `together` puts them.
    #[pyo3(signature = (initial = "he", seed = 1))]
    fn initial<'py>(&self, py: Python<'py>, initial: &str, seed: u64) -> PyResult<Bound<'py, PyDict>> {
        let initial = initial.parse::<Initial>().map_err(|error| said(&error))?;
        each!(&*self.lock()?, core => arrays(py, &initialise(core.graph(), initial, seed)))
    }

    /// The same parameters as views of one new array: parameters that lie like that are read without a copy. In the order of `shapes`.
    fn together<'py>(&self, params: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        each!(&mut *self.lock()?, core => core.together(params))
    }

    /// What the last layer gives for each example: scores before softmax, or values. `[examples, outputs]`
    fn outputs<'py>(&self, params: &Bound<'py, PyAny>, x: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let x = Rows::read("x", x)?;
        each!(&mut *self.lock()?, core => core.outputs(params, &x))
    }

    /// The mean loss of the examples.
    fn loss(&self, params: &Bound<'_, PyAny>, x: &Bound<'_, PyAny>, t: &Bound<'_, PyAny>) -> PyResult<f64> {
        let (x, t) = (Rows::read("x", x)?, Rows::read("t", t)?);
        each!(&mut *self.lock()?, core => core.loss(params, &x, &t, self.loss))
    }

    /// The mean of −ln(y + `floor`), where y is softmax's share for the right class of each example: the book's cross-entropy.
    #[pyo3(signature = (params, x, t, floor = 1e-7))]
    fn cross_entropy(
        &self,
        params: &Bound<'_, PyAny>,
        x: &Bound<'_, PyAny>,
        t: &Bound<'_, PyAny>,
        floor: f64,
    ) -> PyResult<f64> {
        let (x, t) = (Rows::read("x", x)?, Rows::read("t", t)?);
        each!(&mut *self.lock()?, core => core.cross_entropy(params, &x, &t, floor))
    }

    /// The mean loss of a batch and its gradient with respect to every parameter, as a dict of views of one new array.
    fn gradients<'py>(
        &self,
        params: &Bound<'py, PyAny>,
        x: &Bound<'py, PyAny>,
        t: &Bound<'py, PyAny>,
    ) -> PyResult<(f64, Bound<'py, PyDict>)> {
        let (x, t) = (Rows::read("x", x)?, Rows::read("t", t)?);
        each!(&mut *self.lock()?, core => core.gradients(params, &x, &t, self.loss))
    }

    fn __repr__(&self) -> String {
        format!("Network(\"{}\")", self.layers)
    }
}

impl Network {
    fn lock(&self) -> PyResult<MutexGuard<'_, Inner>> {
        self.inner.try_lock().map_err(|error| {
            PyRuntimeError::new_err(match error {
                TryLockError::WouldBlock => {
                    "this network is at work in another thread; give each thread a network of its own"
                }
                TryLockError::Poisoned(_) => "an earlier computation broke off; make a new network",
            })
        })
    }
}

/// What examples are like: a number of features, or channels, rows and columns.
pub(crate) fn example(inputs: &Bound<'_, PyAny>, outputs: usize) -> PyResult<Example> {
    if let Ok(features) = inputs.extract::<usize>() {
        return Ok(Example { features, image: None, outputs, places: None });
    }
    let image: [usize; 3] = inputs.extract().map_err(|_| {
        PyTypeError::new_err("inputs is the number of features, or (channels, rows, columns) of an image")
    })?;
    Ok(Example { features: image.iter().product(), image: Some(image), outputs, places: None })
}

/// The tensors of an arena as a dict of views of one new array.
pub(crate) fn arrays<'py, T: Scalar + Element>(
    py: Python<'py>,
    arena: &Arena<T>,
) -> PyResult<Bound<'py, PyDict>> {
    views(&PyArray1::from_slice(py, arena.values()), arena.layout())
}
