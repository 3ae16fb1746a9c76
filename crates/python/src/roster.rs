//! The parameters an optimizer keeps state for: those of its first update.

use crate::error::to_python;
use crate::lend::{Loan, step};
use crate::value::{Kind, Value, ValueName};
use pyo3::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_optim::{GroupSpecification, OptimError, Optimizer, Slot, Specification};

/// From this many elements on, other Python threads run during an update: below, handing over costs more than it gives.
const RELEASE_FROM: usize = 1 << 15;

/// What is known of a parameter.
pub(crate) struct ParameterInfo {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) shape: Vec<usize>,
    /// The tensor's number in the layout of its element type.
    pub(crate) index: usize,
}

impl ParameterInfo {
    /// Describes a parameter with a value like this; its number is set later.
    pub(crate) fn of(name: &str, value: &Value<'_>) -> Self {
        Self { name: name.to_string(), kind: value.kind(), shape: value.shape().to_vec(), index: 0 }
    }
}

/// How steps are made, beside what the specification says.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub(crate) measure: bool,
    pub(crate) threads: usize,
}

/// Names, kinds and shapes with their state, a layout for each element type. Numbers count as float64.
pub(crate) struct Roster {
    pub(crate) infos: Vec<ParameterInfo>,
    by_name: HashMap<String, usize>,
    pub(crate) f32: Box<dyn Optimizer<f32>>,
    pub(crate) f64: Box<dyn Optimizer<f64>>,
}

impl Roster {
    /// State 0 for parameters like these.
    ///
    /// # Errors
    /// Those of the specification, and `ValueError` for sizes beyond counting.
    pub(crate) fn new(
        specification: &Specification,
        work: Work,
        parameters: impl Iterator<Item = ParameterInfo>,
    ) -> PyResult<Self> {
        let (mut infos, mut by_name) = (Vec::new(), HashMap::new());
        let (mut f32, mut f64) = (Layout::new(), Layout::new());
        for mut info in parameters {
            let layout = if info.kind == Kind::F32 { &mut f32 } else { &mut f64 };
            let added = layout.add(&info.name, &info.shape);
            info.index = added.map_err(|error| to_python(OptimError::OtherParameters(error.to_string())))?;
            by_name.insert(info.name.clone(), infos.len());
            infos.push(info);
        }
        // Groups must take a tensor each; of a type that no parameter has, there are none to take.
        let of = |layout: &Layout, other: &Layout| {
            let mut own = specification.clone();
            own.groups.retain(|group| {
                takes_any(group, layout) || !takes_any(group, other) && !layout.tensors().is_empty()
            });
            own
        };
        let (singles, doubles) = (of(&f32, &f64), of(&f64, &f32));
        let mut f32: Box<dyn Optimizer<f32>> = singles.build(Arc::new(f32)).map_err(to_python)?;
        let mut f64: Box<dyn Optimizer<f64>> = doubles.build(Arc::new(f64)).map_err(to_python)?;
        f32.measure(work.measure);
        f64.measure(work.measure);
        f32.set_threads(work.threads);
        f64.set_threads(work.threads);
        Ok(Self { infos, by_name, f32, f64 })
    }

    /// Returns what is known of a parameter.
    ///
    /// # Errors
    /// `ValueError` if it is not like that of the first update.
    pub(crate) fn info(&self, name: &str, value: &Value<'_>) -> PyResult<&ParameterInfo> {
        let entry = ValueName::Parameter(name);
        let info = self.by_name.get(name).and_then(|&at| self.infos.get(at));
        let info = info.ok_or_else(|| to_python(OptimError::OtherParameters(format!("{entry} is new"))))?;
        if info.kind != value.kind() {
            let kinds = format!("{entry} is {} where it was {}", value.kind(), info.kind);
            return Err(to_python(OptimError::OtherParameters(kinds)));
        }
        if info.shape != value.shape() {
            let shapes = format!("{entry} has shape {:?} where it had {:?}", value.shape(), info.shape);
            return Err(to_python(OptimError::OtherParameters(shapes)));
        }
        Ok(info)
    }

    /// One update of what was lent.
    ///
    /// # Errors
    /// Those of the core; nothing has changed then.
    pub(crate) fn lend(
        &mut self,
        py: Python<'_>,
        singles: &mut [Loan<'_, f32>],
        doubles: &mut [Loan<'_, f64>],
    ) -> PyResult<()> {
        let singles = singles.iter_mut().map(Loan::slices).collect::<PyResult<Vec<_>>>()?;
        let doubles = doubles.iter_mut().map(Loan::slices).collect::<PyResult<Vec<_>>>()?;
        let size = total(&singles) + total(&doubles);
        let Self { f32, f64, .. } = self;
        let work = move || step((f32.as_mut(), singles), (f64.as_mut(), doubles));
        if size >= RELEASE_FROM { py.detach(work) } else { work() }.map_err(to_python)
    }

    /// Refuses another number of parameters.
    ///
    /// # Errors
    /// `ValueError`.
    pub(crate) fn check_count(&self, found: usize) -> PyResult<()> {
        if found == self.infos.len() {
            return Ok(());
        }
        let counts = format!("{found} parameters where {} were", self.infos.len());
        Err(to_python(OptimError::OtherParameters(counts)))
    }

    /// Changes hyper-parameters from the next update on; all or none.
    ///
    /// # Errors
    /// `ValueError` for a name that is unknown or fixed, and for a value out of range.
    pub(crate) fn set(&mut self, changes: &BTreeMap<String, f64>) -> PyResult<()> {
        let mut all = || {
            changes.iter().try_for_each(|(name, &value)| self.f32.settable(name, value))?;
            changes.iter().try_for_each(|(name, &value)| {
                self.f32.set(name, value)?;
                self.f64.set(name, value)
            })
        };
        all().map_err(to_python)
    }

    /// The same for the group called `name`, which may have parameters of both types.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub(crate) fn set_group(&mut self, name: &str, changes: &BTreeMap<String, f64>) -> PyResult<()> {
        fn settable<T: thalweg_lanes::Real>(
            optimizer: &mut dyn Optimizer<T>,
            changes: &BTreeMap<String, f64>,
        ) -> Result<(), OptimError> {
            changes.iter().try_for_each(|(name, &value)| optimizer.settable(name, value))
        }
        fn set<T: thalweg_lanes::Real>(
            optimizer: &mut dyn Optimizer<T>,
            changes: &BTreeMap<String, f64>,
        ) -> Result<(), OptimError> {
            changes.iter().try_for_each(|(name, &value)| optimizer.set(name, value))
        }
        let (mut singles, mut doubles) = (self.f32.group_mut(name), self.f64.group_mut(name));
        let mut all = || {
            singles.as_deref_mut().map_or(Ok(()), |group| settable(group, changes))?;
            doubles.as_deref_mut().map_or(Ok(()), |group| settable(group, changes))?;
            singles.as_deref_mut().map_or(Ok(()), |group| set(group, changes))?;
            doubles.as_deref_mut().map_or(Ok(()), |group| set(group, changes))
        };
        all().map_err(to_python)
    }

    /// Multiplies the rate, beside the schedule.
    pub(crate) fn scale_rate(&mut self, factor: f64) {
        self.f32.scale_rate(factor);
        self.f64.scale_rate(factor);
    }

    /// Updates done of the parameter at `place`.
    pub(crate) fn count(&self, place: usize) -> u64 {
        let info = &self.infos[place];
        let counts = if info.kind == Kind::F32 { self.f32.counts() } else { self.f64.counts() };
        counts[info.index]
    }

    /// Puts another number of updates done in its place.
    pub(crate) fn set_count(&mut self, place: usize, count: u64) {
        let info = &self.infos[place];
        let counts = if info.kind == Kind::F32 { self.f32.counts_mut() } else { self.f64.counts_mut() };
        counts[info.index] = count;
    }

    /// State that is a number a parameter, or a number in all, by name: `f32` before and `f64` behind.
    pub(crate) fn numbers(&self) -> Vec<(String, f64)> {
        let (mut numbers, mut doubles) = (self.f32.numbers(), self.f64.numbers());
        // A rule keeps numbers for all parameters even where there are none of its type.
        if self.f32.layout().tensors().is_empty() {
            numbers.clear();
        }
        if self.f64.layout().tensors().is_empty() {
            doubles.clear();
        }
        numbers.append(&mut doubles);
        numbers
    }

    /// Puts other numbers in their place, in the same order.
    pub(crate) fn set_numbers(&mut self, values: &[f64]) {
        let singles = !self.f32.layout().tensors().is_empty();
        let doubles = !self.f64.layout().tensors().is_empty();
        let f32 = self.f32.numbers_mut().into_iter().filter(|_| singles);
        let f64 = self.f64.numbers_mut().into_iter().filter(|_| doubles);
        f32.chain(f64).zip(values).for_each(|((_, number), &value)| *number = value);
    }

    /// Updates done.
    pub(crate) fn steps(&self) -> u64 {
        self.f32.steps().max(self.f64.steps())
    }
}

/// Whether a group takes a tensor of this layout.
fn takes_any(group: &GroupSpecification, layout: &Layout) -> bool {
    (0..layout.tensors().len()).any(|index| group.matching.takes(layout, index))
}

fn total<T>(tensors: &[Slot<'_, T>]) -> usize {
    tensors.iter().map(|tensor| tensor.parameters.len()).sum()
}
