//! Why an example cannot be drawn.

/// Beyond this a picture of 28x28 has 14 gigapixels.
pub(super) const LARGEST_SCALE: usize = 4_096;

/// Why an example cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The examples are not images.
    #[error("the examples of {name} are not images, so they cannot be drawn")]
    NotImages {
        /// The dataset.
        name: String,
    },
    /// No such example.
    #[error("there is no example {index}; the part has {len}, counted from 0")]
    NoExample {
        /// The number given.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// A factor that makes no picture.
    #[error(
        "a scale of {0} is not possible; choose 1 to {LARGEST_SCALE} and keep the picture below 65536 pixels a side"
    )]
    Scale(usize),
}
