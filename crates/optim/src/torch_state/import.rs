//! torch's state in our layout.

use super::plan::Groups;
use super::table::{Keeps, settings_of};
use crate::{Buildable, OptimError, Optimizer, Specification};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_arena::{Checkpoint, display_shape};

/// The JSON beside the tensors.
#[derive(Deserialize)]
struct Written {
    format: String,
    param_groups: Vec<WrittenGroup>,
    /// Steps by index, where torch's class does not count them.
    #[serde(default)]
    steps: Vec<u64>,
}

#[derive(Deserialize)]
struct WrittenGroup {
    params: Vec<usize>,
    #[serde(default)]
    param_names: Option<Vec<String>>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

/// Takes over a state that [`export`](super::export) or torch wrote into `optimizer`, which `specification` built: by name
/// where every group has `param_names`, else by place in its group, as `load_state_dict` does. All or nothing.
///
/// Hyper-parameters stay those of the specification; those that differ in the file are returned, in sentences.
///
/// # Errors
/// [`OptimError::State`] that names every mismatch: another class, parameters and buffers that are missing, not expected or of
/// another shape. [`OptimError::Contradiction`] as [`export`](super::export).
pub fn import<T: Buildable>(
    specification: &Specification,
    optimizer: &mut dyn Optimizer<T>,
    checkpoint: &Checkpoint,
    groups: &str,
) -> Result<Vec<String>, OptimError> {
    let written: Written = serde_json::from_str(groups)
        .map_err(|error| OptimError::State(format!("the JSON beside the tensors cannot be read: {error}")))?;
    let layout = optimizer.layout().clone();
    let own = Groups::new::<T>(specification, &layout)?;
    let mut mismatches = Vec::new();
    let wanted = format!("torch.optim.{}", own.class.name);
    if written.format != wanted {
        mismatches.push(format!("it is of {}, and this is {wanted}", written.format));
    }
    let names: Vec<&str> = layout.tensors().iter().map(|tensor| tensor.name.as_str()).collect();
    let places = places(&written, &own, &names, &mut mismatches);
    // Filled first, so that nothing has changed if something does not fit; what the file lacks keeps its start.
    let mut filled = specification.build::<T>(layout.clone())?;
    let mut source =
        Source { checkpoint, used: BTreeSet::new(), mismatches, steps: &written.steps, own: &own };
    for index in own.moving() {
        if let Some(&theirs) = places.get(&index) {
            source.fill(filled.as_mut(), index, theirs)?;
        }
    }
    let Source { used, mut mismatches, .. } = source;
    for (name, _) in checkpoint.names().filter(|(name, _)| !used.contains(*name)) {
        mismatches.push(format!("tensor `{name}` is not of this rule's state"));
    }
    if !mismatches.is_empty() {
        return Err(OptimError::State(mismatches.join("; ")));
    }
    take_over(optimizer, filled.as_mut())?;
    differences(&written, &own, optimizer.counts())
}

/// Which index of the file each tensor of the layout has.
fn places(
    written: &Written,
    own: &Groups,
    names: &[&str],
    mismatches: &mut Vec<String>,
) -> BTreeMap<usize, usize> {
    let named: Option<Vec<(&str, usize)>> = written
        .param_groups
        .iter()
        .map(|group| {
            let names = group.param_names.as_ref().filter(|names| names.len() == group.params.len())?;
            Some(names.iter().map(String::as_str).zip(group.params.iter().copied()).collect::<Vec<_>>())
        })
        .collect::<Option<Vec<_>>>()
        .map(|groups| groups.concat());
    let mut places = BTreeMap::new();
    if let Some(named) = named {
        for (index, name) in names.iter().enumerate() {
            match named.iter().find(|(theirs, _)| theirs == name) {
                Some((_, theirs)) => _ = places.insert(index, *theirs),
                None => mismatches.push(format!("there is no parameter `{name}`")),
            }
        }
        let extra = named.iter().filter(|(theirs, _)| !names.contains(theirs));
        mismatches.extend(extra.map(|(theirs, _)| format!("`{theirs}` is not a parameter")));
        return places;
    }
    let (found, wanted) = (written.param_groups.len(), own.groups.len());
    if found != wanted {
        mismatches.push(format!("it has {found} groups where {wanted} are expected"));
    }
    for (place, (theirs, ours)) in written.param_groups.iter().zip(&own.groups).enumerate() {
        let (found, wanted) = (theirs.params.len(), ours.tensors.len());
        if found != wanted {
            let group = place + 1;
            mismatches.push(format!("group {group} has {found} parameters where {wanted} are expected"));
        }
        places.extend(ours.tensors.iter().copied().zip(theirs.params.iter().copied()));
    }
    places
}

/// The file, and what has been found of it.
struct Source<'a> {
    checkpoint: &'a Checkpoint,
    used: BTreeSet<String>,
    mismatches: Vec<String>,
    steps: &'a [u64],
    own: &'a Groups,
}

impl Source<'_> {
    /// Fills the state of tensor `index`, which the file calls `theirs`.
    fn fill<T: Buildable>(
        &mut self,
        filled: &mut dyn Optimizer<T>,
        index: usize,
        theirs: usize,
    ) -> Result<(), OptimError> {
        let tensor = filled.layout().tensors()[index].clone();
        let buffers = self.own.buffers(&*filled, &tensor.name)?;
        let prefix = format!("state.{theirs}.");
        let any = self.checkpoint.names().any(|(name, _)| name.starts_with(&prefix));
        let counted = self.steps.get(theirs).copied();
        // Without state torch has not updated it yet; SGD without momentum never has any.
        let untouched = match self.own.counts_steps() {
            true => !any,
            false => !any && (buffers.is_empty() || counted.unwrap_or(0) == 0),
        };
        if untouched && self.own.class.keeps != Keeps::StepsFromTheStart {
            filled.counts_mut()[index] = counted.unwrap_or(0);
            return Ok(());
        }
        for (name, ours) in buffers {
            let Some(values) = self.read::<T>(&format!("{prefix}{name}"), &tensor.name, &tensor.shape) else {
                continue;
            };
            let mut state = filled.state_mut();
            let arenas = state.iter_mut().filter(|(known, _)| *known == ours);
            if let Some(target) = arenas.filter_map(|(_, arena)| arena.get_mut(&tensor.name)).next() {
                target.copy_from_slice(&values);
            }
        }
        let count = match self.own.counts_steps() {
            // torch's SGD does not say; a velocity tells that there was a step.
            false => Some(counted.unwrap_or(1)),
            true => self.steps_of(&format!("{prefix}step"), &tensor.name),
        };
        filled.counts_mut()[index] = count.unwrap_or(0);
        if self.own.keeps_product()
            && let Some(product) = self.read::<f64>(&format!("{prefix}mu_product"), &tensor.name, &[])
        {
            let mut numbers = filled.numbers_mut();
            let target = numbers.iter_mut().find(|(key, _)| self.own.is_product(key, index, &tensor.name));
            if let Some((_, number)) = target {
                **number = product[0];
            }
        }
        Ok(())
    }

    fn read<T: Buildable>(&mut self, key: &str, tensor: &str, shape: &[usize]) -> Option<Vec<T>> {
        self.used.insert(key.into());
        match self.checkpoint.get::<T>(key) {
            Ok((found, values)) if found == shape => return Some(values),
            Ok((found, _)) => {
                let (found, wanted) = (display_shape(&found), display_shape(shape));
                let problem =
                    format!("tensor `{key}` of `{tensor}` has shape {found} where {wanted} is expected");
                self.mismatches.push(problem);
            }
            Err(error) => self.mismatches.push(format!("{error} (of `{tensor}`)")),
        }
        None
    }

    fn steps_of(&mut self, key: &str, tensor: &str) -> Option<u64> {
        let steps = self.read::<f64>(key, tensor, &[])?[0];
        if steps >= 0.0 && steps.fract() == 0.0 && steps < 2f64.powi(53) {
            return Some(steps as u64);
        }
        self.mismatches.push(format!("`{key}` of `{tensor}` is {steps}, which is no number of steps"));
        None
    }
}

/// Moves the state of `filled` into `optimizer`.
///
/// # Errors
/// [`OptimError::State`] if the two are not built alike.
fn take_over<T: Buildable>(
    optimizer: &mut dyn Optimizer<T>,
    filled: &mut dyn Optimizer<T>,
) -> Result<(), OptimError> {
    let kind = |optimizer: &dyn Optimizer<T>| {
        let state = optimizer.state().into_iter().map(|(name, arena)| (name, arena.values().len()));
        let numbers = optimizer.numbers().into_iter().map(|(name, _)| name);
        (state.collect::<Vec<_>>(), numbers.collect::<Vec<_>>())
    };
    if kind(optimizer) != kind(filled) {
        return Err(OptimError::State(
            "the optimizer was not built by this specification; build it anew".into(),
        ));
    }
    for ((_, target), (_, source)) in optimizer.state_mut().into_iter().zip(filled.state()) {
        target.values_mut().copy_from_slice(source.values());
    }
    optimizer.counts_mut().copy_from_slice(filled.counts());
    for ((_, target), (_, source)) in optimizer.numbers_mut().into_iter().zip(filled.numbers()) {
        *target = source;
    }
    Ok(())
}

/// Hyper-parameters that are others in the file, group by group.
fn differences(written: &Written, own: &Groups, counts: &[u64]) -> Result<Vec<String>, OptimError> {
    let mut differences = Vec::new();
    let several = own.groups.len() > 1;
    for (place, (theirs, ours)) in written.param_groups.iter().zip(&own.groups).enumerate() {
        let done = ours.tensors.iter().map(|&index| counts[index]).max().unwrap_or(0);
        for (name, value) in settings_of(&ours.specification, done)? {
            let Some(found) = theirs.settings.get(&name).filter(|found| !alike(found, &value)) else {
                continue;
            };
            // How torch computes says nothing of what it computes.
            if matches!(name.as_str(), "foreach" | "fused" | "capturable" | "differentiable") {
                continue;
            }
            let group = if several { format!(" of group {}", place + 1) } else { String::new() };
            differences.push(format!("{name}{group} is {found} in the file and {value} here"));
        }
    }
    Ok(differences)
}

/// Equal but for how numbers are written: 0 and 0.0, and rounded rates.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs(),
            _ => a == b,
        },
    }
}
