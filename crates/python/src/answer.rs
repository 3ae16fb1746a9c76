//! State and parameters as new NumPy arrays and numbers.

use crate::lend::Scalar;
use crate::roster::ParameterInfo;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use thalweg_arena::Layout;
use thalweg_optim::{Optimizer, state_of};

/// State `name` of a parameter as a new read-only array of the state's own shape; `None` if there is none.
///
/// # Errors
/// Those of NumPy.
pub(crate) fn state_array<'py, T: Scalar>(
    py: Python<'py>,
    optimizer: &dyn Optimizer<T>,
    name: &str,
    info: &ParameterInfo,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let arenas = optimizer.state().into_iter().filter(|(known, _)| *known == name);
    let found = arenas
        .filter_map(|(_, arena)| Some((arena.layout().find(&info.name)?, arena.get(&info.name)?)))
        .next();
    let Some((tensor, values)) = found else {
        // Kept in fewer bits, perhaps.
        let unpacked = state_of(optimizer, name, &info.name);
        return unpacked.map(|values| locked(array(py, info, &values)?)).transpose();
    };
    let array = PyArray1::from_slice(py, values).reshape(tensor.shape.as_slice())?.into_any();
    locked(array).map(Some)
}

/// The elements of one tensor in a buffer of its layout.
///
/// # Errors
/// `ValueError` if the buffer is not of that layout.
pub(crate) fn tensor<'a, T>(layout: &Layout, info: &ParameterInfo, buffer: &'a [T]) -> PyResult<&'a [T]> {
    let range = layout.tensors().get(info.index).map(|tensor| tensor.range.clone());
    let elements = range.and_then(|range| buffer.get(range));
    elements.ok_or_else(|| PyValueError::new_err(format!("`{}` has no such state", info.name)))
}

/// A new array of the parameter's shape.
///
/// # Errors
/// Those of NumPy.
pub(crate) fn array<'py, T: Scalar>(
    py: Python<'py>,
    info: &ParameterInfo,
    elements: &[T],
) -> PyResult<Bound<'py, PyAny>> {
    Ok(PyArray1::from_slice(py, elements).reshape(info.shape.as_slice())?.into_any())
}

/// The same array, read-only: writing to a copy of the state would change nothing and should say so.
fn locked(array: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let settings = PyDict::new(array.py());
    settings.set_item("write", false)?;
    array.call_method("setflags", (), Some(&settings))?;
    Ok(array)
}

/// A Python float.
///
/// # Errors
/// None.
pub(crate) fn number<'py>(py: Python<'py>, elements: &[f64]) -> PyResult<Bound<'py, PyAny>> {
    Ok(elements.first().copied().unwrap_or_default().into_pyobject(py)?.into_any())
}
