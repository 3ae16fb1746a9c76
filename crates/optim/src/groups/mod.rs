//! Groups of parameters with rules and settings of their own.
//!
//! A group says which tensors it takes by predicates (name pattern, rank, size, depth of the layer). Every tensor must
//! belong to exactly one group and every group must take at least one tensor; otherwise the error prints the plan.

mod division;
mod grouped;
mod helpers;
mod matching;
mod plan;

pub(crate) use division::divided;
pub(crate) use grouped::Grouped;
pub use helpers::{layer_wise_rate_decay, no_decay_on_vectors};
pub use matching::{Match, layer_of};
pub use plan::{GroupPlan, Plan, SharedPlan};

use crate::{Dialect, OptimError, Schedule, Specification, StageSpecification};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A group: which tensors, and what is different for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpecification {
    /// What reports and plans call it.
    pub name: String,
    /// Which tensors. Without any predicate: all that no other group takes.
    #[serde(default, rename = "match")]
    pub matching: Match,
    /// Another rule than the specification's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Another dialect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
    /// Hyper-parameters that differ from the specification's (from the dialect's defaults, if the rule is another).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hyperparameters: BTreeMap<String, f64>,
    /// What the rate is multiplied by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_factor: Option<f64>,
    /// Another schedule of the rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Stages before the rule, for this group alone, after those of the specification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<StageSpecification>,
    /// Stages after the rule, before those of the specification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StageSpecification>,
    /// Whether the parameters stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frozen: bool,
}

impl GroupSpecification {
    /// A group called `name` of the tensors that `matching` takes.
    pub fn new(name: impl Into<String>, matching: Match) -> Self {
        Self { name: name.into(), matching, ..Self::default() }
    }

    /// The same with a hyper-parameter.
    pub fn with(mut self, name: impl Into<String>, value: f64) -> Self {
        self.hyperparameters.insert(name.into(), value);
        self
    }

    /// The same with a factor on the rate.
    pub fn with_rate_factor(mut self, factor: f64) -> Self {
        self.rate_factor = Some(factor);
        self
    }

    /// The same with parameters that stay as they are.
    pub fn frozen(mut self) -> Self {
        self.frozen = true;
        self
    }

    pub(crate) fn structure(&self) -> String {
        let rule = self.rule.as_deref().unwrap_or("-");
        let dialect = self.dialect.map_or("-", Dialect::name);
        let stages =
            self.before.iter().chain(&self.after).map(|stage| stage.stage.as_str()).collect::<Vec<_>>();
        format!("{} {} {rule} {dialect} {} {}", self.name, self.matching, stages.join(" "), self.frozen)
    }

    /// The specification of this group alone.
    ///
    /// # Errors
    /// [`OptimError::OutOfRange`] for a factor that is no number of at least 0.
    pub(crate) fn specification(&self, base: &Specification) -> Result<Specification, OptimError> {
        let other = self.rule.is_some() || self.dialect.is_some();
        let mut own = Specification {
            rule: self.rule.clone().unwrap_or_else(|| base.rule.clone()),
            dialect: self.dialect.unwrap_or(base.dialect),
            hyperparameters: if other { BTreeMap::new() } else { base.hyperparameters.clone() },
            schedule: self.schedule.clone().unwrap_or_else(|| base.schedule.clone()),
            before: self.before.clone(),
            after: self.after.iter().chain(&base.after).cloned().collect(),
            // Those who have these hyper-parameters get them once all groups stand.
            schedules: BTreeMap::new(),
            groups: Vec::new(),
            accumulate: 0,
            sharpness: None,
            ..base.clone()
        };
        own.hyperparameters.extend(self.hyperparameters.clone());
        let factor = self.rate_factor.unwrap_or(1.0);
        if !(factor >= 0.0 && factor.is_finite()) {
            let domain = "a number of at least 0".into();
            return Err(OptimError::OutOfRange { name: "rate_factor".into(), value: factor, domain });
        }
        if factor != 1.0 {
            let rate = own.resolved()?.into_iter().find(|(name, _)| *name == "learning_rate");
            if let Some((name, rate)) = rate {
                own.hyperparameters.insert(name.into(), rate * factor);
            }
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests;
