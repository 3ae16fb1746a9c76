//! Why a download fails.

use std::path::PathBuf;

/// Why a download did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A dataset that cannot be downloaded.
    #[error("`{name}` cannot be downloaded; {hint}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// No mirror delivered the file.
    #[error(
        "cannot download {file}:{attempts}\nCheck the network (a proxy goes into HTTPS_PROXY) and run the command again: what has \
         arrived is kept. Or name a mirror with `--mirror URL`, or put the file into {} yourself", .folder.display()
    )]
    NoMirror {
        /// The file.
        file: String,
        /// One line a mirror: its address and what went wrong.
        attempts: String,
        /// Where the file should go.
        folder: PathBuf,
    },
    /// A mirror given by the user that is not an address.
    #[error("`{0}` is not an address to download from; it should start with https:// or http://")]
    NotAnAddress(String),
}
