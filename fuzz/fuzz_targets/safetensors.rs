//! Checkpoints.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(checkpoint) = thalweg_arena::Checkpoint::parse(bytes, "fuzz") {
        let names: Vec<String> = checkpoint.names().map(|(name, _)| name.to_string()).collect();
        for name in names {
            let _ = checkpoint.get::<f32>(&name);
        }
    }
});
