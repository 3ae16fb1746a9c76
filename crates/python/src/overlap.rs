//! Arrays that share memory cannot be updated: each change would show in the other.

use crate::value::{Value, ValueName};
use numpy::{PyArrayDescrMethods, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::ops::Range;

/// An array with the bytes between its first and last element.
struct Extent<'a, 'py> {
    entry: ValueName<'a>,
    bytes: Range<usize>,
    array: &'a Bound<'py, PyUntypedArray>,
}

/// Refuses parameters that share elements with themselves, each other or a gradient. Gradients may share.
///
/// # Errors
/// `ValueError` that names both.
pub(crate) fn refuse<'a, 'py: 'a>(
    py: Python<'py>,
    values: impl Iterator<Item = (ValueName<'a>, &'a Value<'py>)>,
) -> PyResult<()> {
    let mut extents = Vec::new();
    for (entry, value) in values {
        let Some(array) = value.untyped().filter(|array| !array.is_empty()) else { continue };
        if matches!(entry, ValueName::Parameter(_)) && folds_onto_itself(array) {
            return Err(PyValueError::new_err(format!(
                "elements of {entry} share memory with each other; give array.copy()"
            )));
        }
        extents.push(Extent { entry, bytes: bytes(address(value), array), array });
    }
    extents.sort_by_key(|extent| extent.bytes.start);
    for (i, first) in extents.iter().enumerate() {
        for second in extents[i + 1..].iter().take_while(|second| second.bytes.start < first.bytes.end) {
            let writes = [first, second].iter().any(|extent| matches!(extent.entry, ValueName::Parameter(_)));
            if writes && share(py, first.array, second.array)? {
                return Err(PyValueError::new_err(format!(
                    "{} and {} share memory; give array.copy() for one of them",
                    first.entry, second.entry
                )));
            }
        }
    }
    Ok(())
}

fn address(value: &Value<'_>) -> usize {
    match value {
        Value::Number(_) => 0,
        Value::F32(array) => array.data() as usize,
        Value::F64(array) => array.data() as usize,
    }
}

fn bytes(address: usize, array: &Bound<'_, PyUntypedArray>) -> Range<usize> {
    let (mut start, mut end) = (address, address + array.dtype().itemsize());
    for (&extent, &stride) in array.shape().iter().zip(array.strides()) {
        let reach = (extent - 1) * stride.unsigned_abs();
        if stride < 0 { start -= reach } else { end += reach }
    }
    start..end
}

/// Whether two indices may lead to the same element: with axes in order of stride, each stride must step over all that
/// the smaller ones reach. True of every slice, transposition and reversal, false of broadcasts and sliding windows.
fn folds_onto_itself(array: &Bound<'_, PyUntypedArray>) -> bool {
    let axes = array.shape().iter().zip(array.strides()).filter(|(extent, _)| **extent > 1);
    let mut axes: Vec<(usize, usize)> =
        axes.map(|(&extent, stride)| (stride.unsigned_abs(), extent)).collect();
    axes.sort_unstable();
    let mut reach = array.dtype().itemsize();
    for (stride, extent) in axes {
        if stride < reach {
            return true;
        }
        reach += (extent - 1) * stride;
    }
    false
}

/// Whether the arrays have an element in common. Their bytes may interleave without that: columns of one matrix.
fn share(
    py: Python<'_>,
    first: &Bound<'_, PyUntypedArray>,
    second: &Bound<'_, PyUntypedArray>,
) -> PyResult<bool> {
    py.import("numpy")?.call_method1("shares_memory", (first, second))?.extract()
}
