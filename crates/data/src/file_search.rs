//! Where the files of a dataset are looked for.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::options::Source;

/// Names of the image and the label file of the training and the test part, without `.gz`.
pub const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// The archive of CIFAR-10, as it is downloaded.
pub(crate) const CIFAR_ARCHIVE: &str = "cifar-10-binary.tar.gz";

/// Returns the four files of the set called `name`, from the first folder that has them all.
pub(crate) fn find(name: &str, source: &Source) -> Option<[PathBuf; 4]> {
    folders(name, source).iter().find_map(|folder| locate(folder))
}

/// Returns the folders in which the files of the set called `name` may be: its own in each that is searched, and that itself.
pub(crate) fn folders(name: &str, source: &Source) -> Vec<PathBuf> {
    search_path(source).into_iter().flat_map(|folder| [folder.join(name), folder]).collect()
}

/// Returns the folders that are searched, in order: the one the user named, `THALWEG_DATA`, the user's cache.
pub fn search_path(source: &Source) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = source.data_dir.clone().into_iter().collect();
    folders.extend(env::var_os("THALWEG_DATA").filter(|value| !value.is_empty()).map(PathBuf::from));
    folders.extend(user_cache());
    folders
}

/// Returns the folder for downloads unless the user names another: `$XDG_CACHE_HOME/thalweg`, else `~/.cache/thalweg`. `None`
/// without a home.
pub fn user_cache() -> Option<PathBuf> {
    cache_below(env::var_os("XDG_CACHE_HOME"), env::home_dir())
}

/// The XDG specification says to ignore relative paths.
fn cache_below(xdg: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let xdg = xdg.map(PathBuf::from).filter(|path| path.is_absolute());
    let base =
        xdg.or_else(|| home.filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(".cache")));
    base.map(|base| base.join("thalweg"))
}

/// The four files in `folder`; `None` unless all are there.
fn locate(folder: &Path) -> Option<[PathBuf; 4]> {
    let [a, b, c, d] = FILES.map(|name| locate_file(folder, name));
    Some([a?, b?, c?, d?])
}

/// The file called `name`, as it is or gzipped, and under the names that it gets elsewhere: Windows unpacks `x-idx3-ubyte` as
/// `x.idx3-ubyte`, and Kaggle puts it into a folder of its own name.
fn locate_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let dotted = name.replacen("-idx", ".idx", 1);
    let names = [name, &dotted].map(|name| [name.to_string(), format!("{name}.gz")]).concat();
    let nested = names.iter().map(|name| folder.join(name).join(name));
    names.iter().map(|name| folder.join(name)).chain(nested).find(|path| path.is_file())
}

/// Returns the first folder that holds some of the four files of the set called `name`, and the names of those it lacks.
pub(crate) fn partly_there(name: &str, source: &Source) -> Option<(PathBuf, Vec<&'static str>)> {
    folders(name, source).into_iter().find_map(|folder| {
        let lacking: Vec<&str> =
            FILES.into_iter().filter(|file| locate_file(&folder, file).is_none()).collect();
        (lacking.len() < FILES.len()).then_some((folder, lacking))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_under_the_names_of_windows_and_kaggle() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("train-images.idx3-ubyte"), []).unwrap();
        std::fs::write(path("train-labels.idx1-ubyte.gz"), []).unwrap();
        std::fs::create_dir(path("t10k-images-idx3-ubyte")).unwrap();
        std::fs::write(path("t10k-images-idx3-ubyte").join("t10k-images-idx3-ubyte"), []).unwrap();
        let source = Source { data_dir: Some(folder.path().into()) };
        let lacking = Some((folder.path().to_path_buf(), vec!["t10k-labels-idx1-ubyte"]));
        assert_eq!((locate(folder.path()), partly_there("mnist", &source)), (None, lacking));
        std::fs::write(path("t10k-labels-idx1-ubyte"), []).unwrap();
        assert!(locate(folder.path()).unwrap()[0].ends_with("train-images.idx3-ubyte"));
    }

    #[test]
    fn the_cache_follows_the_xdg_specification() {
        let home = || Some(PathBuf::from("/home/kim"));
        assert_eq!(cache_below(Some("/x".into()), home()), Some("/x/thalweg".into()));
        assert_eq!(cache_below(Some("relative".into()), home()), Some("/home/kim/.cache/thalweg".into()));
        assert_eq!(cache_below(None, None), None);
    }
}
