//! What stands around a rule: stages, groups, schedules of its hyper-parameters, how state is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thalweg_optim::{
    Format, GroupSpecification, NonFinite, OptimError, Schedule, Sharpness, Specification,
    StageSpecification, WrittenSchedule,
};

use super::RawRuleTable;
use super::raw::written;

/// Everything that a rule's table says beyond the rule itself; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Around {
    /// Stages before the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<StageSpecification>,
    /// Stages after the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StageSpecification>,
    /// Groups of parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupSpecification>,
    /// What becomes of hyper-parameters other than the rate: factors of their values, step by step.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub schedules: BTreeMap<String, WrittenSchedule>,
    /// How state is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Format>,
    /// What to do when a gradient is not finite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_finite: Option<NonFinite>,
    /// Gradients averaged before each update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accumulate: Option<u64>,
    /// Sharpness-aware minimisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharpness: Option<Sharpness>,
}

impl Around {
    pub(super) fn of(table: &RawRuleTable, schedules: BTreeMap<String, WrittenSchedule>) -> Self {
        Self {
            schedules,
            before: written(&table.before).unwrap_or_default(),
            after: written(&table.after).unwrap_or_default(),
            groups: written(&table.groups).unwrap_or_default(),
            state: written(&table.state),
            non_finite: written(&table.non_finite),
            accumulate: written(&table.accumulate),
            sharpness: written(&table.sharpness),
        }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many updates a run of so many steps makes: one for each round of accumulated gradients.
    pub fn updates(&self, steps: u64) -> u64 {
        steps / self.accumulate.unwrap_or(1).max(1)
    }

    /// The specification with all this around its rule, in a run of so many updates.
    ///
    /// # Errors
    /// A schedule that does not exist, or whose settings make no sense.
    pub fn apply(&self, specification: Specification, updates: u64) -> Result<Specification, OptimError> {
        let schedule = |(name, written): (&String, &WrittenSchedule)| {
            Ok((name.clone(), Schedule::from_settings(&written.name, &written.settings, updates)?))
        };
        Ok(Specification {
            schedules: self.schedules.iter().map(schedule).collect::<Result<_, OptimError>>()?,
            before: self.before.clone(),
            after: self.after.clone(),
            groups: self.groups.clone(),
            state: self.state.unwrap_or_default(),
            non_finite: self.non_finite.unwrap_or_default(),
            accumulate: self.accumulate.unwrap_or_default(),
            sharpness: self.sharpness,
            ..specification
        })
    }
}
