//! Damaged files: whatever the bytes, the parsers answer, and reserve no more memory than the bytes can fill.

use std::io::{Cursor, Write};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use thalweg_data::{Batches, Options, Sampling, idx, npy, npz, table};

use crate::allocator::{largest_request, request_count};

/// Deflate's best ratio, and room for the readers' own buffers.
fn allowed(bytes: &[u8]) -> usize {
    2 * 1032 * bytes.len() + 256 * 1024
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn idx_file() -> Vec<u8> {
    [&[0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5][..], &[7; 60]].concat()
}

fn npz_file() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.npz");
    npz::write_npz(&path, &[("W1", &[4, 5][..], &[0.5f32; 20][..]), ("b1", &[5], &[1.0; 5])]).unwrap();
    std::fs::read(&path).unwrap()
}

fn deflated_npz_file() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("x.npy", options.compression_method(zip::CompressionMethod::Deflated)).unwrap();
    archive.write_all(&npy_file()).unwrap();
    archive.finish().unwrap().into_inner()
}

fn npy_file() -> Vec<u8> {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }           \n";
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), &[1; 48]].concat()
}

fn csv_file() -> Vec<u8> {
    b"length,width,species\n1,2.5,\"setosa\"\n3,4e-1,iris\n\n5,-6,setosa\n".to_vec()
}

/// A file with some bytes changed, then cut, then extended.
fn damaged(file: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let len = file.len();
    let changes = proptest::collection::vec((0..len, any::<u8>()), 0..8);
    let tail = proptest::collection::vec(any::<u8>(), 0..8);
    (changes, 0..=len, any::<bool>(), tail).prop_map(move |(changes, cut, whole, tail)| {
        let mut bytes = file.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        if !whole {
            bytes.truncate(cut);
        }
        bytes.extend(tail);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_idx_files_are_answered(bytes in prop_oneof![
        damaged(idx_file()),
        damaged(gzip(&idx_file())),
        damaged(idx_file()).prop_map(|bytes| gzip(&bytes)),
    ]) {
        let largest = largest_request(|| {
            let _ = (idx::parse(&bytes), idx::images(&bytes), idx::labels(&bytes));
        });
        prop_assert!(largest <= allowed(&bytes), "{largest} bytes for a file of {}", bytes.len());
    }

    #[test]
    fn damaged_arrays_are_answered(bytes in prop_oneof![
        damaged(npz_file()),
        damaged(deflated_npz_file()),
        damaged(npy_file()),
    ]) {
        let largest = largest_request(|| {
            let _ = (npz::parse(&bytes), npy::parse(&bytes));
        });
        prop_assert!(largest <= allowed(&bytes), "{largest} bytes for a file of {}", bytes.len());
    }

    #[test]
    fn damaged_tables_are_answered(bytes in damaged(csv_file()), named in any::<bool>()) {
        let options = Options { target: named.then(|| "width".into()), ..Options::default() };
        let largest = largest_request(|| {
            let _ = (table::parse(&bytes, &options), table::describe_bytes(&bytes, &options));
        });
        prop_assert!(largest <= allowed(&bytes), "{largest} bytes for a file of {}", bytes.len());
    }

    #[test]
    fn any_text_is_answered(text in "[0-9a-z,;.\\n\"\\t -]{0,200}") {
        let _ = table::parse(text.as_bytes(), &Options::default());
    }
}

#[test]
fn the_undamaged_files_are_read() {
    assert!(idx::images(&gzip(&idx_file())).is_ok());
    assert_eq!(npz::parse(&npz_file()).unwrap().len(), 2);
    assert_eq!(npz::parse(&deflated_npz_file()).unwrap()[0].1.shape, [3, 4]);
    assert_eq!(npy::parse(&npy_file()).unwrap().shape, [3, 4]);
    assert_eq!(table::parse(&csv_file(), &Options::default()).unwrap().examples.len(), 3);
}

#[test]
fn drawing_and_gathering_batches_allocates_nothing() {
    let digits = thalweg_data::load("digits", &Default::default(), &Default::default()).unwrap();
    for sampling in [Sampling::WithReplacement, Sampling::Shuffled] {
        let mut batches = Batches::new(digits.train.len(), 50, sampling, 1).unwrap();
        let (mut inputs, mut labels) = (vec![0.0f32; 50 * 64], vec![0; 50]);
        let count = request_count(|| {
            for _ in 0..100 {
                let indices = batches.next_indices();
                let inputs = &mut inputs[..indices.len() * 64];
                digits.train.gather_inputs(indices, inputs);
                digits.train.gather_labels(indices, &mut labels[..indices.len()]).unwrap();
            }
        });
        assert_eq!(count, 0);
    }
}
