//! IDX files, plain or gzipped: MNIST's format.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ =
        (thalweg_data::idx::parse(bytes), thalweg_data::idx::images(bytes), thalweg_data::idx::labels(bytes));
});
