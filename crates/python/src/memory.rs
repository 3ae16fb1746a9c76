//! The state where it lies, for tensors that share its memory.

use crate::roster::Roster;
use numpy::{PyArray1, PyArrayMethods, PyReadwriteArray1, PyUntypedArrayMethods};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use thalweg_lanes::Real;
use thalweg_optim::Optimizer;

/// A stretch of memory: name of the parameter, name of the buffer, shape, NumPy's name of the type, address, elements.
pub(crate) type Stretch = (String, String, Vec<usize>, &'static str, usize, usize);

/// Updates done by parameter; what the rule keeps beside its buffers: names and values.
pub(crate) type NewCounts<'py> = (Bound<'py, PyArray1<f32>>, Vec<String>, Bound<'py, PyArray1<f64>>);

/// Returns where every buffer of state lies. A second buffer of the same name for the same parameter is told by a number.
pub(crate) fn stretches(roster: &Roster) -> Vec<Stretch> {
    let mut found = of(roster.f32.as_ref(), "<f4");
    found.extend(of(roster.f64.as_ref(), "<f8"));
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (parameter, name, ..) in &mut found {
        let count = seen.entry((parameter.clone(), name.clone())).or_insert(0);
        *count += 1;
        if *count > 1 {
            *name = format!("{name}#{count}");
        }
    }
    found
}

fn of<T: Real>(optimizer: &dyn Optimizer<T>, kind: &'static str) -> Vec<Stretch> {
    let mut found = Vec::new();
    for (name, arena) in optimizer.state() {
        for (tensor, values) in arena.tensors() {
            let address = values.as_ptr() as usize;
            let shape = tensor.shape.clone();
            found.push((tensor.name.clone(), name.to_string(), shape, kind, address, values.len()));
        }
    }
    for (name, arena) in optimizer.packed() {
        for (index, tensor) in arena.layout().tensors().iter().enumerate() {
            let (codes, words, scales) = arena.memory(index);
            let (parameter, shape) = (tensor.name.clone(), tensor.shape.clone());
            if words.is_empty() {
                let address = codes.as_ptr() as usize;
                found.push((parameter.clone(), name.into(), shape, "|u1", address, codes.len()));
                let (address, name) = (scales.as_ptr() as usize, format!("{name}_scales"));
                found.push((parameter, name, vec![scales.len()], "<f4", address, scales.len()));
            } else {
                let address = words.as_ptr() as usize;
                found.push((parameter, name.into(), shape, "<u2", address, words.len()));
            }
        }
    }
    found
}

/// Returns the arrays that [`Counts`] borrows.
pub(crate) fn new_counts<'py>(py: Python<'py>, roster: &Roster) -> NewCounts<'py> {
    let steps: Vec<f32> = (0..roster.infos.len()).map(|place| roster.count(place) as f32).collect();
    let (names, numbers) = roster.numbers().into_iter().unzip();
    (PyArray1::from_vec(py, steps), names, PyArray1::from_vec(py, numbers))
}

/// Numbers that Python and the core both have: updates done, by parameter, and what the rule keeps beside its buffers.
pub(crate) struct Counts<'py> {
    steps: PyReadwriteArray1<'py, f32>,
    /// `None` for a rule that keeps none.
    numbers: Option<PyReadwriteArray1<'py, f64>>,
}

impl<'py> Counts<'py> {
    /// Borrows a pair of arrays.
    ///
    /// # Errors
    /// `TypeError` for anything else.
    pub(crate) fn borrow(pair: &Bound<'py, PyAny>) -> PyResult<Self> {
        let wrong = |_| PyTypeError::new_err("counts is a pair of arrays, of float32 and of float64");
        let (steps, numbers): (Bound<'py, PyArray1<f32>>, Bound<'py, PyArray1<f64>>) =
            pair.extract().map_err(wrong)?;
        let lent = |error: numpy::BorrowError| PyValueError::new_err(error.to_string());
        Ok(Self {
            steps: steps.try_readwrite().map_err(lent)?,
            numbers: match numbers.is_empty() {
                true => None,
                false => Some(numbers.try_readwrite().map_err(lent)?),
            },
        })
    }

    /// Takes over what was written to the arrays since the last update.
    ///
    /// # Errors
    /// `ValueError` for arrays of other lengths and for counts that are none.
    pub(crate) fn read(&mut self, roster: &mut Roster) -> PyResult<()> {
        let steps = self.steps.as_slice()?;
        roster.check_count(steps.len())?;
        for (place, &step) in steps.iter().enumerate() {
            if !(step >= 0.0 && step.fract() == 0.0) {
                return Err(PyValueError::new_err(format!(
                    "step is {step}; give a whole number of at least 0"
                )));
            }
            // Above 2²⁴ a float32 is not the count itself.
            if step != roster.count(place) as f32 {
                roster.set_count(place, step as u64);
            }
        }
        if let Some(numbers) = &self.numbers {
            roster.set_numbers(numbers.as_slice()?);
        }
        Ok(())
    }

    /// Writes what holds after an update.
    pub(crate) fn write(&mut self, roster: &Roster) {
        if let Ok(steps) = self.steps.as_slice_mut() {
            steps.iter_mut().enumerate().for_each(|(place, step)| *step = roster.count(place) as f32);
        }
        if let Some(Ok(numbers)) = self.numbers.as_mut().map(PyReadwriteArray1::as_slice_mut) {
            numbers.iter_mut().zip(roster.numbers()).for_each(|(number, (_, value))| *number = value);
        }
    }
}
