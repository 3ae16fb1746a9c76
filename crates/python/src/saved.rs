//! The state of an optimizer as a dict that can be pickled, and back.

use crate::error::to_python;
use crate::roster::{ParameterInfo, Roster, Work};
use crate::specification::to_json;
use crate::value::Kind;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use thalweg_arena::Checkpoint;
use thalweg_optim::{Buildable, OptimError, Optimizer, Specification};

const FORMAT: &str = "thalweg/1";

/// Format, specification, parameters, and the state of each element type as the bytes of a safetensors file.
///
/// # Errors
/// Those of Python.
pub(crate) fn saved<'py>(
    py: Python<'py>,
    specification: &Specification,
    work: Work,
    roster: Option<&Roster>,
) -> PyResult<Bound<'py, PyDict>> {
    let said = |error: &dyn std::fmt::Display| PyValueError::new_err(error.to_string());
    let state = PyDict::new(py);
    state.set_item("format", FORMAT)?;
    let text = serde_json::to_string(specification).map_err(|error| said(&error))?;
    state.set_item("specification", py.import("json")?.call_method1("loads", (text,))?)?;
    state.set_item("measure", work.measure)?;
    state.set_item("threads", work.threads)?;
    let Some(roster) = roster else { return Ok(state) };
    let parameters: Vec<(&str, &str, &[usize])> = roster
        .infos
        .iter()
        .map(|info| (info.name.as_str(), info.kind.name(), info.shape.as_slice()))
        .collect();
    state.set_item("parameters", parameters)?;
    let bytes = |checkpoint: Checkpoint| {
        checkpoint.to_bytes().map(|bytes| PyBytes::new(py, &bytes)).map_err(|error| said(&error))
    };
    state.set_item("float32", bytes(checkpoint(specification, roster.f32.as_ref()))?)?;
    state.set_item("float64", bytes(checkpoint(specification, roster.f64.as_ref()))?)?;
    Ok(state)
}

fn checkpoint<T: Buildable>(specification: &Specification, optimizer: &dyn Optimizer<T>) -> Checkpoint {
    let mut checkpoint = Checkpoint::new();
    specification.save(optimizer, &mut checkpoint);
    checkpoint
}

/// A specification as the core writes it.
///
/// # Errors
/// `ValueError` for anything else, and for names and values that do not exist.
pub(crate) fn read_specification(written: &Bound<'_, PyAny>) -> PyResult<Specification> {
    let read: Result<Specification, _> = serde_json::from_value(to_json(written)?);
    let specification = read.map_err(|error| PyValueError::new_err(error.to_string()))?;
    specification.resolved().map_err(to_python)?;
    Ok(specification)
}

/// What a dict made by [`saved`] holds, for an optimizer of this specification: rule, dialect, stages and groups must be the same;
/// hyper-parameters and schedules are those saved.
///
/// # Errors
/// `TypeError` if it is no dict, `ValueError` that names what is missing, broken or different.
pub(crate) fn restored(
    state: &Bound<'_, PyAny>,
    own: &Specification,
    work: Work,
) -> PyResult<(Specification, Option<Roster>)> {
    let state =
        state.cast::<PyDict>().map_err(|_| PyTypeError::new_err("give the dict that state_dict() made"))?;
    let entry = |name: &str| -> PyResult<Bound<'_, PyAny>> {
        let missing =
            || PyValueError::new_err(format!("the state has no `{name}`; give what state_dict() made"));
        state.get_item(name)?.ok_or_else(missing)
    };
    let format: String = entry("format")?.extract()?;
    if format != FORMAT {
        return Err(PyValueError::new_err(format!(
            "the state is of format {format}; this version reads {FORMAT}"
        )));
    }
    let specification = read_specification(&entry("specification")?)?;
    if specification.fingerprint() != own.fingerprint() {
        // Loading it into one's own rule says what differs.
        let empty = Roster::new(&Specification { groups: vec![], ..own.clone() }, work, std::iter::empty())?;
        let mut optimizer = empty.f64;
        let mut found = Checkpoint::new();
        specification.save(optimizer.as_ref(), &mut found);
        own.load(optimizer.as_mut(), &found).map_err(to_python)?;
    }
    if !state.contains("parameters")? {
        return Ok((specification, None));
    }
    let parameters: Vec<(String, String, Vec<usize>)> = entry("parameters")?.extract()?;
    let infos = parameters.into_iter().map(|(name, kind, shape)| {
        let kind = Kind::named(&kind)
            .ok_or_else(|| PyValueError::new_err(format!("`{name}` is of no known kind, {kind}")))?;
        Ok(ParameterInfo { name, kind, shape, index: 0 })
    });
    let infos: Vec<ParameterInfo> = infos.collect::<PyResult<_>>()?;
    let mut roster = Roster::new(&specification, work, infos.into_iter())?;
    let read = |name: &str| -> PyResult<Checkpoint> {
        let bytes: Vec<u8> = entry(name)?.extract()?;
        Checkpoint::parse(&bytes, name).map_err(|error| PyValueError::new_err(error.to_string()))
    };
    fill(&specification, roster.f32.as_mut(), &read("float32")?).map_err(to_python)?;
    fill(&specification, roster.f64.as_mut(), &read("float64")?).map_err(to_python)?;
    Ok((specification, Some(roster)))
}

fn fill<T: Buildable>(
    specification: &Specification,
    optimizer: &mut dyn Optimizer<T>,
    checkpoint: &Checkpoint,
) -> Result<(), OptimError> {
    specification.load(optimizer, checkpoint)
}
