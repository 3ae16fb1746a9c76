//! What an entry of a dict of parameters or gradients is.

use numpy::{PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyType};
use std::fmt;

/// The most axes that array views here support; NumPy itself goes further.
const MOST_AXES: usize = 32;

/// What an error message calls a value.
#[derive(Clone, Copy)]
pub(crate) enum ValueName<'a> {
    Parameter(&'a str),
    Gradient(&'a str),
}

impl fmt::Display for ValueName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueName::Parameter(name) => write!(f, "parameter `{name}`"),
            ValueName::Gradient(name) => write!(f, "the gradient of `{name}`"),
        }
    }
}

/// Which of the three kinds of value an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    F32,
    F64,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Number, Kind::F32, Kind::F64];

    /// One word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Number => "number",
            Kind::F32 => "float32",
            Kind::F64 => "float64",
        }
    }

    /// The kind called so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Number => "a number",
            Kind::F32 => "an array of float32",
            Kind::F64 => "an array of float64",
        })
    }
}

/// A number, or an array of a type the core computes in.
pub(crate) enum Value<'py> {
    Number(f64),
    F32(Bound<'py, PyArrayDyn<f32>>),
    F64(Bound<'py, PyArrayDyn<f64>>),
}

impl<'py> Value<'py> {
    /// Reads an entry of a dict.
    ///
    /// # Errors
    /// `TypeError` for anything but numbers and arrays of float32 or float64; `ValueError` for arrays that are not aligned
    /// in memory or have too many axes.
    pub(crate) fn read(entry: ValueName<'_>, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        let value = if let Ok(array) = object.cast::<PyArrayDyn<f64>>() {
            Value::F64(array.clone())
        } else if let Ok(array) = object.cast::<PyArrayDyn<f32>>() {
            Value::F32(array.clone())
        } else if let Ok(array) = object.cast::<PyUntypedArray>() {
            return Err(PyTypeError::new_err(format!(
                "{entry} has dtype {}; give float32 or float64 in this machine's byte order, \
                 such as array.astype(np.float64)",
                array.dtype().str()?
            )));
        } else if is_number(object)? {
            return Ok(Value::Number(object.extract()?));
        } else if let Some(array) = shared(entry, object)? {
            return Self::read(entry, &array);
        } else {
            return Err(PyTypeError::new_err(format!(
                "{entry} is a {}; give a number or a NumPy array of float32 or float64",
                object.get_type().name()?
            )));
        };
        let Some(array) = value.untyped() else { return Ok(value) };
        if array.ndim() > MOST_AXES {
            return Err(PyValueError::new_err(format!(
                "{entry} has {} axes; reshape it to at most {MOST_AXES}",
                array.ndim()
            )));
        }
        if !array.is_aligned() {
            return Err(PyValueError::new_err(format!(
                "{entry} is not aligned in memory; give array.copy()"
            )));
        }
        Ok(value)
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Value::Number(_) => Kind::Number,
            Value::F32(_) => Kind::F32,
            Value::F64(_) => Kind::F64,
        }
    }

    /// The extents; none for a number.
    pub(crate) fn shape(&self) -> &[usize] {
        self.untyped().map_or(&[], |array| array.shape())
    }

    /// The array, if it is one.
    pub(crate) fn untyped(&self) -> Option<&Bound<'py, PyUntypedArray>> {
        match self {
            Value::Number(_) => None,
            Value::F32(array) => Some(array.as_untyped()),
            Value::F64(array) => Some(array.as_untyped()),
        }
    }
}

/// The memory of another library's array as a NumPy array, without a copy, if it can be shared: torch's tensors on the CPU, JAX's arrays
/// (which nobody may write to).
fn shared<'py>(entry: ValueName<'_>, object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !object.hasattr("__dlpack__")? {
        return Ok(None);
    }
    let numpy = object.py().import("numpy")?;
    match numpy.call_method1("from_dlpack", (object,)) {
        Ok(array) => Ok(Some(array)),
        Err(error) => Err(PyTypeError::new_err(format!(
            "{entry} is a {} whose memory cannot be shared ({error}); give a NumPy array",
            object.get_type().name()?
        ))),
    }
}

/// Python's int and float and NumPy's scalars of them; not bool, which is an int only by history.
fn is_number(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    if object.is_instance_of::<PyFloat>() {
        return Ok(true);
    }
    if object.is_instance_of::<PyInt>() {
        return Ok(!object.is_instance_of::<PyBool>());
    }
    static FLOATING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static INTEGER: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = object.py();
    Ok(object.is_instance(FLOATING.import(py, "numpy", "floating")?)?
        || object.is_instance(INTEGER.import(py, "numpy", "integer")?)?)
}
