//! What can go wrong with a results file, and what it means for the user.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ErrorCode;

use super::layout::LAYOUT;

/// How long to wait for another program that is writing.
pub(super) const WAIT: Duration = Duration::from_secs(10);

/// Why results could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error(
        "cannot open the results file {path}: {reason}. Check that its folder exists and that you may write there"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The file is something else.
    #[error("{path} is not a Thalweg results file. Choose another file; this one was left as it is")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by another version.
    #[error(
        "{path} has the layout {found} of another version of Thalweg (this one writes {LAYOUT}). Choose another file; \
         this one was left as it is"
    )]
    Layout {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i32,
    },
    /// The file is damaged.
    #[error(
        "the results file {path} does not read as it was written ({reason}): it is damaged, or the disk fails. `thalweg check {word}` \
         says what is sound in it. Run again; if that says the same, restore a copy, or move the file away together with {path}-wal and {path}-shm, which hold its newest results, and run again",
        word = thalweg_kit::shell_path(.path)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file holds code of somebody else's.
    #[error(
        "{path} holds a program (the {program}), which no results file has, so it is not read. Ask where it comes from"
    )]
    Program {
        /// The file.
        path: PathBuf,
        /// What it is.
        program: String,
    },
    /// The file was being made when its program ended.
    #[error("{path} holds no results yet: the program that made it was ended at once. Run its command again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No room.
    #[error(
        "the disk is full: {path} could not grow. Everything finished before is saved; free some space and run again"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// No permission.
    #[error(
        "the results file {path} cannot be written (it is read-only). Results already in it are unchanged"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file.
    #[error("another program kept {path} locked for {} seconds. Close it and run again", WAIT.as_secs())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("the results file {path} cannot be used: {reason}. Everything finished before is saved")]
    Other {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
}

/// Says what a database error means for the user.
pub(super) fn explain(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = path.to_path_buf();
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => StoreError::Open { path, reason },
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, reason },
        Some(ErrorCode::DiskFull | ErrorCode::TooBig) => StoreError::Full { path },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        _ => match error {
            rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..) => {
                StoreError::Damaged { path, reason }
            }
            _ => StoreError::Other { path, reason },
        },
    }
}
