//! Our state in torch's layout.

use super::plan::Groups;
use super::table::{Keeps, settings_of};
use crate::{Buildable, OptimError, Optimizer, Specification, state_of};
use serde_json::{Value, json};
use thalweg_arena::Checkpoint;

/// The state of `optimizer`, which `specification` built, as `torch.optim` would save it: tensors called
/// `state.<index>.<torch's name>`, the index being a tensor's place in the layout, and the groups as JSON.
///
/// The rate is that of the specification with the schedule's factor for the next update; a change made with
/// [`set`](Optimizer::set) is not seen. Stages before the rule are not exported: where there are any, clipping say, torch's
/// training loop must do the same.
///
/// # Errors
/// [`OptimError::Contradiction`] for rules, dialects and stages that torch does not have, by name.
pub fn export<T: Buildable>(
    specification: &Specification,
    optimizer: &dyn Optimizer<T>,
) -> Result<(Checkpoint, String), OptimError> {
    let layout = optimizer.layout();
    let groups = Groups::new::<T>(specification, layout)?;
    let (tensors, counts) = (layout.tensors(), optimizer.counts());
    let mut checkpoint = Checkpoint::new();
    for index in groups.moving() {
        let (tensor, count) = (&tensors[index], counts[index]);
        let buffers = groups.buffers(optimizer, &tensor.name)?;
        // torch makes the state of a parameter at its first step.
        if count == 0 && groups.class.keeps != Keeps::StepsFromTheStart {
            continue;
        }
        let key = |name: &str| format!("state.{index}.{name}");
        for (theirs, ours) in buffers {
            if let Some(values) = state_of(optimizer, ours, &tensor.name) {
                checkpoint.put(key(theirs), &tensor.shape, &values);
            }
        }
        if groups.counts_steps() {
            checkpoint.put(key("step"), &[], &[count as f32]);
        }
        if groups.keeps_product() {
            let numbers = optimizer.numbers();
            let product = numbers.into_iter().find(|(key, _)| groups.is_product(key, index, &tensor.name));
            if let Some((_, product)) = product {
                checkpoint.put(key("mu_product"), &[], &[T::from_f64(product)]);
            }
        }
    }
    let mut written: Vec<Value> = Vec::new();
    for group in &groups.groups {
        let done = group.tensors.iter().map(|&index| counts[index]).max().unwrap_or(0);
        let mut settings = settings_of(&group.specification, done)?;
        let names: Vec<&str> = group.tensors.iter().map(|&index| tensors[index].name.as_str()).collect();
        settings.insert("params".into(), json!(group.tensors));
        settings.insert("param_names".into(), json!(names));
        written.push(settings.into());
    }
    let mut text = json!({ "format": format!("torch.optim.{}", groups.class.name), "param_groups": written });
    if !groups.counts_steps() {
        // torch does not count SGD's steps; schedules here do.
        text["steps"] = json!(counts);
    }
    Ok((checkpoint, format!("{text:#}")))
}
