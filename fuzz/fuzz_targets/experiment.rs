//! Experiment files.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = thalweg_lab::experiment::Document::from_bytes("fuzz.toml", bytes) {
        let _ = document.check(&thalweg_lab::engine::vocabulary());
    }
});
