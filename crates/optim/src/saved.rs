//! The state of an optimizer in a checkpoint, by tensor name.

use crate::packed::{Format, PackedArena};
use crate::{OptimError, Optimizer};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_arena::{Checkpoint, PackedKind, Tensor, display_shape};
use thalweg_lanes::Real;

const PREFIX: &str = "optimizer.";

fn buffer_key(name: &str, tensor: &str) -> String {
    format!("{PREFIX}{name}.{tensor}")
}

fn scales_key(name: &str, tensor: &str) -> String {
    format!("{PREFIX}{name}.scales.{tensor}")
}

fn steps_key(tensor: &str) -> String {
    format!("{PREFIX}steps.{tensor}")
}

/// Names for buffers: a second one of the same name for the same tensor (two stages with a velocity) is told by a number.
#[derive(Default)]
struct Names(BTreeMap<(&'static str, String), usize>);

impl Names {
    fn of(&mut self, name: &'static str, tensor: &str) -> String {
        let count = self.0.entry((name, tensor.to_string())).or_insert(0);
        *count += 1;
        if *count == 1 { name.to_string() } else { format!("{name}#{count}") }
    }
}

/// Adds the optimizer's state to `checkpoint`, by tensor name: `optimizer.<buffer>.<tensor>`, and the step counts.
pub fn save<T: Real>(optimizer: &dyn Optimizer<T>, checkpoint: &mut Checkpoint) {
    let mut names = Names::default();
    for (name, arena) in optimizer.state() {
        for (tensor, values) in arena.tensors() {
            checkpoint.put(buffer_key(&names.of(name, &tensor.name), &tensor.name), &tensor.shape, values);
        }
    }
    for (name, arena) in optimizer.packed() {
        for (index, tensor) in arena.layout().tensors().iter().enumerate() {
            let name = &names.of(name, &tensor.name);
            let (bytes, scales) = arena.stored(index);
            let kind = if arena.format() == Format::EightBit { PackedKind::U8 } else { PackedKind::Bf16 };
            checkpoint.put_packed(buffer_key(name, &tensor.name), kind, &tensor.shape, bytes);
            if arena.format() == Format::EightBit {
                checkpoint.put(scales_key(name, &tensor.name), &[scales.len()], scales);
            }
        }
    }
    for (tensor, count) in optimizer.layout().tensors().iter().zip(optimizer.counts()) {
        checkpoint.metadata.insert(steps_key(&tensor.name), count.to_string());
    }
    for (name, number) in optimizer.numbers() {
        checkpoint.metadata.insert(format!("{PREFIX}{name}"), number.to_string());
    }
}

/// Restores what [`save`] wrote. All or nothing.
///
/// # Errors
/// [`OptimError::State`] that names everything missing, superfluous or of another shape.
pub fn load<T: Real>(optimizer: &mut dyn Optimizer<T>, checkpoint: &Checkpoint) -> Result<(), OptimError> {
    let differences = differences(optimizer, checkpoint);
    if !differences.is_empty() {
        return Err(OptimError::State(differences.join("; ")));
    }
    fill(optimizer, checkpoint);
    Ok(())
}

/// Restores what fits, by name and shape, and says what did not: a network of which the last layer was replaced, say.
pub fn load_partial<T: Real>(optimizer: &mut dyn Optimizer<T>, checkpoint: &Checkpoint) -> Vec<String> {
    let differences = differences(optimizer, checkpoint);
    fill(optimizer, checkpoint);
    differences
}

/// Everything in which the checkpoint is not the state of this optimizer.
pub(crate) fn differences<T: Real>(optimizer: &dyn Optimizer<T>, checkpoint: &Checkpoint) -> Vec<String> {
    let mut differences = Vec::new();
    let mut expected = BTreeSet::new();
    let mut numbers: Vec<String> =
        optimizer.numbers().into_iter().map(|(name, _)| format!("{PREFIX}{name}")).collect();
    let mut names = Names::default();
    for (name, arena) in optimizer.state() {
        for tensor in arena.layout().tensors() {
            let key = buffer_key(&names.of(name, &tensor.name), &tensor.name);
            differences.extend(full::<T>(checkpoint, &key, &tensor.shape).err());
            expected.insert(key);
        }
    }
    for (name, arena) in optimizer.packed() {
        for (index, tensor) in arena.layout().tensors().iter().enumerate() {
            let name = &names.of(name, &tensor.name);
            let key = buffer_key(name, &tensor.name);
            differences.extend(packed(checkpoint, name, tensor, arena, index).err());
            expected.extend([key, scales_key(name, &tensor.name)]);
        }
    }
    for tensor in optimizer.layout().tensors() {
        let key = steps_key(&tensor.name);
        if checkpoint.metadata.get(&key).and_then(|text| text.parse::<u64>().ok()).is_none() {
            differences.push(format!("there is no step count `{key}`"));
        }
        numbers.push(key);
    }
    for key in &numbers {
        let number = checkpoint.metadata.get(key).map(|text| text.parse::<f64>());
        if !key.starts_with(&steps_key("")) && !matches!(number, Some(Ok(_))) {
            differences.push(format!("there is no number `{key}`"));
        }
    }
    for (name, _) in checkpoint.names() {
        if name.starts_with(PREFIX) && !expected.contains(name) {
            differences.push(format!("tensor `{name}` is not of this rule's state"));
        }
    }
    differences
}

fn full<T: Real>(checkpoint: &Checkpoint, key: &str, shape: &[usize]) -> Result<Vec<T>, String> {
    match checkpoint.get::<T>(key) {
        Ok((found, _)) if found != shape => {
            let (found, wanted) = (display_shape(&found), display_shape(shape));
            Err(format!("tensor `{key}` has shape {found} where {wanted} is expected"))
        }
        Ok((_, values)) => Ok(values),
        Err(error) => Err(error.to_string()),
    }
}

fn packed<'c>(
    checkpoint: &'c Checkpoint,
    name: &str,
    tensor: &Tensor,
    arena: &PackedArena,
    index: usize,
) -> Result<(&'c [u8], Vec<f32>), String> {
    let key = buffer_key(name, &tensor.name);
    let eight = arena.format() == Format::EightBit;
    let wanted = if eight { PackedKind::U8 } else { PackedKind::Bf16 };
    let (kind, shape, bytes) = checkpoint
        .packed(&key)
        .ok_or_else(|| format!("there is no tensor `{key}` of {} state", arena.format().name()))?;
    if kind != wanted || shape != tensor.shape {
        let (found, expected) = (display_shape(shape), display_shape(&tensor.shape));
        return Err(format!(
            "tensor `{key}` is {kind:?} of shape {found} where {wanted:?} of {expected} is expected"
        ));
    }
    let scales = match eight {
        true => full::<f32>(checkpoint, &scales_key(name, &tensor.name), &[arena.stored(index).1.len()])?,
        false => Vec::new(),
    };
    Ok((bytes, scales))
}

/// Takes over whatever fits.
fn fill<T: Real>(optimizer: &mut dyn Optimizer<T>, checkpoint: &Checkpoint) {
    let mut names = Names::default();
    for (name, arena) in optimizer.state_mut() {
        let layout = arena.layout().clone();
        for tensor in layout.tensors() {
            let key = buffer_key(&names.of(name, &tensor.name), &tensor.name);
            if let Ok(values) = full::<T>(checkpoint, &key, &tensor.shape) {
                arena.values_mut()[tensor.range.clone()].copy_from_slice(&values);
            }
        }
    }
    for (name, arena) in optimizer.packed_mut() {
        let layout = arena.layout().clone();
        for (index, tensor) in layout.tensors().iter().enumerate() {
            let name = &names.of(name, &tensor.name);
            if let Ok((bytes, scales)) = packed(checkpoint, name, tensor, arena, index) {
                arena.restore(index, bytes, &scales);
            }
        }
    }
    let layout = optimizer.layout().clone();
    for (tensor, count) in layout.tensors().iter().zip(optimizer.counts_mut()) {
        if let Some(saved) =
            checkpoint.metadata.get(&steps_key(&tensor.name)).and_then(|text| text.parse().ok())
        {
            *count = saved;
        }
    }
    for (name, number) in optimizer.numbers_mut() {
        let saved = checkpoint.metadata.get(&format!("{PREFIX}{name}"));
        if let Some(saved) = saved.and_then(|text| text.parse().ok()) {
            *number = saved;
        }
    }
}
