//! What of a specification torch's layout can hold: its groups, and nothing around them.

use super::table::{Class, Keeps, class_of};
use crate::{Buildable, GroupSpecification, OptimError, Optimizer, Plan, Specification};
use std::sync::Arc;
use thalweg_arena::Layout;

/// A group with the specification it comes down to.
pub(super) struct Group {
    /// Its name; empty where there are no groups.
    name: String,
    pub(super) specification: Specification,
    /// Its tensors, by their place in the layout.
    pub(super) tensors: Vec<usize>,
    pub(super) frozen: bool,
}

/// The groups, all of one class of torch's.
pub(super) struct Groups {
    pub(super) class: &'static Class,
    pub(super) groups: Vec<Group>,
}

impl Groups {
    /// # Errors
    /// [`OptimError::Contradiction`] for what torch's optimizers do not have, and as [`Plan::new`].
    pub(super) fn new<T: Buildable>(
        specification: &Specification,
        layout: &Arc<Layout>,
    ) -> Result<Self, OptimError> {
        let own = match specification.groups.is_empty() {
            true => vec![GroupSpecification::default()],
            false => specification.groups.clone(),
        };
        let whole = |group: &GroupSpecification| match specification.groups.is_empty() {
            true => Ok(specification.clone()),
            false => group.specification(specification),
        };
        let specifications = own.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        let class = class_of(&specifications[0])?;
        let mut problems = Vec::new();
        for (group, one) in own.iter().zip(&specifications) {
            let found = class_of(one)?;
            if found.name != class.name {
                let (first, name) = (&own[0].name, &group.name);
                problems.push(format!(
                    "the groups `{first}` and `{name}` are of different classes, {} and {}",
                    class.name, found.name
                ));
            }
            let after = one.after.iter().map(|stage| format!("the stage `{}` after the rule", stage.stage));
            problems.extend(after);
        }
        if !specification.state.is_full() {
            problems.push(format!("{} state", specification.state.name()));
        }
        if specification.accumulate > 1 {
            problems.push("accumulated gradients".into());
        }
        if specification.sharpness.is_some() {
            problems.push("sharpness-aware minimisation".into());
        }
        if !problems.is_empty() {
            let problems = problems.join("; ");
            return Err(OptimError::Contradiction(format!(
                "one optimizer of torch's cannot hold the state of this specification: {problems}; leave that out"
            )));
        }
        let plan = Plan::new::<T>(specification, layout)?;
        let parts = plan.groups.into_iter().zip(specifications);
        let groups = parts
            .map(|(group, specification)| Group {
                name: group.name,
                specification,
                tensors: group.tensors,
                frozen: group.frozen,
            })
            .collect();
        Ok(Self { class, groups })
    }

    /// The tensors that are not frozen, in the order of the layout.
    pub(super) fn moving(&self) -> Vec<usize> {
        let moving = self.groups.iter().filter(|group| !group.frozen);
        let mut tensors: Vec<usize> = moving.flat_map(|group| group.tensors.iter().copied()).collect();
        tensors.sort_unstable();
        tensors
    }

    /// The buffers that `optimizer` has of a tensor: torch's name and ours.
    ///
    /// # Errors
    /// [`OptimError::Contradiction`] for state that torch's class does not have.
    pub(super) fn buffers<T: Buildable>(
        &self,
        optimizer: &dyn Optimizer<T>,
        tensor: &str,
    ) -> Result<Vec<(&'static str, &'static str)>, OptimError> {
        let state = optimizer.state();
        let own = state.iter().filter(|(_, arena)| arena.layout().find(tensor).is_some());
        own.map(|(name, _)| {
            let row = self.class.buffers.iter().find(|(_, ours)| ours == name);
            row.copied().ok_or_else(|| {
                let class = self.class.name;
                OptimError::Contradiction(format!(
                    "torch's {class} has no state `{name}`; leave out the stage that keeps it"
                ))
            })
        })
        .collect()
    }

    pub(super) fn counts_steps(&self) -> bool {
        self.class.keeps != Keeps::Nothing
    }

    pub(super) fn keeps_product(&self) -> bool {
        self.class.keeps == Keeps::StepsAndProduct
    }

    /// Whether `key`, of an optimizer's numbers, is the product that NAdam remembers of tensor `index`, called `tensor`.
    pub(super) fn is_product(&self, key: &str, index: usize, tensor: &str) -> bool {
        // `memory.<stage>.<place>.<number>.<tensor>`, with the group at the end where there are groups.
        let name = key.strip_prefix("memory.").and_then(|key| key.splitn(4, '.').nth(3));
        let group = self.groups.iter().find(|group| group.tensors.contains(&index));
        let group = group.map_or("", |group| group.name.as_str());
        let end = if group.is_empty() { String::new() } else { format!(".group {group}") };
        name.and_then(|name| name.strip_prefix(tensor)).is_some_and(|rest| rest == end)
    }
}
