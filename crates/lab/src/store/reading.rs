//! Opening a results file that may not be changed: from a folder that cannot be written, and while others write to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OpenFlags};

/// A results file that is open, and the copy that was made for it.
#[derive(Debug)]
pub(super) struct Opened {
    // Closed before the copy is removed.
    pub(super) connection: Connection,
    pub(super) _copy: Option<Copy>,
}

/// Why a file could not be opened.
pub(super) enum ReadError {
    /// What SQLite said.
    Sqlite(rusqlite::Error),
    /// What the system said when the file was copied.
    System(std::io::Error),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}

impl Opened {
    /// Opens a file that is there. SQLite needs to write beside it to know what others are at; where that is not allowed, nobody else
    /// writes either, and the file is read as it stands.
    pub(super) fn reading(path: &Path) -> Result<Self, ReadError> {
        match Self::beside_others(path) {
            Err(error) if is_not_allowed(&error) && path.is_file() => Self::undisturbed(path),
            result => Ok(result?),
        }
    }

    fn beside_others(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.execute_batch("PRAGMA query_only = ON")?;
        // Whether it can be read is only known once it is.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Self { connection, _copy: None })
    }

    /// Opens a file that nobody writes to. What is in its write-ahead log would not be seen there, so such a file is copied with it.
    pub(super) fn undisturbed(path: &Path) -> Result<Self, ReadError> {
        let log = write_ahead_log(path);
        if fs::metadata(&log).is_ok_and(|found| found.len() > 0) {
            let copy = Copy::of(path, &log)?;
            let opened = Self::beside_others(&copy.file)?;
            return Ok(Self { _copy: Some(copy), ..opened });
        }
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(format!("{}?immutable=1", address(path)), flags)?;
        Ok(Self { connection, _copy: None })
    }
}

/// Whether SQLite could not write where it needs to.
fn is_not_allowed(error: &rusqlite::Error) -> bool {
    let codes = [ErrorCode::CannotOpen, ErrorCode::PermissionDenied, ErrorCode::ReadOnly];
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}

/// The file beside a results file that holds its newest results.
pub(super) fn write_ahead_log(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push("-wal");
    name.into()
}

/// The path as a URI.
fn address(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut address = String::from("file:");
    for &byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            byte => address += &format!("%{byte:02x}"),
        }
    }
    address
}

/// A copy of a results file and its write-ahead log in the folder for temporary files, removed in the end.
#[derive(Debug)]
pub(super) struct Copy {
    folder: PathBuf,
    file: PathBuf,
}

impl Copy {
    fn of(path: &Path, log: &Path) -> std::io::Result<Self> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let folder = std::env::temp_dir().join(format!("thalweg-{}-{since:x}", std::process::id()));
        fs::create_dir(&folder)?;
        let copy = Self { file: folder.join("results.sqlite"), folder };
        for (from, to) in [(path, copy.file.clone()), (log, write_ahead_log(&copy.file))] {
            // The contents alone: the permissions of the original may not allow what is done with a copy.
            fs::write(to, fs::read(from)?)?;
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
