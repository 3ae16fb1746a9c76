//! Writing files atomically, with an error that says what happened to the file.

use crate::ArenaError;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Bytes that are read back at a time.
const PIECE: usize = 1 << 16;

/// Writes `bytes` to `path`. After a crash `path` holds either its previous contents or all of `bytes`. What was there before is
/// replaced only when the new file was read back and found right.
///
/// # Errors
/// [`ArenaError::Write`] with the system's reason (no such folder, no permission, disk full).
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ArenaError> {
    let write = |file: &mut File| {
        file.write_all(bytes)?;
        file.sync_all()?;
        file.rewind()?;
        verify(file, bytes)
    };
    thalweg_kit::write_atomically(path, write)
        .map_err(|source| ArenaError::Write { path: path.to_path_buf(), source })
}

/// Checks that a file holds these bytes and nothing else.
fn verify(mut file: impl Read, bytes: &[u8]) -> io::Result<()> {
    let mut piece = [0; PIECE];
    for expected in bytes.chunks(PIECE) {
        let piece = &mut piece[..expected.len()];
        file.read_exact(piece)?;
        if piece != expected {
            return Err(io::Error::other(
                "what was written does not come back; the disk or its cable may be failing",
            ));
        }
    }
    match file.read(&mut piece[..1])? {
        0 => Ok(()),
        _ => Err(io::Error::other("the file is longer than what was written")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_with_the_folder() {
        let error = write_atomically(Path::new("/nonexistent-folder/a.bin"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nonexistent-folder/a.bin: "), "{error}");
    }

    #[test]
    fn what_does_not_come_back_is_noticed() {
        let bytes: Vec<u8> = (0..3 * PIECE + 5).map(|index| index as u8).collect();
        assert!(verify(&bytes[..], &bytes).is_ok());
        for at in [0, PIECE, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            assert!(verify(&flipped[..], &bytes).is_err(), "{at}");
        }
        assert!(verify(&bytes[1..], &bytes).is_err());
        assert!(verify(&bytes[..], &bytes[..bytes.len() - 1]).is_err());
    }
}
