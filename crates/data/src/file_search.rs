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

/// Returns the four files of the set called `name`, from the first folder that has them all.
pub(crate) fn find(name: &str, source: &Source) -> Option<[PathBuf; 4]> {
    let folders = search_path(source);
    folders.iter().flat_map(|folder| [folder.join(name), folder.clone()]).find_map(|folder| locate(&folder))
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

/// The four files in `folder`, each as it is or gzipped; `None` unless all are there.
fn locate(folder: &Path) -> Option<[PathBuf; 4]> {
    let find = |name: &str| {
        [folder.join(name), folder.join(format!("{name}.gz"))].into_iter().find(|path| path.is_file())
    };
    let [a, b, c, d] = FILES.map(find);
    Some([a?, b?, c?, d?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_follows_the_xdg_specification() {
        let home = || Some(PathBuf::from("/home/kim"));
        assert_eq!(cache_below(Some("/x".into()), home()), Some("/x/thalweg".into()));
        assert_eq!(cache_below(Some("relative".into()), home()), Some("/home/kim/.cache/thalweg".into()));
        assert_eq!(cache_below(None, None), None);
    }
}
