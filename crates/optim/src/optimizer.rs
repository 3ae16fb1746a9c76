//! What the rest of Thalweg sees of a rule at work.

use crate::Error;
use std::sync::Arc;
use thalweg_arena::{Arena, Checkpoint, Layout};
use thalweg_lanes::Real;

/// A rule at work on parameters of one layout: it holds the state and counts the steps.
pub trait Optimizer<T: Real>: Send {
    /// The layout of parameters, gradients and state.
    fn layout(&self) -> &Arc<Layout>;

    /// One update of all parameters: both slices are buffers of the layout.
    ///
    /// # Errors
    /// [`Error::Length`] if a slice is not as long as the layout; nothing has changed then.
    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), Error>;

    /// One update of tensor `index` of the layout alone, counted for that tensor alone (as PyTorch does for a tensor
    /// without gradient). Both slices hold just that tensor.
    ///
    /// # Errors
    /// [`Error::Length`].
    fn step_tensor(&mut self, index: usize, parameters: &mut [T], gradients: &[T]) -> Result<(), Error>;

    /// Where the next gradient is wanted, if not at the parameters themselves: fills `point` and returns true for a rule
    /// that looks ahead, returns false for the others.
    ///
    /// # Errors
    /// [`Error::Length`].
    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, Error>;

    /// The learning rate of the next update, the schedule's factor included; `None` for a rule without one.
    fn learning_rate(&mut self) -> Option<f64>;

    /// Updates done so far (of the tensor that had most).
    fn steps(&self) -> u64;

    /// Changes a hyper-parameter; it holds from the next update on.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the rule has none of that name.
    fn set(&mut self, name: &str, value: f64) -> Result<(), Error>;

    /// The state: each buffer with its name.
    fn state(&self) -> Vec<(&'static str, &Arena<T>)>;

    /// The state, to fill it with saved values.
    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)>;

    /// Updates done, tensor by tensor.
    fn counts(&self) -> &[u64];

    /// The same, to fill it with saved values.
    fn counts_mut(&mut self) -> &mut [u64];
}

/// Adds the optimizer's state to `checkpoint`, by tensor name: `optimizer.<buffer>.<tensor>`, and the step counts.
pub fn save<T: Real>(optimizer: &dyn Optimizer<T>, checkpoint: &mut Checkpoint) {
    for (name, arena) in optimizer.state() {
        checkpoint.put_arena(&format!("optimizer.{name}."), arena);
    }
    for (tensor, count) in optimizer.layout().tensors().iter().zip(optimizer.counts()) {
        checkpoint.metadata.insert(format!("optimizer.steps.{}", tensor.name), count.to_string());
    }
}

/// Restores what [`save`] wrote. All or nothing.
///
/// # Errors
/// [`Error::State`] that names what is missing, superfluous or of another shape.
pub fn load<T: Real>(optimizer: &mut dyn Optimizer<T>, checkpoint: &Checkpoint) -> Result<(), Error> {
    let layout = optimizer.layout().clone();
    let mut counts = Vec::new();
    for tensor in layout.tensors() {
        let key = format!("optimizer.steps.{}", tensor.name);
        let count = checkpoint.metadata.get(&key).and_then(|text| text.parse::<u64>().ok());
        counts.push(count.ok_or_else(|| Error::State(format!("there is no step count `{key}`")))?);
    }
    let known: Vec<String> = optimizer.state().iter().map(|(name, _)| format!("optimizer.{name}.")).collect();
    if let Some((name, _)) = checkpoint.names().find(|(name, _)| {
        name.starts_with("optimizer.") && !known.iter().any(|prefix| name.starts_with(prefix))
    }) {
        return Err(Error::State(format!("tensor `{name}` is not of this rule's state")));
    }
    let mut loaded = Vec::new();
    for prefix in &known {
        let mut arena = Arena::zeros(layout.clone());
        checkpoint.read_arena(prefix, &mut arena).map_err(|error| Error::State(error.to_string()))?;
        loaded.push(arena);
    }
    for ((_, target), arena) in optimizer.state_mut().into_iter().zip(loaded) {
        *target = arena;
    }
    optimizer.counts_mut().copy_from_slice(&counts);
    Ok(())
}
