//! Data sets.

use thalweg_data::{Options, TargetKind, idx as idx_files, npy, npz as archives, table};

/// Tables, with the last column read as what it seems to hold, as classes, and as values.
pub(crate) fn csv(bytes: &[u8]) {
    for kind in [None, Some(TargetKind::Labels), Some(TargetKind::Values)] {
        let options = Options { target_kind: kind, ..Options::default() };
        let _ = (table::parse(bytes, &options), table::describe_bytes(bytes, &options));
    }
}

/// IDX files, plain or gzipped: MNIST's format.
pub(crate) fn idx(bytes: &[u8]) {
    let _ = (idx_files::parse(bytes), idx_files::images(bytes), idx_files::labels(bytes));
}

/// NumPy's files: one array, and archives of them.
pub(crate) fn npz(bytes: &[u8]) {
    let _ = (npy::parse(bytes), archives::parse(bytes));
}
