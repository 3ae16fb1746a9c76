//! Saved runs and weights.

use thalweg_arena::Checkpoint;
use thalweg_train::{Weights, saved_settings};

/// Checkpoints, tensor by tensor.
pub(crate) fn safetensors(bytes: &[u8]) {
    let Ok(checkpoint) = Checkpoint::parse(bytes, "fuzz") else { return };
    let names: Vec<String> = checkpoint.names().map(|(name, _)| name.to_string()).collect();
    for name in names {
        let _ = checkpoint.get::<f32>(&name);
    }
}

/// Saved runs: their settings, and the network that they describe.
pub(crate) fn saved(bytes: &[u8]) {
    let Ok(checkpoint) = Checkpoint::parse(bytes, "fuzz") else { return };
    let _ = saved_settings(&checkpoint);
    let _ = Weights::<f32>::of_checkpoint(&checkpoint, "fuzz");
}
