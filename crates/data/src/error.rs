//! The crate's error: one sentence that says what is wrong, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::batches::BatchesError;
use crate::examples::ExamplesError;
use crate::fetch::FetchError;
use crate::functions::FunctionError;
use crate::idx::IdxError;
use crate::image_folder::ImageFolderError;
use crate::npz::NpzError;
use crate::picture::PictureError;
use crate::table::TableError;

/// What can go wrong on the way to a batch. The message is the whole story (no source chain), so print it with `{}`.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A dataset name that is not in the registry.
    #[error("there is no dataset called `{name}`; {hint}")]
    UnknownDataset {
        /// The name as given.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// The folder that the user named is none.
    #[error("{} is no folder; `--data` names the folder that holds the files of data sets", .folder.display())]
    NoFolder {
        /// What was named.
        folder: PathBuf,
    },
    /// The files of a known dataset are on none of the places searched.
    #[error(
        "the files of {name} are not here. Looked in {}. Download them with `thalweg data get {name}`, or say where \
         they are with `--data DIR` or the variable THALWEG_DATA",
        list(.searched)
    )]
    Missing {
        /// The dataset's name.
        name: String,
        /// Every folder searched, in order.
        searched: Vec<PathBuf>,
    },
    /// Some of the files of a known dataset are there.
    #[error(
        "{} holds some of the files of {name}, but not {lacking} (nor with .gz); download them with `thalweg data get {name}`",
        .folder.display()
    )]
    Incomplete {
        /// The dataset's name.
        name: String,
        /// Where the others are.
        folder: PathBuf,
        /// The files that are not there.
        lacking: String,
    },
    /// A file could not be read.
    #[error("cannot read {}: {cause}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A file could not be written. What was there before is untouched.
    #[error("cannot write {}: {cause}{}", .path.display(), full_disk_advice(.cause))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A file of a known set that is not what it should be.
    #[error("{}: {problem}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// An IDX file that is not what it should be.
    #[error("{}: {cause}", .path.display())]
    Idx {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: IdxError,
    },
    /// A CSV file that cannot be read as a table with a target.
    #[error("{}: {cause}", .path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: TableError,
    },
    /// An NPZ or NPY file that cannot be read.
    #[error("{}: {cause}", .path.display())]
    Npz {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: NpzError,
    },
    /// A folder of images that cannot be learnt from.
    #[error("{}: {cause}", .path.display())]
    ImageFolder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        cause: ImageFolderError,
    },
    /// Numbers or labels that cannot be trained on.
    #[error("{origin}: {cause}")]
    Examples {
        /// The dataset and part, or the file.
        origin: String,
        /// What is wrong.
        cause: ExamplesError,
    },
    /// Options that do not fit the dataset.
    #[error("{name}: {message}")]
    Options {
        /// The dataset.
        name: String,
        /// What does not fit, and what would.
        message: String,
    },
    /// Batches that cannot be drawn.
    #[error(transparent)]
    Batches(#[from] BatchesError),
    /// A 2-D function or one of its parameters that does not exist.
    #[error(transparent)]
    Function(#[from] FunctionError),
    /// A download that did not succeed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// An example that cannot be drawn as a picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl DataError {
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> DataError {
        let path = path.to_path_buf();
        move |cause| DataError::Read { path, cause }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> DataError {
        let path = path.to_path_buf();
        move |cause| DataError::Write { path, cause }
    }

    pub(crate) fn examples(origin: impl Into<String>) -> impl FnOnce(ExamplesError) -> DataError {
        let origin = origin.into();
        move |cause| DataError::Examples { origin, cause }
    }
}

/// Returns advice for a write that failed because the disk is full; empty for any other cause.
pub(crate) fn full_disk_advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; make room there and run the command again"
        }
        _ => "",
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_set_says_where_it_was_sought_and_how_to_get_it() {
        let error = DataError::Missing { name: "mnist".into(), searched: vec!["/a".into(), "/b".into()] };
        let text = error.to_string();
        assert!(text.contains("Looked in /a, /b."), "{text}");
        assert!(text.contains("`thalweg data get mnist`"), "{text}");
    }

    #[test]
    fn a_full_disk_says_what_to_do() {
        let error = DataError::write(Path::new("w.npz"))(io::Error::from(io::ErrorKind::StorageFull));
        assert!(error.to_string().contains("make room there"), "{error}");
    }
}
