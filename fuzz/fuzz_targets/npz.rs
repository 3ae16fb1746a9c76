//! NumPy's files: one array, and archives of them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (thalweg_data::npy::parse(bytes), thalweg_data::npz::parse(bytes));
});
