//! Who gets what, before anything is allocated.

use super::GroupSpecification;
use crate::{Buildable, Composer, OptimError, Specification, StageSpecification, state_bytes};
use std::fmt;
use std::sync::Arc;
use thalweg_arena::Layout;

/// One group of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupPlan {
    /// Its name; empty where there are no groups.
    pub name: String,
    /// The rule, its dialect and the stages around it, in words.
    pub rule: String,
    /// The learning rate before any schedule.
    pub learning_rate: Option<f64>,
    /// The indices of its tensors in the layout.
    pub tensors: Vec<usize>,
    /// Elements of those tensors.
    pub elements: usize,
    /// Bytes of the optimizer's state.
    pub state_bytes: usize,
    /// Whether the parameters stay as they are.
    pub frozen: bool,
}

/// The stages before the groups, which all parameters that move go through together.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedPlan {
    /// The stages, in words.
    pub stages: String,
    /// Bytes of their state.
    pub state_bytes: usize,
}

/// Which group each tensor belongs to, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What comes before the groups; `None` without groups, where such stages are the one group's own.
    pub shared: Option<SharedPlan>,
    /// The groups, in the order of the specification.
    pub groups: Vec<GroupPlan>,
    /// The names of the tensors, by index.
    names: Vec<String>,
}

impl Plan {
    /// The plan of `specification` for parameters of `layout`, of element type `T`.
    ///
    /// # Errors
    /// As [`Specification::build`].
    pub fn new<T: Buildable>(
        specification: &Specification,
        layout: &Arc<Layout>,
    ) -> Result<Self, OptimError> {
        T::plan(specification, layout)
    }

    /// [`new`](Self::new), compiled here for each type.
    pub(crate) fn assemble<T: Buildable>(
        specification: &Specification,
        layout: &Arc<Layout>,
    ) -> Result<Self, OptimError> {
        let specification = &specification.in_our_words()?.for_layout(layout);
        let one = |spec: &Specification,
                   group: &GroupSpecification,
                   tensors: Vec<usize>|
         -> Result<GroupPlan, OptimError> {
            let own = Arc::new(sub_layout(layout, &tensors));
            let (mut bytes, mut rate) = (0, None);
            if !group.frozen {
                let mut passes = spec.passes::<T>(own.clone(), true)?;
                (bytes, rate) = (state_bytes(&passes), passes.base_learning_rate());
            }
            let elements = own.elements();
            Ok(GroupPlan {
                name: group.name.clone(),
                rule: words(spec),
                learning_rate: rate,
                tensors,
                elements,
                state_bytes: bytes,
                frozen: group.frozen,
            })
        };
        let groups = if specification.groups.is_empty() {
            let all = (0..layout.tensors().len()).collect();
            vec![one(specification, &GroupSpecification::default(), all)?]
        } else {
            let assigned = assign(&specification.groups, layout)?;
            let groups = specification.groups.iter().zip(assigned);
            groups
                .map(|(group, tensors)| one(&group.specification(specification)?, group, tensors))
                .collect::<Result<_, _>>()?
        };
        let shared = match specification.before.is_empty() || specification.groups.is_empty() {
            true => None,
            false => {
                let moving: Vec<usize> = groups
                    .iter()
                    .filter(|group| !group.frozen)
                    .flat_map(|group| group.tensors.clone())
                    .collect();
                let composer = Composer::<T>::new(Arc::new(sub_layout(layout, &moving)));
                let state_bytes = state_bytes(&super::grouped::shared(specification, composer)?.build());
                Some(SharedPlan { stages: names(&specification.before).join(" -> "), state_bytes })
            }
        };
        let names = layout.tensors().iter().map(|tensor| tensor.name.clone()).collect();
        Ok(Self { shared, groups, names })
    }
}

/// The rule and its stages in a few words.
fn words(spec: &Specification) -> String {
    let rule = format!("{} ({})", spec.rule, spec.dialect);
    let chain = [names(&spec.before), vec![&rule], names(&spec.after)].concat();
    let state = if spec.state.is_full() { String::new() } else { format!(", {} state", spec.state.name()) };
    format!("{}{state}", chain.join(" -> "))
}

fn names(stages: &[StageSpecification]) -> Vec<&str> {
    stages.iter().map(|stage| stage.stage.as_str()).collect()
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(SharedPlan { stages, state_bytes }) = &self.shared {
            writeln!(f, "{:<16}{stages}; {state_bytes} bytes of state", "before groups")?;
        }
        for (place, group) in self.groups.iter().enumerate() {
            let names: Vec<&str> = group.tensors.iter().map(|&index| self.names[index].as_str()).collect();
            let name = if group.name.is_empty() { "all" } else { &group.name };
            let rule = if group.frozen { "frozen".to_string() } else { group.rule.clone() };
            let rate = group.learning_rate.map(|rate| format!(", rate {rate}")).unwrap_or_default();
            let (tensors, elements, bytes) = (names.len(), group.elements, group.state_bytes);
            if place > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{name:<16}{rule}{rate}; {tensors} tensors, {elements} parameters, {bytes} bytes of state: {}",
                names.join(" ")
            )?;
        }
        Ok(())
    }
}

/// The layout of some of the tensors.
pub(super) fn sub_layout(layout: &Layout, tensors: &[usize]) -> Layout {
    let mut own = Layout::new();
    for &index in tensors {
        let tensor = &layout.tensors()[index];
        // Names are unique and sizes have been counted once already.
        let _ = own.add(tensor.name.clone(), &tensor.shape);
    }
    own
}

/// The tensors of each group.
///
/// # Errors
/// [`OptimError::Groups`] that says what is wrong and prints the plan.
pub(super) fn assign(groups: &[GroupSpecification], layout: &Layout) -> Result<Vec<Vec<usize>>, OptimError> {
    let count = layout.tensors().len();
    let mut taken: Vec<Vec<usize>> = groups
        .iter()
        .map(|group| match group.matching.is_rest() {
            true => Vec::new(),
            false => (0..count).filter(|&index| group.matching.takes(layout, index)).collect(),
        })
        .collect();
    let rests: Vec<usize> = (0..groups.len()).filter(|&place| groups[place].matching.is_rest()).collect();
    let mut problems = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if group.name.trim().is_empty() {
            problems.push(format!("group {} has no name", place + 1));
        }
        if groups[..place].iter().any(|other| other.name == group.name) {
            problems.push(format!("two groups are called `{}`", group.name));
        }
    }
    if let [_, _, ..] = rests.as_slice() {
        problems.push("two groups take the rest (they have no `match`)".into());
    }
    let holders = |taken: &[Vec<usize>], index: usize| -> Vec<&str> {
        let holding = groups.iter().zip(taken).filter(|(_, tensors)| tensors.contains(&index));
        holding.map(|(group, _)| group.name.as_str()).collect()
    };
    if let [rest] = rests.as_slice() {
        taken[*rest] = (0..count).filter(|&index| holders(&taken, index).is_empty()).collect();
    }
    for index in 0..count {
        let name = &layout.tensors()[index].name;
        match holders(&taken, index).as_slice() {
            [_] => {}
            [] => problems.push(format!("`{name}` belongs to no group")),
            several => problems.push(format!("`{name}` belongs to {}", several.join(" and "))),
        }
    }
    for (group, tensors) in groups.iter().zip(&taken) {
        if tensors.is_empty() {
            problems.push(format!("`{}` ({}) takes no parameter", group.name, group.matching));
        }
    }
    if problems.is_empty() {
        return Ok(taken);
    }
    let rows: Vec<String> = groups
        .iter()
        .zip(&taken)
        .map(|(group, tensors)| {
            let names: Vec<&str> =
                tensors.iter().map(|&index| layout.tensors()[index].name.as_str()).collect();
            format!("  {:<16}{}: {}", group.name, group.matching, names.join(" "))
        })
        .collect();
    Err(OptimError::Groups(format!(
        "the groups do not fit the parameters: {}; each must belong to exactly one\n{}",
        problems.join("; "),
        rows.join("\n")
    )))
}
