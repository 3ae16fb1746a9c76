//! A rule by name with its settings: what files, the command line and checkpoints say.

use crate::{Dialect, Entry, Error, Optimizer, Schedule};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_arena::Layout;

/// Which rule, whose dialect, which hyper-parameters, which schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// The rule's name in the catalogue.
    pub rule: String,
    /// Whose formula and defaults.
    pub dialect: Dialect,
    /// Hyper-parameters that differ from the dialect's defaults.
    pub hyperparameters: BTreeMap<String, f64>,
    /// What the learning rate is multiplied by at each step.
    pub schedule: Schedule,
}

impl Specification {
    /// The rule called `rule` with the defaults of `dialect` and a constant rate.
    pub fn new(rule: impl Into<String>, dialect: Dialect) -> Self {
        Self { rule: rule.into(), dialect, hyperparameters: BTreeMap::new(), schedule: Schedule::default() }
    }

    /// The same with one hyper-parameter set.
    pub fn with(mut self, name: impl Into<String>, value: f64) -> Self {
        self.hyperparameters.insert(name.into(), value);
        self
    }

    /// The same with another schedule.
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Every hyper-parameter with the value it will have.
    ///
    /// # Errors
    /// As [`Specification::build`].
    pub fn resolved(&self) -> Result<Vec<(&'static str, f64)>, Error> {
        let entry = Entry::named(&self.rule)?;
        self.build::<f64>(Arc::new(Layout::flat(0)))?;
        let mut values = entry.defaults(self.dialect).unwrap_or_default();
        for (name, value) in &mut values {
            *value = self.hyperparameters.get(*name).copied().unwrap_or(*value);
        }
        Ok(values)
    }

    /// The optimizer for parameters of `layout`, with state 0.
    ///
    /// # Errors
    /// [`Error::Unknown`] rule or hyper-parameter, [`Error::NoDialect`], [`Error::OutOfRange`].
    pub fn build<T: Buildable>(&self, layout: Arc<Layout>) -> Result<Box<dyn Optimizer<T>>, Error> {
        let entry = Entry::named(&self.rule)?;
        T::build(entry)(self.dialect, &self.hyperparameters, self.schedule.clone(), layout)
    }
}

pub use build::Buildable;

mod build {
    use super::*;
    use thalweg_lanes::Real;

    type Build<T> =
        fn(Dialect, &BTreeMap<String, f64>, Schedule, Arc<Layout>) -> Result<Box<dyn Optimizer<T>>, Error>;

    /// An element type that the catalogue has builders for: `f32` and `f64`.
    pub trait Buildable: Real {
        /// The builder of `entry` for this type.
        fn build(entry: &Entry) -> Build<Self>;
    }

    impl Buildable for f32 {
        fn build(entry: &Entry) -> Build<f32> {
            entry.build_f32
        }
    }

    impl Buildable for f64 {
        fn build(entry: &Entry) -> Build<f64> {
            entry.build_f64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_with_what_to_do() {
        let message = |spec: Specification| match spec.build::<f32>(Arc::new(Layout::flat(1))) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let book = |rule: &str| Specification::new(rule, Dialect::Book);
        assert_eq!(message(book("adamm")), "there is no rule called `adamm`; did you mean `adam`?");
        assert_eq!(
            message(book("adam").with("beta", 0.9)),
            "there is no hyper-parameter of this rule called `beta`; did you mean `beta1`?"
        );
        assert_eq!(
            message(book("adam").with("beta1", 1.0)),
            "beta1 = 1 is out of range; it must be a number of at least 0 and below 1"
        );
        assert!(
            message(book("sgd").with("learning_rate", f64::NAN))
                .contains("learning_rate = NaN is out of range")
        );
        assert_eq!(
            message(Specification::new("nesterov-as-printed", Dialect::Torch)),
            "`nesterov-as-printed` has no dialect `torch`; it has `book`"
        );
    }

    #[test]
    fn resolved_values_are_the_defaults_and_what_was_set() {
        let spec = Specification::new("adam", Dialect::Torch).with("beta1", 0.5);
        let values = spec.resolved().unwrap();
        assert_eq!(values, [("learning_rate", 1e-3), ("beta1", 0.5), ("beta2", 0.999), ("epsilon", 1e-8)]);
    }
}
