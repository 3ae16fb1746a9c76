//! Writing files atomically, with an error that says what happened to the file.

use crate::ArenaError;
use std::io::Write;
use std::path::Path;

/// Writes `bytes` to `path`. After a crash `path` holds either its previous contents or all of `bytes`.
///
/// # Errors
/// [`ArenaError::Write`] with the system's reason (no such folder, no permission, disk full).
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ArenaError> {
    thalweg_kit::write_atomically(path, |file| file.write_all(bytes))
        .map_err(|source| ArenaError::Write { path: path.to_path_buf(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_with_the_folder() {
        let error = write_atomically(Path::new("/nonexistent-folder/a.bin"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nonexistent-folder/a.bin: "), "{error}");
    }
}
