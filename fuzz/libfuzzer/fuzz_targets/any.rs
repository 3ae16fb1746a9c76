//! Tables, with the last column read as what it seems to hold, as classes, and as values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_data::{Options, TargetKind, table};

fuzz_target!(|bytes: &[u8]| {
    for kind in [None, Some(TargetKind::Labels), Some(TargetKind::Values)] {
        let options = Options { target_kind: kind, ..Options::default() };
        let _ = (table::parse(bytes, &options), table::describe_bytes(bytes, &options));
    }
});
