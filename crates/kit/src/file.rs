//! Writing a file so that a crash, a full disk or a power cut leaves either the old one or the new one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Replaces the file at `path` by what `write` produces: first a temporary file in the same folder, flushed to the
/// disk, then renamed. When anything fails, the temporary file is removed and what was at `path` stays. A symbolic link is
/// followed: its target is replaced, not the link.
///
/// # Errors
/// What the system said (no such folder, no permission, disk full); [`ErrorKind::InvalidInput`] for a path that is there and
/// is no ordinary file (a folder, a device).
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let target = target(path)?;
    let temporary = temporary_beside(&target)?;
    let result = File::create_new(&temporary).and_then(|mut file| {
        write(&mut file)?;
        file.flush()?;
        file.sync_all()?;
        fs::rename(&temporary, &target)
    });
    if result.is_err() {
        // Best effort: the first error is the one that matters.
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// Where the bytes go: `path` itself, or what it links to.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => fs::canonicalize(path),
        Ok(_) => Err(io::Error::new(ErrorKind::InvalidInput, "it is there, and it is no ordinary file")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path.to_path_buf()),
        Err(error) => Err(error),
    }
}

/// A name in the same folder (a rename across file systems would not be atomic), different for each process and thread.
fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    let unnamed = || io::Error::new(ErrorKind::InvalidInput, "this path does not name a file");
    let mut hidden = OsString::from(".");
    hidden.push(path.file_name().ok_or_else(unnamed)?);
    let thread = format!("{:?}", std::thread::current().id());
    hidden.push(format!(".{}-{}.tmp", std::process::id(), thread.replace(['(', ')'], "")));
    Ok(path.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_keeps_the_old_content_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights");
        write_atomically(&path, |file| file.write_all(b"old")).unwrap();
        let error = write_atomically(&path, |file| {
            file.write_all(b"half of the ne")?;
            Err(io::Error::from(ErrorKind::StorageFull))
        });
        assert_eq!(error.unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_atomically(&path, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_and_folders_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        for refused in [Path::new("/dev/null"), folder.path()] {
            let error = write_atomically(refused, |file| file.write_all(b"x")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }
}
