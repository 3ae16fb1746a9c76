//! The form that all images of a set have.

use serde::{Deserialize, Serialize};

/// The form of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageForm {
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

impl ImageForm {
    pub(crate) fn pixels(self) -> usize {
        self.height * self.width
    }

    /// Returns how many numbers an image of this form is.
    pub fn features(self) -> usize {
        self.channels * self.pixels()
    }

    /// Returns the shape of one example, channels first.
    pub fn shape(self) -> Vec<usize> {
        match self.channels {
            1 => vec![self.height, self.width],
            channels => vec![channels, self.height, self.width],
        }
    }
}
