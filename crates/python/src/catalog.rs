//! The table of rules, for Python.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use thalweg_optim::{Entry, torch_state};

/// A rule of the catalogue.
#[pyclass(frozen, module = "thalweg.optim")]
#[derive(Debug)]
pub(crate) struct Rule(&'static Entry);

#[pymethods]
impl Rule {
    /// The name that `Optimizer` takes.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.info.name
    }

    /// The name in prose.
    #[getter]
    fn title(&self) -> &'static str {
        self.0.info.title
    }

    /// The recursion.
    #[getter]
    fn formula(&self) -> &'static str {
        self.0.info.formula
    }

    /// Where it comes from.
    #[getter]
    fn paper(&self) -> &'static str {
        self.0.info.paper
    }

    /// When to use it.
    #[getter]
    fn when(&self) -> &'static str {
        self.0.info.when
    }

    /// Whether gradients are wanted at `Optimizer.evaluation_point(params)` instead of at the parameters.
    #[getter]
    fn looks_ahead(&self) -> bool {
        self.0.looks_ahead()
    }

    /// What each hyper-parameter does, by name.
    #[getter]
    fn hyperparameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let meanings = PyDict::new(py);
        for hyperparameter in self.0.all_hyperparameters() {
            meanings.set_item(
                hyperparameter.name,
                format!("{}; {}", hyperparameter.meaning, hyperparameter.domain),
            )?;
        }
        Ok(meanings)
    }

    /// The default of each hyper-parameter, by dialect and name.
    #[getter]
    fn defaults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dialects = PyDict::new(py);
        for dialect in self.0.dialects() {
            let values = PyDict::new(py);
            for (name, value) in self.0.defaults(dialect).unwrap_or_default() {
                values.set_item(name, value)?;
            }
            dialects.set_item(dialect.name(), values)?;
        }
        Ok(dialects)
    }

    /// What torch calls the buffers of state, by our names; empty for a rule that torch does not have.
    #[getter]
    fn torch_buffers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let names = PyDict::new(py);
        for (theirs, ours) in torch_state::buffer_names(self.0.info.name) {
            names.set_item(ours, theirs)?;
        }
        Ok(names)
    }

    fn __repr__(&self) -> String {
        format!("<Rule {}: {}>", self.0.info.name, self.0.info.formula)
    }
}

/// Every rule, in order of increasing complexity.
#[pyfunction]
pub(crate) fn rules() -> Vec<Rule> {
    Entry::all().into_iter().map(Rule).collect()
}
