//! The target that `THALWEG_FUZZ` names: one program for all, so that it is compiled once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("THALWEG_FUZZ").expect("THALWEG_FUZZ names the target");
    let found = thalweg_fuzz::TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("there is no target {name}")).run
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
