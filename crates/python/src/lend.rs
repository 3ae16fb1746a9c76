//! Entries of dicts as slices for the core: contiguous arrays as they are, everything else by way of a copy.

use crate::value::{Value, ValueName};
use numpy::{BorrowError, Element, PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use numpy::{PyReadonlyArrayDyn, PyReadwriteArrayDyn};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use thalweg_lanes::{Real, reduce};
use thalweg_optim::{OptimError, Optimizer, Slot};

/// An element type of arrays.
pub(crate) trait Scalar: Real + Element {
    /// The array of this type in `value`, if it is one.
    fn array<'a, 'py>(value: &'a Value<'py>) -> Option<&'a Bound<'py, PyArrayDyn<Self>>>;
}

impl Scalar for f32 {
    fn array<'a, 'py>(value: &'a Value<'py>) -> Option<&'a Bound<'py, PyArrayDyn<f32>>> {
        if let Value::F32(array) = value { Some(array) } else { None }
    }
}

impl Scalar for f64 {
    fn array<'a, 'py>(value: &'a Value<'py>) -> Option<&'a Bound<'py, PyArrayDyn<f64>>> {
        if let Value::F64(array) = value { Some(array) } else { None }
    }
}

/// The elements of `value` in row-major order; `None` if it is an array of another type.
pub(crate) fn elements<T: Scalar>(value: &Value<'_>) -> PyResult<Option<Vec<T>>> {
    if let Value::Number(number) = value {
        return Ok(Some(vec![T::from_f64(*number)]));
    }
    let Some(array) = T::array(value) else { return Ok(None) };
    if array.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let array = array.try_readonly().map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(Some(array.as_array().iter().copied().collect()))
}

/// Where the new parameters go.
enum Home<'py, T: Scalar> {
    /// Into the array, where they already are.
    InPlace(PyReadwriteArrayDyn<'py, T>),
    /// From a copy into the array.
    Array(PyReadwriteArrayDyn<'py, T>, Vec<T>),
    /// From a copy into the dict.
    Dict(Bound<'py, PyString>, Vec<T>),
}

enum Source<'py, T: Scalar> {
    Array(PyReadonlyArrayDyn<'py, T>),
    Copy(Vec<T>),
}

/// A parameter and its gradient, lent to the core.
pub(crate) struct Loan<'py, T: Scalar> {
    index: usize,
    home: Home<'py, T>,
    source: Source<'py, T>,
}

impl<'py, T: Scalar> Loan<'py, T> {
    /// Lends tensor `index`, which nothing else may touch until the loan is returned.
    ///
    /// # Errors
    /// `ValueError` for a read-only array, for one lent already, and for a gradient of another shape; `TypeError` for a
    /// gradient of another element type.
    pub(crate) fn new(
        index: usize,
        key: Option<&Bound<'py, PyString>>,
        name: &str,
        parameter: &Value<'py>,
        gradient: &Value<'py>,
    ) -> PyResult<Self> {
        let (entry, gradient_entry) = (ValueName::Parameter(name), ValueName::Gradient(name));
        if gradient.shape() != parameter.shape() {
            return Err(PyValueError::new_err(format!(
                "{gradient_entry} has shape {:?} and the parameter {:?}; give a gradient of the parameter's shape",
                gradient.shape(),
                parameter.shape()
            )));
        }
        let source = match T::array(gradient) {
            Some(array) if array.is_c_contiguous() && !array.is_empty() => {
                Source::Array(array.try_readonly().map_err(|error| refusal(gradient_entry, error))?)
            }
            _ => match elements(gradient)? {
                Some(copy) => Source::Copy(copy),
                None => {
                    return Err(PyTypeError::new_err(format!(
                        "{gradient_entry} is {} and the parameter {}; convert one of them with astype",
                        gradient.kind(),
                        parameter.kind()
                    )));
                }
            },
        };
        let home = match T::array(parameter) {
            None => match key {
                Some(key) => Home::Dict(key.clone(), elements(parameter)?.unwrap_or_default()),
                None => {
                    return Err(PyTypeError::new_err(format!(
                        "{entry} is a number, which cannot change in place; give an array"
                    )));
                }
            },
            Some(array) => {
                let array = array.try_readwrite().map_err(|error| refusal(entry, error))?;
                if array.is_c_contiguous() && !array.is_empty() {
                    Home::InPlace(array)
                } else if array.is_empty() {
                    Home::Array(array, Vec::new())
                } else {
                    let copy = array.as_array().iter().copied().collect();
                    Home::Array(array, copy)
                }
            }
        };
        Ok(Self { index, home, source })
    }

    /// The same for two arrays as they should be, at a fraction of the time: of this type and shape, contiguous, lent to nobody.
    /// `None` for any others, which [`new`](Self::new) copies or refuses with a reason.
    pub(crate) fn direct(
        index: usize,
        shape: &[usize],
        parameter: &Bound<'py, PyAny>,
        gradient: &Bound<'py, PyAny>,
    ) -> Option<Self> {
        let plain = |object: &Bound<'py, PyAny>| {
            let array = object.cast::<PyArrayDyn<T>>().ok()?;
            let plain =
                array.shape() == shape && array.is_c_contiguous() && array.is_aligned() && !array.is_empty();
            plain.then(|| array.clone())
        };
        let home = Home::InPlace(plain(parameter)?.try_readwrite().ok()?);
        let source = Source::Array(plain(gradient)?.try_readonly().ok()?);
        Some(Self { index, home, source })
    }

    /// The tensor's number, its parameters and its gradients.
    ///
    /// # Errors
    /// None for a loan made here: the arrays lent in place are contiguous.
    pub(crate) fn slices(&mut self) -> PyResult<Slot<'_, T>> {
        let not_contiguous = |error: numpy::AsSliceError| PyRuntimeError::new_err(error.to_string());
        let parameters = match &mut self.home {
            Home::InPlace(array) => array.as_slice_mut().map_err(not_contiguous)?,
            Home::Array(_, copy) | Home::Dict(_, copy) => copy,
        };
        let gradients = match &self.source {
            Source::Array(array) => array.as_slice().map_err(not_contiguous)?,
            Source::Copy(copy) => copy,
        };
        Ok(Slot { index: self.index, parameters, gradients })
    }

    /// Writes copies back.
    ///
    /// # Errors
    /// Those of setting an entry of a dict that is there.
    pub(crate) fn give_back(self, parameters: Option<&Bound<'py, PyDict>>) -> PyResult<()> {
        match self.home {
            Home::InPlace(_) => {}
            Home::Array(mut array, copy) => {
                if !copy.is_empty() {
                    array.as_array_mut().iter_mut().zip(copy).for_each(|(element, new)| *element = new);
                }
            }
            Home::Dict(key, copy) => {
                if let (Some(parameters), Some(number)) = (parameters, copy.first()) {
                    parameters.set_item(&key, number.to_f64())?;
                }
            }
        }
        Ok(())
    }
}

fn refusal(entry: ValueName<'_>, error: BorrowError) -> PyErr {
    PyValueError::new_err(match error {
        BorrowError::NotWriteable => format!("{entry} is read-only; give array.copy()"),
        // The check behind this is stricter than sharing elements: it refuses some views that only interleave.
        _ => format!(
            "{entry} interleaves in memory with another array of this update, or another thread is updating it; \
             give array.copy()"
        ),
    })
}

/// One update of the tensors of both element types: all of them or none.
///
/// # Errors
/// Those of the core: lengths that are not the layout's, gradients that are not finite.
pub(crate) fn step(
    singles: (&mut dyn Optimizer<f32>, Vec<Slot<'_, f32>>),
    doubles: (&mut dyn Optimizer<f64>, Vec<Slot<'_, f64>>),
) -> Result<(), OptimError> {
    // The type that would be refused goes first, before the other one has moved.
    let finite = doubles.1.iter().all(|slot| reduce::all_finite(slot.gradients));
    if finite {
        singles.0.step_tensors(singles.1)?;
        return doubles.0.step_tensors(doubles.1);
    }
    doubles.0.step_tensors(doubles.1)?;
    singles.0.step_tensors(singles.1)
}
