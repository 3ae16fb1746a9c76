//! The dicts that Python gives: names with values.

use crate::error::to_python;
use crate::value::{Kind, Value, ValueName};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::collections::BTreeMap;
use thalweg_optim::OptimError;

/// A parameter as the dict has it.
pub(crate) struct Parameter<'py> {
    pub(crate) key: Bound<'py, PyString>,
    pub(crate) name: String,
    pub(crate) value: Value<'py>,
}

/// The argument `what` as a dict.
///
/// # Errors
/// `TypeError`.
pub(crate) fn dict<'a, 'py>(what: &str, object: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyDict>> {
    object.cast::<PyDict>().map_err(|_| {
        let kind = object.get_type().name().map_or_else(|_| "object".to_string(), |name| name.to_string());
        PyTypeError::new_err(format!("{what} is a {kind}; give a dict from names to NumPy arrays or numbers"))
    })
}

/// Keyword arguments that are all numbers.
///
/// # Errors
/// `TypeError`.
pub(crate) fn numbers(settings: Option<&Bound<'_, PyDict>>) -> PyResult<BTreeMap<String, f64>> {
    let mut numbers = BTreeMap::new();
    for item in settings.map(|settings| settings.items()).into_iter().flatten() {
        let (name, value): (String, Bound<'_, PyAny>) = item.extract()?;
        let Value::Number(number) = Value::read(ValueName::Parameter(&name), &value)
            .map_err(|_| PyTypeError::new_err(format!("{name} = {value} is not a number; give a number")))?
        else {
            return Err(PyTypeError::new_err(format!("{name} is an array; give a number")));
        };
        numbers.insert(name, number);
    }
    Ok(numbers)
}

/// The parameters in the order of the dict.
///
/// # Errors
/// `TypeError` for a key that is no str, and those of [`Value::read`].
pub(crate) fn read<'py>(params: &Bound<'py, PyDict>) -> PyResult<Vec<Parameter<'py>>> {
    let mut parameters = Vec::with_capacity(params.len());
    // A list of the items: the dict itself may change while Python code runs.
    for item in params.items() {
        let (key, object): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item.extract()?;
        let key = key.cast_into::<PyString>().map_err(|error| {
            PyTypeError::new_err(format!("parameter {} is not named by a str", error.into_inner()))
        })?;
        let name = key.to_str()?.to_string();
        let value = Value::read(ValueName::Parameter(&name), &object)?;
        parameters.push(Parameter { key, name, value });
    }
    Ok(parameters)
}

/// The gradients in the order of the parameters.
///
/// # Errors
/// `KeyError` for a missing or superfluous gradient, and those of [`Value::read`].
pub(crate) fn read_gradients<'py>(
    parameters: &[Parameter<'py>],
    params: &Bound<'py, PyDict>,
    grads: &Bound<'py, PyDict>,
) -> PyResult<Vec<Value<'py>>> {
    let mut gradients = Vec::with_capacity(parameters.len());
    for Parameter { key, name, value } in parameters {
        let object = grads.get_item(key)?;
        let object = object.ok_or_else(|| to_python(OptimError::MissingGradient(name.clone())))?;
        let mut gradient = Value::read(ValueName::Gradient(name), &object)?;
        if value.kind() == Kind::Number && gradient.untyped().is_some() && gradient.shape().is_empty() {
            gradient = Value::Number(object.extract()?);
        }
        gradients.push(gradient);
    }
    // Each parameter has its gradient, so another length means others.
    if grads.len() != parameters.len() {
        for key in grads.keys() {
            if !params.contains(&key)? {
                return Err(to_python(OptimError::ExtraGradient(key.to_string())));
            }
        }
    }
    Ok(gradients)
}
