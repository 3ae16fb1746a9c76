//! The parameters an optimizer keeps state for: those of its first update.

use crate::error::to_python;
use crate::value::{Entry, Kind, Value};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_optim::{Error, Optimizer, Specification};

/// A parameter's place.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) shape: Vec<usize>,
    /// The tensor's number in the layout of its element type.
    pub(crate) index: usize,
}

/// Names, kinds and shapes with their state, a layout for each element type. Numbers count as float64.
pub(crate) struct Roster {
    pub(crate) places: Vec<Place>,
    by_name: HashMap<String, usize>,
    pub(crate) f32: Box<dyn Optimizer<f32>>,
    pub(crate) f64: Box<dyn Optimizer<f64>>,
}

impl Roster {
    /// State 0 for parameters like these.
    ///
    /// # Errors
    /// Those of the specification, and `ValueError` for sizes beyond counting.
    pub(crate) fn new<'a, 'py: 'a>(
        specification: &Specification,
        parameters: impl Iterator<Item = (&'a str, &'a Value<'py>)>,
    ) -> PyResult<Self> {
        let (mut places, mut by_name) = (Vec::new(), HashMap::new());
        let (mut f32, mut f64) = (Layout::new(), Layout::new());
        for (name, value) in parameters {
            let layout = if value.kind() == Kind::F32 { &mut f32 } else { &mut f64 };
            let added = layout.add(name, value.shape());
            let index = added.map_err(|error| to_python(Error::OtherParameters(error.to_string())))?;
            by_name.insert(name.to_string(), places.len());
            let shape = value.shape().to_vec();
            places.push(Place { name: name.to_string(), kind: value.kind(), shape, index });
        }
        let f32 = specification.build(Arc::new(f32)).map_err(to_python)?;
        let f64 = specification.build(Arc::new(f64)).map_err(to_python)?;
        Ok(Self { places, by_name, f32, f64 })
    }

    /// The place of a parameter.
    ///
    /// # Errors
    /// `ValueError` if it is not like that of the first update.
    pub(crate) fn place(&self, name: &str, value: &Value<'_>) -> PyResult<&Place> {
        let entry = Entry::Parameter(name);
        let place = self.by_name.get(name).and_then(|&at| self.places.get(at));
        let place = place.ok_or_else(|| to_python(Error::OtherParameters(format!("{entry} is new"))))?;
        if place.kind != value.kind() {
            let kinds = format!("{entry} is {} where it was {}", value.kind(), place.kind);
            return Err(to_python(Error::OtherParameters(kinds)));
        }
        if place.shape != value.shape() {
            let shapes = format!("{entry} has shape {:?} where it had {:?}", value.shape(), place.shape);
            return Err(to_python(Error::OtherParameters(shapes)));
        }
        Ok(place)
    }

    /// Refuses another number of parameters.
    ///
    /// # Errors
    /// `ValueError`.
    pub(crate) fn check_count(&self, found: usize) -> PyResult<()> {
        if found == self.places.len() {
            return Ok(());
        }
        let counts = format!("{found} parameters where {} were", self.places.len());
        Err(to_python(Error::OtherParameters(counts)))
    }

    /// Changes a hyper-parameter from the next update on.
    ///
    /// # Errors
    /// `ValueError` for an unknown name.
    pub(crate) fn set(&mut self, name: &str, value: f64) -> PyResult<()> {
        self.f32.set(name, value).and_then(|()| self.f64.set(name, value)).map_err(to_python)
    }

    /// Updates done.
    pub(crate) fn steps(&self) -> u64 {
        self.f32.steps().max(self.f64.steps())
    }
}
