//! Tables, with the last column read as what it seems to hold, as classes, and as values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use thalweg_data::{TargetKind, csv_file};

fuzz_target!(|bytes: &[u8]| {
    for kind in [None, Some(TargetKind::Labels), Some(TargetKind::Values)] {
        let _ = csv_file::parse(bytes, None, kind);
    }
});
