//! The core's errors as Python's own kinds.

use pyo3::PyErr;
use pyo3::exceptions::{PyKeyError, PyValueError};
use thalweg_optim::OptimError;

/// `KeyError` for a name that is missing or superfluous among the gradients, `ValueError` for the rest.
pub(crate) fn to_python(error: OptimError) -> PyErr {
    let message = error.to_string();
    match error {
        OptimError::MissingGradient(_) | OptimError::ExtraGradient(_) => PyKeyError::new_err(message),
        _ => PyValueError::new_err(message),
    }
}

/// `ValueError` with what another part of Thalweg said.
pub(crate) fn said(error: &dyn std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
