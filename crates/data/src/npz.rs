//! NumPy's `.npz`: named arrays in a ZIP archive, for weights and for datasets.
//!
//! [`parse`], [`read_npz`] and [`write_npz`] know arrays, [`load`] makes a dataset of them.

mod dataset;
mod error;
mod layout;
mod roles;
mod targets;

pub use dataset::load;
pub use error::NpzError;

use std::fs::{self, File};
use std::io::{BufWriter, Cursor, Write};
use std::path::Path;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::error::DataError;
use crate::npy::{self, Array, Number};

/// Deflate compresses at most 1032 to 1 (<https://zlib.net/zlib_tech.html>), so a header that promises more is wrong.
const DEFLATE_LIMIT: u64 = 1032;

/// Reads all arrays of an archive, in its order. A single `.npy` array is accepted too, and called `arr_0` as NumPy would.
pub fn parse(bytes: &[u8]) -> Result<Vec<(String, Array)>, NpzError> {
    let in_array = |name: &str| {
        let name = String::from(name);
        move |cause| NpzError::Array { name, cause }
    };
    if bytes.starts_with(b"\x93NUMPY") {
        return Ok(vec![("arr_0".into(), npy::parse(bytes).map_err(in_array("arr_0"))?)]);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(archive_error)?;
    // One allowance for all arrays together, because entries that overlap could each claim the whole file.
    let mut allowance = DEFLATE_LIMIT * bytes.len() as u64;
    let mut arrays = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(archive_error)?;
        let file = entry.name().map_err(archive_error)?.into_owned();
        let Some(name) = file.strip_suffix(".npy") else { continue };
        let (array, size) = npy::read(&mut entry, allowance).map_err(in_array(name))?;
        allowance -= size;
        arrays.push((name.into(), array));
    }
    Ok(arrays)
}

/// Reads all arrays of an `.npz` (or the one of an `.npy`) file.
pub fn read_npz(path: &Path) -> Result<Vec<(String, Array)>, DataError> {
    let bytes = fs::read(path).map_err(DataError::read(path))?;
    parse(&bytes).map_err(|cause| DataError::Npz { path: path.to_path_buf(), cause })
}

/// Writes named arrays, uncompressed as `np.savez` does, so that the file is complete or not there at all. The same arrays give
/// the same bytes.
pub fn write_npz<T: Number>(path: &Path, arrays: &[(&str, &[usize], &[T])]) -> Result<(), DataError> {
    for (name, shape, values) in arrays {
        if shape.iter().product::<usize>() != values.len() {
            let cause =
                NpzError::Shape { name: String::from(*name), shape: shape.to_vec(), values: values.len() };
            return Err(DataError::Npz { path: path.to_path_buf(), cause });
        }
    }
    thalweg_kit::write_atomically(path, |file| write_archive(file, arrays)).map_err(DataError::write(path))
}

fn write_archive<T: Number>(file: &mut File, arrays: &[(&str, &[usize], &[T])]) -> std::io::Result<()> {
    let mut archive = ZipWriter::new(BufWriter::new(file));
    for (name, shape, values) in arrays {
        let large = std::mem::size_of_val(*values) > u32::MAX as usize / 2;
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        archive.start_file(format!("{name}.npy"), options)?;
        npy::write(&mut archive, shape, values)?;
    }
    archive.finish()?.flush()
}

fn archive_error(error: ZipError) -> NpzError {
    NpzError::Archive(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::Values;

    #[test]
    fn arrays_survive_a_round_trip_and_the_bytes_are_reproducible() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.npz");
        let weights = [0.1f32, -2.0, f32::MIN_POSITIVE, 4.0, 5.0, 6.0];
        let arrays: [(&str, &[usize], &[f32]); 2] = [("W1", &[2, 3], &weights), ("b1", &[3], &weights[..3])];
        write_npz(&path, &arrays).unwrap();
        let read = read_npz(&path).unwrap();
        assert_eq!(
            read[0],
            ("W1".into(), Array { shape: vec![2, 3], values: Values::F32(weights.to_vec()) })
        );
        assert_eq!(read[1].1.shape, [3]);
        let first = fs::read(&path).unwrap();
        write_npz(&path, &arrays).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
        let error = write_npz(&path, &[("W1", &[2, 2], &weights[..])]).unwrap_err();
        assert!(error.to_string().contains("`W1` has 6 values, but its shape [2, 2] needs 4"), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = write_npz(Path::new("/nowhere/at/all/w.npz"), &[("a", &[1], &[1.0f32])]).unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nowhere/at/all/w.npz: "), "{error}");
    }

    #[test]
    fn other_files_are_not_archives() {
        assert!(matches!(parse(b"hello"), Err(NpzError::Archive(_))));
        assert!(matches!(parse(b""), Err(NpzError::Archive(_))));
    }
}
