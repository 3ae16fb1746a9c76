//! What an update tells of itself, as a dict.

use crate::roster::Roster;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use thalweg_optim::{GroupReport, StepReport};

/// The last update. Norms only if they were measured.
///
/// # Errors
/// Those of Python.
pub(crate) fn report<'py>(py: Python<'py>, roster: &Roster, measured: bool) -> PyResult<Bound<'py, PyDict>> {
    let (singles, doubles) = (roster.f32.report(), roster.f64.report());
    let latest: &StepReport = if singles.step > doubles.step { singles } else { doubles };
    let both = GroupReport {
        learning_rate: latest.total.learning_rate,
        gradient_norm: singles.total.gradient_norm.hypot(doubles.total.gradient_norm),
        update_norm: singles.total.update_norm.hypot(doubles.total.update_norm),
        parameter_norm: singles.total.parameter_norm.hypot(doubles.total.parameter_norm),
        clipped: singles.total.clipped || doubles.total.clipped,
        ..GroupReport::default()
    };
    let found = group(py, &both, measured)?;
    found.set_item("step", latest.step)?;
    found.set_item("non_finite", singles.non_finite + doubles.non_finite)?;
    found.set_item("skipped", singles.skipped.max(doubles.skipped))?;
    let groups = PyList::empty(py);
    for one in singles.groups.iter().chain(&doubles.groups) {
        let named = group(py, one, measured)?;
        named.set_item("name", &one.name)?;
        groups.append(named)?;
    }
    found.set_item("groups", groups)?;
    Ok(found)
}

fn group<'py>(py: Python<'py>, of: &GroupReport, measured: bool) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("learning_rate", of.learning_rate)?;
    found.set_item("clipped", of.clipped)?;
    let norms = [
        ("gradient_norm", of.gradient_norm),
        ("update_norm", of.update_norm),
        ("parameter_norm", of.parameter_norm),
        ("update_to_weight", of.update_to_weight()),
    ];
    for (name, norm) in norms {
        found.set_item(name, measured.then_some(norm))?;
    }
    Ok(found)
}
