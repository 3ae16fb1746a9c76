//! The form that images of the user's get, as keys say it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Larger images than this on a side are no inputs of a network.
const MOST_PIXELS_A_SIDE: usize = 4096;

/// The form that the images of a folder get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageOptions {
    /// Height and width. `None`: those of the images, which must be alike.
    pub size: Option<ImageSize>,
    /// Grey or colour. `None`: colour if any image has it.
    pub channels: Option<ImageChannels>,
}

impl ImageOptions {
    /// Returns whether nothing is set.
    pub fn is_default(&self) -> bool {
        *self == ImageOptions::default()
    }
}

/// Height and width of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[usize; 2]", into = "[usize; 2]")]
pub struct ImageSize(pub(crate) [usize; 2]);

impl TryFrom<[usize; 2]> for ImageSize {
    type Error = String;

    fn try_from(size: [usize; 2]) -> Result<ImageSize, String> {
        match size.iter().all(|side| (1..=MOST_PIXELS_A_SIDE).contains(side)) {
            true => Ok(ImageSize(size)),
            false => Err(format!(
                "`image_size` is [height, width], each from 1 to {MOST_PIXELS_A_SIDE} pixels, not {size:?}"
            )),
        }
    }
}

impl From<ImageSize> for [usize; 2] {
    fn from(size: ImageSize) -> [usize; 2] {
        size.0
    }
}

impl FromStr for ImageSize {
    type Err = String;

    /// Reads `64x48`, height first; `64` alone is a square.
    fn from_str(text: &str) -> Result<ImageSize, String> {
        let sides: Result<Vec<usize>, _> = text.split(['x', ',']).map(|side| side.trim().parse()).collect();
        match sides.as_deref() {
            Ok([side]) => ImageSize::try_from([*side, *side]),
            Ok([height, width]) => ImageSize::try_from([*height, *width]),
            _ => Err(format!("an image size is HEIGHTxWIDTH, such as `64x64`, not `{text}`")),
        }
    }
}

/// Whether images are grey or in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub enum ImageChannels {
    /// One channel.
    Grey,
    /// Red, green and blue.
    Colour,
}

impl ImageChannels {
    /// Returns how many channels that is.
    pub fn count(self) -> usize {
        match self {
            ImageChannels::Grey => 1,
            ImageChannels::Colour => 3,
        }
    }
}

impl TryFrom<u64> for ImageChannels {
    type Error = String;

    fn try_from(count: u64) -> Result<ImageChannels, String> {
        match count {
            1 => Ok(ImageChannels::Grey),
            3 => Ok(ImageChannels::Colour),
            _ => Err(format!("`image_channels` is 1 (grey) or 3 (colour), not {count}")),
        }
    }
}

impl From<ImageChannels> for u64 {
    fn from(channels: ImageChannels) -> u64 {
        channels.count() as u64
    }
}

impl FromStr for ImageChannels {
    type Err = String;

    fn from_str(text: &str) -> Result<ImageChannels, String> {
        let count: Result<u64, _> = text.parse();
        count.map_err(|_| format!("`image_channels` is 1 (grey) or 3 (colour), not `{text}`"))?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_channels_are_read_and_checked() {
        assert_eq!("64x48".parse(), Ok(ImageSize([64, 48])));
        assert_eq!("32".parse(), Ok(ImageSize([32, 32])));
        for wrong in ["0x4", "64x", "1x2x3", "5000x1", "wide"] {
            assert!(wrong.parse::<ImageSize>().is_err(), "{wrong}");
        }
        assert_eq!("3".parse(), Ok(ImageChannels::Colour));
        assert!("2".parse::<ImageChannels>().unwrap_err().contains("1 (grey) or 3 (colour)"));
    }
}
