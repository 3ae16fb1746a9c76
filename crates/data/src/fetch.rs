//! Downloads of the sets that are too large to embed: `thalweg data get mnist`.
//!
//! Each file has a pinned SHA-256 and several mirrors. A transfer that breaks off is resumed where it ended. A file gets its
//! name only after its checksum was found correct. The requests are made by a [`Web`] of the caller's.

mod download;
mod error;
mod sources;
mod web;

pub use error::FetchError;
pub use sources::{Remote, RemoteFile, SOURCES};
pub use web::{Answer, Web};

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::DataError;

/// What `get` did for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where the file is.
    pub path: PathBuf,
    /// Where it came from; `None` when it was there already, complete and right.
    pub url: Option<String>,
}

/// Downloads the files of a set into `directory/NAME/`, except those that are present and correct. `mirror` is the base address
/// of a mirror to try first. It may use http, for local servers, because the checksums are checked anyway. `progress` gets the
/// bytes present and the total, over all files.
pub fn get(
    name: &str,
    directory: &Path,
    mirror: Option<&str>,
    web: &dyn Web,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Fetched>, DataError> {
    let remote = SOURCES.iter().find(|remote| remote.name == name).ok_or_else(|| FetchError::Unknown {
        name: name.into(),
        hint: thalweg_kit::hint(name, SOURCES.iter().map(|remote| remote.name)),
    })?;
    let mut mirrors: Vec<&str> = mirror.into_iter().collect();
    mirrors.extend(remote.mirrors);
    fetch(remote.files, &mirrors, &directory.join(name), web, progress)
}

/// Downloads `files` from the first of `mirrors` that delivers them into `folder`.
pub fn fetch(
    files: &[RemoteFile<'_>],
    mirrors: &[&str],
    folder: &Path,
    web: &dyn Web,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Fetched>, DataError> {
    if let Some(mirror) =
        mirrors.iter().find(|mirror| !mirror.starts_with("https://") && !mirror.starts_with("http://"))
    {
        return Err(FetchError::NotAnAddress(String::from(*mirror)).into());
    }
    fs::create_dir_all(folder).map_err(DataError::write(folder))?;
    let total = files.iter().map(|file| file.bytes).sum();
    let mut before = 0;
    let mut fetched = Vec::new();
    for file in files {
        let path = folder.join(file.name);
        let url = match file.is_right(&path).map_err(DataError::read(&path))? {
            true => None,
            false => Some(download::download(file, mirrors, &path, web, &mut |here| {
                progress(before + here, total)
            })?),
        };
        before += file.bytes;
        progress(before, total);
        fetched.push(Fetched { path, url });
    }
    Ok(fetched)
}
