//! A file that one process at a time writes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::resolved;

/// A path that this process writes again and again, and that no other process claims meanwhile.
///
/// What is claimed is a lock on a file beside it, so the claim ends with the process however that ends.
#[derive(Debug)]
pub struct Claim {
    lock: PathBuf,
    _held: File,
}

impl Claim {
    /// Claims a path; `None` if another process has claimed it. Links are followed, so two names of one file are one claim.
    ///
    /// # Errors
    /// What the system said (no such folder, no permission).
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        let target = resolved(path)?;
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(ErrorKind::InvalidInput, "this path does not name a file"));
        };
        let lock = target.with_file_name(format!(".{}.lock", name.to_string_lossy()));
        loop {
            let held = OpenOptions::new().write(true).create(true).truncate(false).open(&lock)?;
            match held.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                // A file system without locks: then nobody can be told apart.
                Err(TryLockError::Error(_)) => return Ok(Some(Self { lock, _held: held })),
                Ok(()) if is_at(&held, &lock) => return Ok(Some(Self { lock, _held: held })),
                // The process before removed it between our opening and our locking.
                Ok(()) => {}
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The lock ends with the file; one that is left behind does no harm.
        let _ = fs::remove_file(&self.lock);
    }
}

/// Whether the open file is the one at `path`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(one), Ok(two)) => (one.dev(), one.ino()) == (two.dev(), two.ino()),
        _ => false,
    }
}

/// Whether the open file is the one at `path`: elsewhere, an open file is not removed.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_claimed_once_under_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        let first = Claim::of(&path).unwrap();
        assert!(first.is_some());
        assert!(Claim::of(&path).unwrap().is_none());
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink("run.safetensors", &link).unwrap();
            assert!(Claim::of(&link).unwrap().is_none());
            fs::remove_file(link).unwrap();
        }
        assert!(Claim::of(&folder.path().join("other")).unwrap().is_some());
        drop(first);
        assert!(Claim::of(&path).unwrap().is_some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(Claim::of(&folder.path().join("no/such/folder")).is_err());
    }
}
