//! The class `Optimizer`.

use crate::answer::{array, number, state_array, tensor};
use crate::entries::{Parameter, dict, numbers, read, read_gradients};
use crate::error::to_python;
use crate::lend::{Loan, Scalar, elements};
use crate::memory::{self, Counts, Stretch};
use crate::overlap;
use crate::report::report;
use crate::roster::{ParameterInfo, Roster, Work};
use crate::saved::{read_specification, restored, saved};
use crate::specification::{plan, specification};
use crate::value::{Kind, Value, ValueName};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use thalweg_arena::Layout;
use thalweg_kit::hint;
use thalweg_optim::{Entry as Row, OptimError, Optimizer as Core, Specification, state_of};

/// An update rule at work on a dict of NumPy arrays and numbers.
#[pyclass(frozen, subclass, module = "thalweg.optim")]
pub(crate) struct Optimizer {
    row: &'static Row,
    state_names: Vec<&'static str>,
    // Never waited for: a wait that holds the interpreter's lock could last for ever.
    inner: Mutex<Inner>,
}

struct Inner {
    specification: Specification,
    /// Whether norms are measured, and the threads of a step.
    work: Work,
    /// What the rate is multiplied by, beside the schedule.
    scale: f64,
    roster: Option<Roster>,
    /// Whether somebody was told where the state lies: it stays there.
    lent: bool,
}

#[pymethods]
impl Optimizer {
    #[new]
    #[pyo3(signature = (rule, dialect = "book", *, options = None, measure = false, threads = 1, written = None, **hyperparameters))]
    fn new(
        rule: &str,
        dialect: &str,
        options: Option<&Bound<'_, PyDict>>,
        measure: bool,
        threads: usize,
        written: Option<&Bound<'_, PyAny>>,
        hyperparameters: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        // `written` is a specification as `state_dict` has it: all there is to say.
        let specification = match written {
            Some(written) => read_specification(written)?,
            None => specification(rule, dialect, options, numbers(hyperparameters)?)?,
        };
        let row = Row::named(rule).map_err(to_python)?;
        // Groups are told from the parameters alone; whose state there is, from the rules.
        let empty = Specification { groups: vec![], ..specification.clone() };
        let empty = empty.build::<f64>(Arc::new(Layout::new())).map_err(to_python)?;
        let full = empty.state().into_iter().map(|(name, _)| name);
        let mut state_names: Vec<&'static str> =
            full.chain(empty.packed().into_iter().map(|(name, _)| name)).collect();
        state_names.dedup();
        let work = Work { measure, threads: threads.max(1) };
        Ok(Self {
            row,
            state_names,
            inner: Mutex::new(Inner { specification, work, scale: 1.0, roster: None, lent: false }),
        })
    }

    /// Updates every parameter with the gradient of the same name: arrays in place, numbers by replacing the dict's entry.
    fn update(&self, params: &Bound<'_, PyAny>, grads: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = params.py();
        let (params, grads) = (dict("params", params)?, dict("grads", grads)?);
        if self.update_plain(params, grads)? {
            return Ok(());
        }
        let parameters = read(params)?;
        let gradients = read_gradients(&parameters, params, grads)?;
        let values = parameters.iter().zip(&gradients).flat_map(|(parameter, gradient)| {
            [
                (ValueName::Parameter(&parameter.name), &parameter.value),
                (ValueName::Gradient(&parameter.name), gradient),
            ]
        });
        overlap::refuse(py, values)?;

        let mut inner = self.lock()?;
        let mut first = None;
        let known = known(&mut inner, &mut first, || Ok(infos(&parameters)))?;
        known.check_count(parameters.len())?;
        let (mut singles, mut doubles) = (Vec::new(), Vec::new());
        for (Parameter { key, name, value }, gradient) in parameters.iter().zip(&gradients) {
            let info = known.info(name, value)?;
            match info.kind {
                Kind::F32 => singles.push(Loan::<f32>::new(info.index, Some(key), name, value, gradient)?),
                Kind::F64 | Kind::Number => {
                    doubles.push(Loan::<f64>::new(info.index, Some(key), name, value, gradient)?);
                }
            }
        }
        known.lend(py, &mut singles, &mut doubles)?;
        if first.is_some() {
            inner.roster = first;
        }
        singles.into_iter().try_for_each(|loan| loan.give_back(Some(params)))?;
        doubles.into_iter().try_for_each(|loan| loan.give_back(Some(params)))
    }

    /// The same for arrays without names, in the same order every time: those whose gradient is None sit this update out. `counts` is
    /// what [`Counts`] made of this optimizer: written to beforehand, it holds in this update.
    #[pyo3(signature = (params, grads, counts = None))]
    fn update_list(
        &self,
        params: &Bound<'_, PyList>,
        grads: &Bound<'_, PyList>,
        counts: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let py = params.py();
        if params.len() != grads.len() {
            let (params, grads) = (params.len(), grads.len());
            return Err(PyValueError::new_err(format!(
                "{params} arrays and {grads} gradients; give one for each"
            )));
        }
        let mut inner = self.lock()?;
        let mut first = None;
        let known = known(&mut inner, &mut first, || listed(params))?;
        known.check_count(params.len())?;
        let mut counts = counts.map(Counts::borrow).transpose()?;
        let (mut singles, mut doubles) = (Vec::new(), Vec::new());
        for (info, (value, gradient)) in known.infos.iter().zip(params.iter().zip(grads.iter())) {
            if gradient.is_none() {
                continue;
            }
            match info.kind {
                Kind::F32 => singles.push(lent::<f32>(known, info, &value, &gradient)?),
                Kind::F64 | Kind::Number => doubles.push(lent::<f64>(known, info, &value, &gradient)?),
            }
        }
        if let Some(counts) = &mut counts {
            counts.read(known)?;
        }
        known.lend(py, &mut singles, &mut doubles)?;
        if let Some(counts) = &mut counts {
            counts.write(known);
        }
        if first.is_some() {
            inner.roster = first;
        }
        singles.into_iter().try_for_each(|loan| loan.give_back(None))?;
        doubles.into_iter().try_for_each(|loan| loan.give_back(None))
    }

    /// Makes the state of `params`, as the first `update_list` would, and tells where it lies: name of the parameter, name of the buffer,
    /// shape, type as NumPy writes it, address, length. The memory stays where it is as long as this object lives.
    fn state_memory(&self, params: &Bound<'_, PyList>) -> PyResult<Vec<Stretch>> {
        let mut inner = self.lock()?;
        let mut first = None;
        let known = known(&mut inner, &mut first, || listed(params))?;
        known.check_count(params.len())?;
        let memory = memory::stretches(known);
        if first.is_some() {
            inner.roster = first;
        }
        inner.lent = true;
        Ok(memory)
    }

    /// Updates done, parameter by parameter, as float32 (torch's type), and the numbers that the rule keeps beside its buffers.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<memory::NewCounts<'py>> {
        let inner = self.lock()?;
        let roster = inner.roster.as_ref();
        roster
            .map(|roster| memory::new_counts(py, roster))
            .ok_or_else(|| PyRuntimeError::new_err("there is no state before the first update"))
    }

    /// Where the next gradient is wanted, as a dict of new arrays and numbers: equal to the parameters, but for a rule
    /// that looks ahead.
    fn evaluation_point<'py>(&self, params: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        self.point(params, None, Point::Ahead).map(|(point, _)| point)
    }

    /// The parameters to evaluate with, as a dict of new arrays and numbers: equal to the parameters, but for averages of
    /// weights and schedule-free rules.
    fn averaged<'py>(&self, params: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        self.point(params, None, Point::Averaged).map(|(point, _)| point)
    }

    /// Where a second gradient is wanted before the update (sharpness-aware minimisation), or None.
    fn second_point<'py>(
        &self,
        params: &Bound<'py, PyAny>,
        grads: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.point(params, Some(grads), Point::Second).map(|(point, wanted)| wanted.then_some(point))
    }

    /// State `name`, such as "velocity", of every parameter: copies, read-only; `None` before the first update.
    fn state<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyDict>>> {
        if !self.state_names.contains(&name) {
            let suggestion = if self.state_names.is_empty() {
                "this rule has none".to_string()
            } else {
                hint(name, self.state_names.iter().copied())
            };
            let kind = "state of this rule";
            return Err(to_python(OptimError::Unknown { kind, name: name.to_string(), suggestion }));
        }
        let inner = self.lock()?;
        let Some(roster) = &inner.roster else { return Ok(None) };
        let state = PyDict::new(py);
        for info in &roster.infos {
            // A rule may keep a buffer for some tensors only (the rows of matrices).
            let object = match info.kind {
                Kind::F32 => state_array(py, roster.f32.as_ref(), name, info)?,
                Kind::F64 => state_array(py, roster.f64.as_ref(), name, info)?,
                Kind::Number => {
                    let values = state_of(roster.f64.as_ref(), name, &info.name);
                    values.map(|values| number(py, &values)).transpose()?
                }
            };
            if let Some(object) = object {
                state.set_item(&info.name, object)?;
            }
        }
        Ok(Some(state))
    }

    /// The names that `state` takes.
    #[getter]
    fn state_names(&self) -> Vec<&'static str> {
        self.state_names.clone()
    }

    /// Updates done.
    #[getter]
    fn steps(&self) -> PyResult<u64> {
        Ok(self.lock()?.roster.as_ref().map_or(0, Roster::steps))
    }

    /// The rule's name in the catalogue.
    #[getter]
    fn rule(&self) -> &'static str {
        self.row.info.name
    }

    /// Whose formula and defaults.
    #[getter]
    fn dialect(&self) -> PyResult<&'static str> {
        Ok(self.lock()?.specification.dialect.name())
    }

    /// Every hyper-parameter with its value: a copy; `set` changes them.
    #[getter]
    fn hyperparameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let values = PyDict::new(py);
        for (name, value) in self.lock()?.specification.resolved().map_err(to_python)? {
            values.set_item(name, value)?;
        }
        Ok(values)
    }

    /// Changes hyper-parameters from the next update on; all or none.
    #[pyo3(signature = (**hyperparameters))]
    fn set(&self, hyperparameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let changes = numbers(hyperparameters)?;
        let mut inner = self.lock()?;
        let mut changed = inner.specification.clone();
        changed.hyperparameters.extend(changes.clone());
        changed.resolved().map_err(to_python)?;
        if let Some(roster) = &mut inner.roster {
            roster.set(&changes)?;
        }
        inner.specification = changed;
        Ok(())
    }

    /// Changes hyper-parameters of one group from the next update on; all or none.
    #[pyo3(signature = (group, **hyperparameters))]
    fn set_group(&self, group: usize, hyperparameters: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let changes = numbers(hyperparameters)?;
        let mut inner = self.lock()?;
        let mut specification = inner.specification.clone();
        let count = specification.groups.len();
        let Some(written) = specification.groups.get_mut(group) else {
            return Err(PyValueError::new_err(format!("there is no group {group}; there are {count}")));
        };
        let name = written.name.clone();
        written.hyperparameters.extend(changes.clone());
        if let Some(roster) = &mut inner.roster {
            roster.set_group(&name, &changes)?;
        }
        inner.specification = specification;
        Ok(())
    }

    /// The learning rate of the next update, schedule included; None for a rule without one.
    #[getter]
    fn learning_rate(&self) -> PyResult<Option<f64>> {
        let mut inner = self.lock()?;
        let Inner { specification, roster, .. } = &mut *inner;
        Ok(match roster {
            Some(roster) => roster.f64.learning_rate().or_else(|| roster.f32.learning_rate()),
            None => {
                let empty = Specification { groups: vec![], ..specification.clone() };
                empty.build::<f64>(Arc::new(Layout::new())).map_err(to_python)?.learning_rate()
            }
        })
    }

    /// Multiplies the learning rate by `factor` from the next update on, beside the schedule. Not cumulative.
    fn scale_rate(&self, factor: f64) -> PyResult<()> {
        if !(factor.is_finite() && factor >= 0.0) {
            return Err(PyValueError::new_err(format!("factor is {factor}; give a number of at least 0")));
        }
        let mut inner = self.lock()?;
        inner.scale = factor;
        if let Some(roster) = &mut inner.roster {
            roster.scale_rate(factor);
        }
        Ok(())
    }

    /// What the last update tells of itself; None before the first.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let inner = self.lock()?;
        let measured = inner.work.measure;
        inner
            .roster
            .as_ref()
            .filter(|roster| roster.steps() > 0)
            .map(|roster| report(py, roster, measured))
            .transpose()
    }

    /// Everything that is needed to go on elsewhere, as a dict of numbers, strings and bytes.
    fn state_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let inner = self.lock()?;
        saved(py, &inner.specification, inner.work, inner.roster.as_ref())
    }

    /// Goes on from a `state_dict`; all or nothing.
    fn load_state_dict(&self, state: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut inner = self.lock()?;
        if inner.lent {
            return Err(PyRuntimeError::new_err(
                "the memory of this optimizer's state is in use elsewhere; load into a new optimizer",
            ));
        }
        let (specification, roster) = restored(state, &inner.specification, inner.work)?;
        inner.specification = specification;
        inner.roster = roster;
        let factor = inner.scale;
        if let Some(roster) = &mut inner.roster {
            roster.scale_rate(factor);
        }
        Ok(())
    }

    /// The plan of the groups over parameters like these, in words.
    fn explain(&self, params: &Bound<'_, PyAny>) -> PyResult<String> {
        let parameters = read(dict("params", params)?)?;
        let inner = self.lock()?;
        plan(&inner.specification, &parameters)
    }

    fn __repr__(&self) -> PyResult<String> {
        let inner = self.lock()?;
        let values = inner.specification.resolved().map_err(to_python)?;
        let values: String = values.iter().map(|(name, value)| format!(", {name}={value}")).collect();
        let dialect = inner.specification.dialect;
        Ok(format!("Optimizer(\"{}\", dialect=\"{dialect}\"{values})", self.row.info.name))
    }
}

/// Which point is asked for.
#[derive(Clone, Copy)]
enum Point {
    Ahead,
    Averaged,
    Second,
}

impl Optimizer {
    fn lock(&self) -> PyResult<MutexGuard<'_, Inner>> {
        self.inner.try_lock().map_err(|error| {
            PyRuntimeError::new_err(match error {
                TryLockError::WouldBlock => {
                    "this optimizer is in the middle of an update; give each thread an optimizer of its own"
                }
                TryLockError::Poisoned(_) => "an earlier update broke off; make a new optimizer",
            })
        })
    }

    /// The update where all is as it was and as it should be: the same names in the same order, contiguous arrays of the same shapes that
    /// share nothing. False for anything else, with nothing changed; the long way then copies, or says what is wrong.
    fn update_plain(&self, params: &Bound<'_, PyDict>, grads: &Bound<'_, PyDict>) -> PyResult<bool> {
        let mut inner = self.lock()?;
        let Some(known) = &mut inner.roster else { return Ok(false) };
        if params.len() != known.infos.len() || grads.len() != known.infos.len() {
            return Ok(false);
        }
        let (mut singles, mut doubles) = (Vec::new(), Vec::new());
        for (info, item) in known.infos.iter().zip(params.items()) {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            let same = key.cast::<PyString>().is_ok_and(|key| key.to_str().is_ok_and(|key| key == info.name));
            let Some(gradient) = grads.get_item(&key)?.filter(|_| same) else { return Ok(false) };
            let lent =
                match info.kind {
                    Kind::F32 => Loan::direct(info.index, &info.shape, &value, &gradient)
                        .map(|loan| singles.push(loan)),
                    Kind::F64 => Loan::direct(info.index, &info.shape, &value, &gradient)
                        .map(|loan| doubles.push(loan)),
                    Kind::Number => None,
                };
            if lent.is_none() {
                return Ok(false);
            }
        }
        known.lend(params.py(), &mut singles, &mut doubles)?;
        Ok(true)
    }

    /// A point near the parameters, and whether the rule wants it.
    fn point<'py>(
        &self,
        params: &Bound<'py, PyAny>,
        grads: Option<&Bound<'py, PyAny>>,
        which: Point,
    ) -> PyResult<(Bound<'py, PyDict>, bool)> {
        let py = params.py();
        let params = dict("params", params)?;
        let parameters = read(params)?;
        let gradients = match grads {
            Some(grads) => read_gradients(&parameters, params, dict("grads", grads)?)?,
            None => vec![],
        };
        let mut inner = self.lock()?;
        let mut first = None;
        let known = known(&mut inner, &mut first, || Ok(infos(&parameters)))?;
        known.check_count(parameters.len())?;
        for parameter in &parameters {
            known.info(&parameter.name, &parameter.value)?;
        }
        let (singles, one) = buffer(known.f32.as_mut(), &parameters, &gradients, which)?;
        let (doubles, other) = buffer(known.f64.as_mut(), &parameters, &gradients, which)?;
        let point = PyDict::new(py);
        for Parameter { key, name, value } in &parameters {
            let info = known.info(name, value)?;
            let object = match info.kind {
                Kind::F32 => array(py, info, tensor(known.f32.layout(), info, &singles)?)?,
                Kind::F64 => array(py, info, tensor(known.f64.layout(), info, &doubles)?)?,
                Kind::Number => number(py, tensor(known.f64.layout(), info, &doubles)?)?,
            };
            point.set_item(key, object)?;
        }
        Ok((point, one || other))
    }
}

/// Lends a parameter and its gradient, found by their position alone.
fn lent<'py, T: Scalar>(
    known: &Roster,
    info: &ParameterInfo,
    value: &Bound<'py, PyAny>,
    gradient: &Bound<'py, PyAny>,
) -> PyResult<Loan<'py, T>> {
    if let Some(loan) = Loan::direct(info.index, &info.shape, value, gradient) {
        return Ok(loan);
    }
    let value = Value::read(ValueName::Parameter(&info.name), value)?;
    known.info(&info.name, &value)?;
    let gradient = Value::read(ValueName::Gradient(&info.name), gradient)?;
    Loan::new(info.index, None, &info.name, &value, &gradient)
}

/// The roster, made from `infos` if there is none yet: then in `first`, until the update has succeeded.
fn known<'r>(
    inner: &'r mut Inner,
    first: &'r mut Option<Roster>,
    infos: impl FnOnce() -> PyResult<Vec<ParameterInfo>>,
) -> PyResult<&'r mut Roster> {
    let Inner { specification, work, scale, roster, .. } = inner;
    if let Some(known) = roster {
        return Ok(known);
    }
    let mut made = Roster::new(specification, *work, infos()?.into_iter())?;
    made.scale_rate(*scale);
    Ok(first.insert(made))
}

/// Parameters without names are called by their number.
fn listed(params: &Bound<'_, PyList>) -> PyResult<Vec<ParameterInfo>> {
    let info = |(number, value): (usize, Bound<'_, PyAny>)| {
        let name = number.to_string();
        Ok(ParameterInfo::of(&name, &Value::read(ValueName::Parameter(&name), &value)?))
    };
    params.iter().enumerate().map(info).collect()
}

fn infos(parameters: &[Parameter<'_>]) -> Vec<ParameterInfo> {
    parameters.iter().map(|parameter| ParameterInfo::of(&parameter.name, &parameter.value)).collect()
}

/// A buffer of the optimizer's layout, filled with the point asked for, and whether it differs from the parameters.
fn buffer<T: Scalar>(
    optimizer: &mut dyn Core<T>,
    parameters: &[Parameter<'_>],
    gradients: &[Value<'_>],
    which: Point,
) -> PyResult<(Vec<T>, bool)> {
    let layout = optimizer.layout().clone();
    let gather = |each: &mut dyn Iterator<Item = (&str, &Value<'_>)>| -> PyResult<Vec<T>> {
        let mut values = vec![T::ZERO; layout.len()];
        for (name, value) in each {
            let Some(tensor) = layout.find(name) else { continue };
            let elements = elements::<T>(value)?.unwrap_or_default();
            values[tensor.range.clone()]
                .iter_mut()
                .zip(elements)
                .for_each(|(value, element)| *value = element);
        }
        Ok(values)
    };
    let names = || parameters.iter().map(|parameter| parameter.name.as_str());
    let values = gather(&mut names().zip(parameters.iter().map(|parameter| &parameter.value)))?;
    let mut point = values.clone();
    let wanted = match which {
        Point::Ahead => optimizer.evaluation_point(&values, &mut point),
        Point::Averaged => optimizer.averaged(&values, &mut point),
        Point::Second => {
            let gradients = gather(&mut names().zip(gradients))?;
            optimizer.second_point(&values, &gradients, &mut point)
        }
    };
    Ok((point, wanted.map_err(to_python)?))
}
