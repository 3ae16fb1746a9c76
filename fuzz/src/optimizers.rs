//! Optimizers: how they are described, scheduled, held against vectors and exchanged with torch.

use std::sync::Arc;
use thalweg_arena::{Checkpoint, Layout};
use thalweg_optim::conformance::{Case, run};
use thalweg_optim::{Dialect, Schedule, Specification, WrittenSchedule, torch_state as torch};

/// Numbers in the buffer that is updated.
const NUMBERS: usize = 6;

/// Specifications in JSON: built, and a step made.
pub(crate) fn specification(bytes: &[u8]) {
    let Ok(specification) = serde_json::from_slice::<Specification>(bytes) else { return };
    if let Ok(mut optimizer) = specification.build::<f32>(Arc::new(Layout::flat(NUMBERS))) {
        let mut parameters = [0.5; NUMBERS];
        let _ = optimizer.step(&mut parameters, &[0.1; NUMBERS]);
    }
}

/// Schedules in JSON, for runs of several lengths.
pub(crate) fn schedule(bytes: &[u8]) {
    let Ok(written) = serde_json::from_slice::<WrittenSchedule>(bytes) else { return };
    for total in [0, 1, 100, u64::MAX] {
        if let Ok(schedule) = Schedule::from_settings(&written.name, &written.settings, total) {
            for done in [0, 1, 50, 99, 100, u64::MAX] {
                let _ = (schedule.factor(done), schedule.to_string());
            }
        }
    }
}

/// Conformance cases: read and run.
pub(crate) fn conformance(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(case) = Case::parse(text) {
        let _ = run(&case);
    }
}

/// torch's state: a line of JSON with the groups, then the tensors.
pub(crate) fn torch_state(bytes: &[u8]) {
    let Some(at) = bytes.iter().position(|&byte| byte == b'\n') else { return };
    let (groups, tensors) = (String::from_utf8_lossy(&bytes[..at]), &bytes[at + 1..]);
    let Ok(tensors) = Checkpoint::parse(tensors, "fuzz") else { return };
    let specification = Specification::new("adamw", Dialect::Torch);
    let optimizer = specification.build::<f32>(Arc::new(Layout::flat(NUMBERS)));
    let mut optimizer = optimizer.expect("AdamW can be built");
    let _ = torch::import(&specification, optimizer.as_mut(), &tensors, &groups);
}
