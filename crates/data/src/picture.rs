//! Showing an example: as characters in a terminal, and as a PNG file.

mod error;

pub use error::PictureError;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use error::LARGEST_SCALE;

use crate::dataset::{Dataset, Image};
use crate::error::DataError;
use crate::examples::Examples;

/// From no ink to full ink.
const RAMP: &[u8] = b" .:-=+*#%@";
/// The 256-colour palette ends with 24 greys.
const FIRST_GREY: usize = 232;

/// What colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// None: letters of different weight.
    None,
    /// The palette of 256, which has 24 greys.
    Palette,
    /// 24 bits a pixel.
    True,
}

/// Grey pixels, 0 for no ink (black) to 255 for full ink (white), as MNIST stores them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    height: usize,
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Returns the picture of one example of a part of a dataset; of an image in colour, its luma.
    pub fn of(dataset: &Dataset, part: &Examples, index: usize) -> Result<Picture, PictureError> {
        let not_images = || PictureError::NotImages { name: dataset.name.clone() };
        let Image { height, width, white } = dataset.image.ok_or_else(not_images)?;
        let pixels = height * width;
        if part.features() != pixels && part.features() != 3 * pixels {
            return Err(not_images());
        }
        if index >= part.len() {
            return Err(PictureError::NoExample { index, len: part.len() });
        }
        let planes = part.input(index);
        let grey = |pixel: usize| match &planes[..] {
            colours if colours.len() > pixels => {
                let [red, green, blue] = [0, 1, 2].map(|channel| colours[channel * pixels + pixel]);
                0.299 * red + 0.587 * green + 0.114 * blue
            }
            shades => shades[pixel],
        };
        // The cast saturates, so values outside 0..=white become black and white.
        let pixels = (0..pixels).map(|pixel| (grey(pixel) / white * 255.0).round() as u8).collect();
        Ok(Picture { height, width, pixels })
    }

    /// Returns lines of text for a terminal. With colour, one character shows two pixels, one above the other, so that pixels
    /// are about square. Without colour, each pixel is two letters wide.
    pub fn terminal(&self, colour: Colour) -> String {
        if colour == Colour::None {
            return self.letters();
        }
        let mut text = String::new();
        for row in (0..self.height).step_by(2) {
            let mut shown = None;
            for column in 0..self.width {
                let upper = self.pixels[row * self.width + column];
                // Below the last row of an odd height the terminal's own background stays.
                let lower = self.pixels.get((row + 1) * self.width + column);
                // A colour stays until it is changed, so only changes are sent.
                if shown != Some((upper, lower)) {
                    text.push_str(&shade(38, upper, colour));
                    text.push_str(&lower.map(|lower| shade(48, *lower, colour)).unwrap_or_default());
                    shown = Some((upper, lower));
                }
                text.push('▀');
            }
            text.push_str("\x1b[0m\n");
        }
        text
    }

    fn letters(&self) -> String {
        let mut text = String::new();
        for row in self.pixels.chunks(self.width.max(1)) {
            let line: String = row
                .iter()
                .flat_map(|pixel| [char::from(RAMP[usize::from(*pixel) * (RAMP.len() - 1) / 255]); 2])
                .collect();
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    /// Returns the bytes of a grey PNG, every pixel a square of `scale` pixels.
    pub fn png(&self, scale: usize) -> Result<Vec<u8>, PictureError> {
        let side = |pixels: usize| {
            let large =
                pixels.checked_mul(scale).filter(|side| (1..65_536).contains(side) && scale <= LARGEST_SCALE);
            large.ok_or(PictureError::Scale(scale))
        };
        let (height, width) = (side(self.height)?, side(self.width)?);
        let mut pixels = Vec::with_capacity(height * width);
        for row in self.pixels.chunks(self.width) {
            for _ in 0..scale {
                pixels.extend(row.iter().flat_map(|pixel| std::iter::repeat_n(*pixel, scale)));
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        // So a picture of ours is known, and may be replaced.
        encoder.add_text_chunk("Software".into(), "thalweg".into()).expect("both are plain ASCII");
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
        written.expect("a grey image of the announced size goes into memory");
        Ok(bytes)
    }

    /// Writes a PNG, whole or not at all.
    pub fn write_png(&self, path: &Path, scale: usize) -> Result<(), DataError> {
        let bytes = self.png(scale)?;
        thalweg_kit::write_atomically(path, |file| file.write_all(&bytes)).map_err(DataError::write(path))
    }
}

/// The escape sequence for a grey: `place` is 38 for the foreground, 48 for the background.
fn shade(place: u8, grey: u8, colour: Colour) -> String {
    match colour {
        Colour::True => format!("\x1b[{place};2;{grey};{grey};{grey}m"),
        _ => format!("\x1b[{place};5;{}m", FIRST_GREY + usize::from(grey) * 23 / 255),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        Picture { height: 3, width: 2, pixels: vec![0, 255, 128, 0, 64, 255] }
    }

    #[test]
    fn letters_grow_heavier_with_ink() {
        assert_eq!(picture().terminal(Colour::None), "  @@\n==\n::@@\n");
    }

    #[test]
    fn half_blocks_show_two_rows_at_once() {
        let text = picture().terminal(Colour::True);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("\x1b[38;2;0;0;0m\x1b[48;2;128;128;128m▀"));
        assert_eq!(lines[1], "\x1b[38;2;64;64;64m▀\x1b[38;2;255;255;255m▀\x1b[0m");
        assert!(picture().terminal(Colour::Palette).starts_with("\x1b[38;5;232m\x1b[48;5;243m▀"));
    }

    #[test]
    fn a_png_reads_back_as_it_was_drawn() {
        let bytes = picture().png(2).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (4, 6, png::ColorType::Grayscale));
        assert_eq!(pixels[..8], [0, 0, 255, 255, 0, 0, 255, 255]);
        assert_eq!(pixels[16..24], [64, 64, 255, 255, 64, 64, 255, 255]);
        assert_eq!(picture().png(0), Err(PictureError::Scale(0)));
        assert_eq!(picture().png(40_000), Err(PictureError::Scale(40_000)));
    }

    #[test]
    fn raw_and_normalised_digits_give_the_same_picture_and_points_none() {
        let load = |name: &str, normalize| {
            let options =
                crate::Options { normalize: crate::Normalize::from(normalize), ..Default::default() };
            crate::load(name, &options, &Default::default()).unwrap()
        };
        let (raw, unit) = (load("digits", false), load("digits", true));
        assert_eq!(Picture::of(&raw, &raw.test, 3), Picture::of(&unit, &unit.test, 3));
        let error = Picture::of(&unit, &unit.test, 360).unwrap_err();
        assert_eq!(error.to_string(), "there is no example 360; the part has 360, counted from 0");
        let moons = load("moons", true);
        assert!(matches!(Picture::of(&moons, &moons.test, 0), Err(PictureError::NotImages { .. })));
    }
}
