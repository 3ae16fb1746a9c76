//! Examples as Python gives them: arrays whose first axis counts.

use crate::error::said;
use numpy::{PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use thalweg_lanes::{Kernel, Real, dispatch};
use thalweg_nn::{Element, Node, Session};

/// An array that needs no copy, and nobody writes to.
fn as_it_is<'py, T: numpy::Element>(
    object: &Bound<'py, PyAny>,
    rows: fn(PyReadonlyArrayDyn<'py, T>) -> Rows<'py>,
) -> Option<Rows<'py>> {
    let array = object.cast::<PyArrayDyn<T>>().ok()?;
    (array.is_c_contiguous() && array.is_aligned()).then(|| array.try_readonly().ok().map(rows))?
}

/// Elements of one type as those of another.
struct Convert<'a, F, I> {
    from: &'a [F],
    into: &'a mut [I],
}

impl<F: Real, I: Real> Kernel for Convert<'_, F, I> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.into.iter_mut().zip(self.from).for_each(|(into, from)| *into = I::from_f64(from.to_f64()));
    }
}

/// Rows of numbers, held while they are read.
pub(crate) enum Rows<'py> {
    F32(PyReadonlyArrayDyn<'py, f32>),
    F64(PyReadonlyArrayDyn<'py, f64>),
}

impl<'py> Rows<'py> {
    /// The argument `what` as rows: an array of numbers (or whatever NumPy makes one of), copied only if its type or its order in
    /// memory asks for it.
    ///
    /// # Errors
    /// `TypeError` for what holds no numbers.
    pub(crate) fn read(what: &str, object: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Some(rows) = as_it_is(object, Rows::F32).or_else(|| as_it_is(object, Rows::F64)) {
            return Ok(rows);
        }
        let numpy = object.py().import("numpy")?;
        let array = numpy.call_method1("ascontiguousarray", (object,))?;
        if let Ok(array) = array.cast::<PyArrayDyn<f32>>() {
            return Ok(Rows::F32(array.try_readonly().map_err(|error| said(&error))?));
        }
        let settings = PyDict::new(object.py());
        settings.set_item("dtype", "float64")?;
        let wide = numpy.call_method("ascontiguousarray", (array,), Some(&settings));
        let wide = wide.map_err(|_| {
            PyTypeError::new_err(format!("{what} holds no numbers; give an array of numbers"))
        })?;
        let wide = wide
            .cast_into::<PyArrayDyn<f64>>()
            .map_err(|_| PyTypeError::new_err(format!("{what} holds no numbers")))?;
        Ok(Rows::F64(wide.try_readonly().map_err(|error| said(&error))?))
    }

    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Rows::F32(array) => array.shape(),
            Rows::F64(array) => array.shape(),
        }
    }

    /// How many, and how many numbers in each.
    ///
    /// # Errors
    /// `ValueError` for a single number.
    pub(crate) fn extent(&self, what: &str) -> PyResult<(usize, usize)> {
        match self.shape() {
            [] => Err(PyValueError::new_err(format!(
                "{what} is a single number; give one row for each example"
            ))),
            [count, rest @ ..] => Ok((*count, rest.iter().product())),
        }
    }

    /// The numbers from `first` on, as many as fit `into`.
    pub(crate) fn copy<T: Real>(&self, first: usize, into: &mut [T]) -> PyResult<()> {
        match self {
            Rows::F32(array) => {
                let from = array.as_slice().map_err(|error| said(&error))?;
                dispatch(Convert { from: &from[first..], into });
            }
            Rows::F64(array) => {
                let from = array.as_slice().map_err(|error| said(&error))?;
                dispatch(Convert { from: &from[first..], into });
            }
        }
        Ok(())
    }

    /// The numbers from `first` on as an input of a session.
    pub(crate) fn fill<T: Element>(
        &self,
        first: usize,
        session: &mut Session<T>,
        input: Node,
    ) -> PyResult<()> {
        let into = session.input_mut(input).map_err(|error| said(&error))?;
        match self {
            Rows::F32(array) => {
                let len = into.len();
                let from = &array.as_slice().map_err(|error| said(&error))?[first..][..len];
                session.set_narrow_input(input, from).map_err(|error| said(&error))
            }
            Rows::F64(_) => self.copy(first, into),
        }
    }

    /// All of them in 32 bits.
    pub(crate) fn singles(&self) -> PyResult<Vec<f32>> {
        let mut all = vec![0.0; self.shape().iter().product()];
        self.copy(0, &mut all)?;
        Ok(all)
    }

    /// One label a row: whole numbers, or rows with a single 1.
    ///
    /// # Errors
    /// `ValueError` for anything else, or another number of rows than `count`.
    pub(crate) fn labels(&self, what: &str, count: usize) -> PyResult<Vec<u32>> {
        let numbers = {
            let mut all = vec![0.0f64; self.shape().iter().product()];
            self.copy(0, &mut all)?;
            all
        };
        let refuse = |sentence: String| Err(PyValueError::new_err(format!("{what} {sentence}")));
        let (rows, width) = self.extent(what)?;
        if rows != count {
            return refuse(format!("has {rows} rows for {count} examples; give one for each"));
        }
        if self.shape().len() == 1 {
            return match numbers
                .iter()
                .position(|label| !(*label >= 0.0 && label.fract() == 0.0 && *label < 1e9))
            {
                Some(row) => refuse(format!(
                    "holds {}, in row {row}, where a label is a whole number from 0",
                    numbers[row]
                )),
                None => Ok(numbers.iter().map(|&label| label as u32).collect()),
            };
        }
        let mut labels = Vec::with_capacity(count);
        for (row, shares) in numbers.chunks_exact(width.max(1)).enumerate() {
            let mut one = None;
            let single = shares.iter().enumerate().all(|(label, &share)| match share {
                0.0 => true,
                1.0 if one.is_none() => {
                    one = Some(label as u32);
                    true
                }
                _ => false,
            });
            let (Some(label), true) = (one, single) else {
                return refuse(format!(
                    "row {row} is no single 1 among zeros; give labels, or rows of that kind"
                ));
            };
            labels.push(label);
        }
        Ok(labels)
    }
}
