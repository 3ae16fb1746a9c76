//! Writing a file so that a crash, a full disk or a power cut leaves either the old one or the new one.

use crate::Error;
use std::io::Write;
use std::path::Path;

/// Writes `bytes` to `path`: first to a temporary file in the same folder, flushed to the disk, then renamed. Whatever
/// happens in between, `path` holds either what it held before or all of `bytes`.
///
/// # Errors
/// [`Error::Write`] with the system's reason (no such folder, no permission, disk full).
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_path_buf(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".thalweg-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The permissions of an ordinary new file; the process's umask still applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn says_what_is_wrong_with_the_folder() {
        let error = write_atomically(Path::new("/nonexistent-folder/a.bin"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nonexistent-folder/a.bin: "), "{error}");
    }
}
