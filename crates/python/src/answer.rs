//! State and parameters as new NumPy arrays and numbers.

use crate::lend::Scalar;
use crate::roster::Place;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use thalweg_arena::Layout;
use thalweg_optim::Optimizer;

/// State `name` of all tensors.
pub(crate) fn buffer<'a, T: Scalar>(optimizer: &'a dyn Optimizer<T>, name: &str) -> &'a [T] {
    let found = optimizer.state().into_iter().find(|(known, _)| *known == name);
    found.map_or(&[], |(_, arena)| arena.values())
}

/// The elements of one tensor in a buffer of its layout.
///
/// # Errors
/// `ValueError` if the buffer is not of that layout.
pub(crate) fn tensor<'a, T>(layout: &Layout, place: &Place, buffer: &'a [T]) -> PyResult<&'a [T]> {
    let range = layout.tensors().get(place.index).map(|tensor| tensor.range.clone());
    let elements = range.and_then(|range| buffer.get(range));
    elements.ok_or_else(|| PyValueError::new_err(format!("`{}` has no such state", place.name)))
}

/// A new array of the parameter's shape.
///
/// # Errors
/// Those of NumPy.
pub(crate) fn array<'py, T: Scalar>(
    py: Python<'py>,
    place: &Place,
    elements: &[T],
) -> PyResult<Bound<'py, PyAny>> {
    Ok(PyArray1::from_slice(py, elements).reshape(place.shape.as_slice())?.into_any())
}

/// The same array, read-only: writing to a copy of the state would change nothing and should say so.
pub(crate) fn locked(array: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
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
