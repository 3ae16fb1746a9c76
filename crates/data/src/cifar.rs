//! CIFAR-10 in the binary form of its authors: six files of records, in a folder or in the archive as it is downloaded.
//!
//! A record is a label and the 32x32 bytes of red, of green and of blue.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::dataset::{Dataset, Image};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::file_search::{CIFAR_ARCHIVE as ARCHIVE, folders, search_path};
use crate::image_files::USUAL_VALIDATION;
use crate::options::{Options, Source};
use crate::registry::DatasetEntry;

/// The folder that the archive unpacks to.
const UNPACKED: &str = "cifar-10-batches-bin";
/// The files of the training part, and that of the test part.
const FILES: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];
const SIDE: usize = 32;
const PIXELS: usize = 3 * SIDE * SIDE;
const RECORD: usize = 1 + PIXELS;
/// A file of the set has 10,000 records.
const MOST_BYTES: usize = 100_000 * RECORD;

/// Where the set is.
enum Place {
    Folder(PathBuf),
    Archive(PathBuf),
}

/// Returns whether the set is on this machine.
pub(crate) fn is_here(entry: &DatasetEntry, source: &Source) -> bool {
    place(entry.name, source).is_some()
}

/// Loads the set from the first folder that holds its six files or the archive.
pub(crate) fn load(entry: &DatasetEntry, options: &Options, source: &Source) -> Result<Dataset, DataError> {
    let files = match place(entry.name, source) {
        Some(Place::Folder(folder)) => read_folder(&folder)?,
        Some(Place::Archive(path)) => read_archive(&path)?,
        None => return Err(absent(entry.name, source)),
    };
    let [train @ .., test] = &files;
    let is_on = options.normalize.is_on();
    let image = Image { height: SIDE, width: SIDE, white: if is_on { 1.0 } else { 255.0 } };
    let divisor = if is_on { 255.0 } else { 1.0 };
    let train = examples(train, divisor).map_err(DataError::examples(entry.name))?;
    let test = examples(std::slice::from_ref(test), divisor).map_err(DataError::examples(entry.name))?;
    let validation = options.validation.unwrap_or(USUAL_VALIDATION.min(train.len() / 5));
    let dataset =
        Dataset { validation: train.slice(0..0), train, test, image: Some(image), ..entry.empty_dataset() };
    dataset.finish(&Options { validation: Some(validation), ..options.clone() })
}

/// The folders in which the six files may be.
fn possible(name: &str, source: &Source) -> Vec<PathBuf> {
    folders(name, source).into_iter().flat_map(|folder| [folder.join(UNPACKED), folder]).collect()
}

fn place(name: &str, source: &Source) -> Option<Place> {
    possible(name, source).into_iter().find_map(|folder| {
        let archive = folder.join(ARCHIVE);
        match () {
            () if lacking(&folder).is_empty() => Some(Place::Folder(folder)),
            () if archive.is_file() => Some(Place::Archive(archive)),
            () => None,
        }
    })
}

fn lacking(folder: &Path) -> Vec<&'static str> {
    FILES.into_iter().filter(|file| !folder.join(file).is_file()).collect()
}

/// Says that the set is not here, or which of its files are not.
fn absent(name: &str, source: &Source) -> DataError {
    let partly = |folder: PathBuf| {
        let lacking = lacking(&folder);
        (lacking.len() < FILES.len()).then(|| (folder, lacking.join(", ")))
    };
    match possible(name, source).into_iter().find_map(partly) {
        Some((folder, lacking)) => DataError::Incomplete { name: name.into(), folder, lacking },
        None => DataError::Missing { name: name.into(), searched: search_path(source) },
    }
}

fn read_folder(folder: &Path) -> Result<[Vec<u8>; 6], DataError> {
    let mut files = [const { Vec::new() }; 6];
    for (file, name) in files.iter_mut().zip(FILES) {
        let path = folder.join(name);
        *file = fs::read(&path).map_err(DataError::read(&path))?;
        check(file).map_err(|problem| DataError::File { path, problem })?;
    }
    Ok(files)
}

fn read_archive(path: &Path) -> Result<[Vec<u8>; 6], DataError> {
    let opened = File::open(path).map_err(DataError::read(path))?;
    let problem = |problem| DataError::File { path: path.into(), problem };
    let files = unpacked(&mut GzDecoder::new(BufReader::new(opened))).map_err(problem)?;
    for (file, name) in files.iter().zip(FILES) {
        check(file).map_err(|cause| problem(format!("{name}: {cause}")))?;
    }
    Ok(files)
}

/// Reads the six files out of a tar archive: a head of 512 bytes with name and size, then the file in blocks of 512.
fn unpacked(archive: &mut impl Read) -> Result<[Vec<u8>; 6], String> {
    const BLOCK: usize = 512;
    let damaged =
        |error: io::Error| format!("the archive is damaged ({error}); remove it and download it again");
    let mut files = [const { Vec::new() }; 6];
    let mut head = [0; BLOCK];
    while files.iter().any(Vec::is_empty) {
        archive.read_exact(&mut head).map_err(damaged)?;
        let text = |range: std::ops::Range<usize>| {
            String::from_utf8_lossy(&head[range]).trim_matches(['\0', ' ']).to_string()
        };
        let (path, size) = (text(0..100), text(124..136));
        if path.is_empty() {
            return Err(format!("the archive ends without {}", missing(&files)));
        }
        let size = u64::from_str_radix(&size, 8)
            .map_err(|_| format!("the archive is damaged (the size of `{path}` is `{size}`)"))?;
        let padded = size.next_multiple_of(BLOCK as u64);
        match FILES.iter().position(|name| path.rsplit('/').next() == Some(name)) {
            Some(_) if size > MOST_BYTES as u64 => return Err(format!("{path} has {size} bytes, too many")),
            Some(place) => {
                let mut bytes = vec![0; padded as usize];
                archive.read_exact(&mut bytes).map_err(damaged)?;
                bytes.truncate(size as usize);
                files[place] = bytes;
            }
            None => {
                io::copy(&mut archive.by_ref().take(padded), &mut io::sink()).map_err(damaged)?;
            }
        }
    }
    Ok(files)
}

fn missing(files: &[Vec<u8>; 6]) -> String {
    let missing = files.iter().zip(FILES).filter(|(file, _)| file.is_empty()).map(|(_, name)| name);
    missing.collect::<Vec<_>>().join(", ")
}

/// Refuses what is no file of records.
fn check(bytes: &[u8]) -> Result<(), String> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(RECORD) {
        let length = bytes.len();
        return Err(format!(
            "{length} bytes are no records of {RECORD}, a label and 32x32 pixels in red, green and blue; take the binary version of CIFAR-10"
        ));
    }
    Ok(())
}

fn examples(files: &[Vec<u8>], divisor: f32) -> Result<Examples, crate::examples::ExamplesError> {
    let records = || files.iter().flat_map(|file| file.chunks_exact(RECORD));
    let labels = Targets::Labels(records().map(|record| u32::from(record[0])).collect());
    let mut pixels = Vec::with_capacity(files.iter().map(Vec::len).sum());
    records().for_each(|record| pixels.extend_from_slice(&record[1..]));
    Examples::from_bytes(pixels, divisor, PIXELS, labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Normalize, registry};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    /// Records whose red bytes are `first`, `first + 1`, …, with labels that count.
    fn records(first: u8, count: u8) -> Vec<u8> {
        let record = |number: u8| {
            let mut record = vec![number % 10];
            record.extend([first + number; SIDE * SIDE]);
            record.extend([7; 2 * SIDE * SIDE]);
            record
        };
        (0..count).flat_map(record).collect()
    }

    fn write_set(folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        for (number, name) in FILES.iter().enumerate() {
            fs::write(folder.join(name), records(20 * number as u8, 10)).unwrap();
        }
    }

    fn tar(names: &[&str]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        for (name, contents) in [("readme.html", b"x".to_vec())]
            .into_iter()
            .chain(names.iter().map(|name| (*name, records(0, 3))))
        {
            let mut head = [0; 512];
            let path = format!("{UNPACKED}/{name}");
            head[..path.len()].copy_from_slice(path.as_bytes());
            head[124..135].copy_from_slice(format!("{:011o}", contents.len()).as_bytes());
            gzip.write_all(&head).unwrap();
            gzip.write_all(&contents).unwrap();
            gzip.write_all(&vec![0; contents.len().next_multiple_of(512) - contents.len()]).unwrap();
        }
        gzip.write_all(&[0; 1024]).unwrap();
        gzip.finish().unwrap()
    }

    fn load(folder: &Path) -> Result<Dataset, String> {
        let options = Options { normalize: Normalize::None, flatten: false, ..Options::default() };
        let source = Source { data_dir: Some(folder.into()) };
        registry::load("cifar10", &options, &source).map_err(|error| error.to_string())
    }

    #[test]
    fn the_six_files_are_read_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        write_set(&folder.path().join("cifar10").join(UNPACKED));
        let set = load(folder.path()).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (40, 10, 10));
        assert_eq!((&set.shape[..], set.outputs()), (&[3, 32, 32][..], 10));
        let row = set.train.input(25);
        assert_eq!((row[0], row[1023], row[1024], set.train.label(25)), (45.0, 45.0, 7.0, Some(5)));
        assert_eq!(set.test.input(3)[0], 103.0);
    }

    #[test]
    fn the_archive_is_read_as_it_was_downloaded() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join(ARCHIVE);
        fs::write(&archive, tar(&FILES)).unwrap();
        let set = load(folder.path()).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (12, 3, 3));
        fs::write(&archive, tar(&FILES[..4])).unwrap();
        assert!(load(folder.path()).unwrap_err().ends_with("ends without data_batch_5.bin, test_batch.bin"));
        let whole = tar(&FILES);
        fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
        assert!(load(folder.path()).unwrap_err().contains("the archive is damaged"));
    }

    #[test]
    fn what_is_missing_or_no_record_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        assert!(load(folder.path()).unwrap_err().contains("thalweg data get cifar10"));
        write_set(folder.path());
        fs::remove_file(path(FILES[2])).unwrap();
        assert!(load(folder.path()).unwrap_err().contains("but not data_batch_3.bin"));
        fs::write(path(FILES[2]), vec![0; 3072]).unwrap();
        let refused = load(folder.path()).unwrap_err();
        assert!(refused.contains("data_batch_3.bin: 3072 bytes are no records of 3073"), "{refused}");
        let mut wrong = records(0, 2);
        wrong[RECORD] = 10;
        fs::write(path(FILES[2]), records(0, 2)).unwrap();
        fs::write(path(FILES[5]), wrong).unwrap();
        let refused = load(folder.path()).unwrap_err();
        assert!(refused.contains("the test label in row 1 (counted from 0) is 10"), "{refused}");
    }
}
