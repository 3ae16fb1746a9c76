//! A machine without memory: reading a file ends in an error, whichever of its large requests fails.

use std::io::{Cursor, Write};

use flate2::{Compression, write::GzEncoder};
use thalweg_data::idx::IdxError;
use thalweg_data::npy::NpyError;
use thalweg_data::npz::NpzError;
use thalweg_data::{idx, npy, npz};

use crate::allocator::failing;

/// An array of 80,000 zeros, as they are or in Fortran order.
fn npy_file(element: &str, size: usize, fortran: &str) -> Vec<u8> {
    let header = format!("{{'descr': '{element}', 'fortran_order': {fortran}, 'shape': (400, 200), }}\n");
    let head = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
    [head, vec![0; 80_000 * size]].concat()
}

#[test]
fn an_array_that_does_not_fit_is_an_error() {
    // The bytes, the values, and the values in C order; texts are numbered with four bytes each.
    for (element, size, fortran, requests) in
        [("<f4", 4, "False", 2), (">f8", 8, "True", 3), ("<i2", 2, "False", 1), ("|S4", 4, "True", 3)]
    {
        let file = npy_file(element, size, fortran);
        let errors = failing(|| npy::parse(&file));
        assert!(errors.iter().all(|error| matches!(error, NpyError::Memory(_))), "{element}: {errors:?}");
        assert!(errors.len() >= requests, "{element}: {errors:?}");
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("x.npy", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&file).unwrap();
        let archive = archive.finish().unwrap().into_inner();
        let found = failing(|| npz::parse(&archive));
        let is_memory =
            |error: &NpzError| matches!(error, NpzError::Array { cause: NpyError::Memory(_), .. });
        assert!(found.len() >= requests && found.iter().all(is_memory), "{element}: {found:?}");
    }
}

#[test]
fn images_that_do_not_fit_are_an_error() {
    let plain = [&[0, 0, 8, 3, 0, 0, 1, 0, 0, 0, 0, 64, 0, 0, 0, 64][..], &vec![7; 256 * 64 * 64]].concat();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&plain).unwrap();
    let zipped = encoder.finish().unwrap();
    let errors = failing(|| idx::parse(&zipped));
    assert!(matches!(errors[..], [IdxError::Memory(_)]), "{errors:?}");
    assert!(failing(|| idx::parse(&plain)).is_empty(), "what is not zipped is borrowed");
}

#[test]
fn an_honest_archive_that_unpacks_to_more_than_there_is_gets_a_sentence() {
    // Two thirds of what an array needs while it is read.
    let numbers = thalweg_kit::free_memory().map_or(1 << 40, |free| free.bytes) / 2;
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({numbers},), }}\n");
    let head = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("x.npy", stored).unwrap();
    archive.write_all(&head).unwrap();
    // As long as a file that holds so many equal numbers.
    archive.write_all(&vec![0; numbers as usize / 1000]).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let message = npz::parse(&archive).unwrap_err().to_string();
    assert!(message.contains("array `x`") && message.contains("GB of memory are needed"), "{message}");
    assert!(message.contains("store fewer examples"), "{message}");
}
