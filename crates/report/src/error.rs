//! What can go wrong when a report is made.

use std::path::PathBuf;

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The program was built without plotly.js.
    #[error(
        "this program was built without pages (feature `report`): build it with the feature, or look at the results as CSV or JSON"
    )]
    NoScript,
    /// The folder of the report could not be made.
    #[error("cannot make the folder {}: {source}; choose another one, or check its permissions", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the report could not be written; an earlier version of it is untouched.
    #[error("cannot write {}: {source}; check free space and permissions, or choose another folder", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An image whose pixels do not fill its width and height.
    #[error("the image \"{label}\" has {pixels} pixels, but {width} x {height} needs {}", width * height)]
    Pixels {
        /// The caption of the image.
        label: String,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// Pixels given.
        pixels: usize,
    },
    /// An image with no pixels, or too large to be a sample picture.
    #[error("the image \"{label}\" is {width} x {height}; each side must be between 1 and 4096 pixels")]
    ImageSize {
        /// The caption of the image.
        label: String,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
}
