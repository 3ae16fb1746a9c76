//! One image file: what its head says, and its pixels in a given form.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use png::{ColorType, Transformations};
use thalweg_kit::check_free_memory;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::scaling::scale;
use crate::image_form::ImageForm;

/// Larger images are taken for a mistake: 128 million pixels.
const MOST_PIXELS: usize = 1 << 27;
/// Bytes that decoding takes for each pixel: its channels, and the coefficients of a progressive JPEG.
const BYTES_A_PIXEL: u64 = 12;
const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

/// Pixels as a file has them: rows of interleaved bytes, `samples` a pixel (1 and 2 are grey, 2 and 4 have transparency).
struct Decoded {
    height: usize,
    width: usize,
    samples: usize,
    bytes: Vec<u8>,
}

/// Returns the form that the head of an image file says.
pub(super) fn form_of(path: &Path) -> Result<ImageForm, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    form(BufReader::new(file))
}

/// Decodes an image file into `pixels`, in the given form, channel by channel.
pub(super) fn decode(path: &Path, form: ImageForm, pixels: &mut [u8]) -> Result<(), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    pixels_of(BufReader::new(file), form, pixels)
}

/// Returns how many bytes decoding an image takes.
pub(super) fn bytes(form: ImageForm) -> u64 {
    form.pixels() as u64 * BYTES_A_PIXEL
}

/// The two formats, told by the first bytes, whatever the file is called.
enum Format {
    Png,
    Jpeg,
}

fn format(mut reader: impl Read + Seek) -> Result<Format, String> {
    let mut head = Vec::new();
    reader.by_ref().take(8).read_to_end(&mut head).map_err(|error| error.to_string())?;
    reader.rewind().map_err(|error| error.to_string())?;
    match () {
        () if head == PNG => Ok(Format::Png),
        () if head.starts_with(&JPEG) => Ok(Format::Jpeg),
        () if head.is_empty() => Err("it is empty".into()),
        () => Err("it is neither PNG nor JPEG, whatever its name says".into()),
    }
}

fn form(mut reader: impl BufRead + Seek) -> Result<ImageForm, String> {
    match format(&mut reader)? {
        Format::Png => {
            let mut decoder = png::Decoder::new(reader);
            let info = decoder.read_header_info().map_err(|error| error.to_string())?;
            let is_grey = matches!(info.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
            bounded(info.height as usize, info.width as usize, if is_grey { 1 } else { 3 })
        }
        Format::Jpeg => {
            let mut decoder = jpeg(reader);
            decoder.decode_headers().map_err(|error| error.to_string())?;
            let (width, height) = decoder.dimensions().unwrap_or_default();
            let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
            bounded(height, width, if is_grey { 1 } else { 3 })
        }
    }
}

/// Refuses extents that no image to learn from has.
fn bounded(height: usize, width: usize, channels: usize) -> Result<ImageForm, String> {
    match height.checked_mul(width) {
        Some(pixels) if pixels > 0 && pixels <= MOST_PIXELS => Ok(ImageForm { height, width, channels }),
        _ => Err(format!("its head says {height}x{width} pixels; at most {MOST_PIXELS} are read")),
    }
}

/// A decoder that refuses what is cut off, in place of showing grey.
fn jpeg<R: BufRead + Seek>(reader: R) -> JpegDecoder<R> {
    let options =
        DecoderOptions::default().set_max_width(65_535).set_max_height(65_535).set_strict_mode(true);
    JpegDecoder::new_with_options(reader, options)
}

fn pixels_of(
    mut reader: impl BufRead + Seek,
    form_wanted: ImageForm,
    pixels: &mut [u8],
) -> Result<(), String> {
    let found = form(&mut reader)?;
    reader.rewind().map_err(|error| error.to_string())?;
    check_free_memory(bytes(found)).map_err(|error| error.to_string())?;
    let decoded = match format(&mut reader)? {
        Format::Png => decode_png(reader)?,
        Format::Jpeg => decode_jpeg(reader)?,
    };
    let in_channels = decoded.with_channels(form_wanted.channels);
    let scaled = scale(
        in_channels,
        [decoded.height, decoded.width],
        [form_wanted.height, form_wanted.width],
        form_wanted.channels,
    );
    for (channel, plane) in pixels.chunks_exact_mut(form_wanted.pixels()).enumerate() {
        let samples = scaled.iter().skip(channel).step_by(form_wanted.channels);
        plane.iter_mut().zip(samples).for_each(|(pixel, sample)| *pixel = *sample);
    }
    Ok(())
}

fn decode_png(reader: impl BufRead + Seek) -> Result<Decoded, String> {
    let said = |error: png::DecodingError| error.to_string();
    let mut decoder = png::Decoder::new(reader);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(said)?;
    let size = reader.output_buffer_size().ok_or("it is too large")?;
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes).map_err(said)?;
    reader.finish().map_err(said)?;
    let samples = frame.color_type.samples();
    Ok(Decoded { height: frame.height as usize, width: frame.width as usize, samples, bytes })
}

fn decode_jpeg(reader: impl BufRead + Seek) -> Result<Decoded, String> {
    let said = |error: zune_jpeg::errors::DecodeErrors| error.to_string();
    let mut decoder = jpeg(reader);
    decoder.decode_headers().map_err(said)?;
    let (space, samples) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        _ => (ColorSpace::RGB, 3),
    };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(space));
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let bytes = decoder.decode().map_err(said)?;
    Ok(Decoded { height, width, samples, bytes })
}

impl Decoded {
    /// Returns the pixels with one or three channels, interleaved. Transparency is left out.
    fn with_channels(&self, channels: usize) -> Vec<u8> {
        let pixels = self.bytes.chunks_exact(self.samples);
        match (self.samples < 3, channels) {
            (true, 1) => pixels.map(|pixel| pixel[0]).collect(),
            (true, _) => pixels.flat_map(|pixel| [pixel[0]; 3]).collect(),
            (false, 1) => pixels.map(|pixel| grey(pixel[0], pixel[1], pixel[2])).collect(),
            (false, _) => pixels.flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
        }
    }
}

/// Returns the luma of ITU-R BT.601, rounded.
fn grey(red: u8, green: u8, blue: u8) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A picture of 20 rows and 24 columns, drawn with Pillow: as a baseline JPEG in colour, and a progressive one in grey.
    const COLOUR: &[u8] = include_bytes!("../../tests/images/colour.jpg");
    const GREY: &[u8] = include_bytes!("../../tests/images/grey-progressive.jpg");

    fn png(width: u32, height: u32, colour: ColorType, bytes: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        file
    }

    fn decoded(file: &[u8], form: ImageForm) -> Result<Vec<u8>, String> {
        let mut pixels = vec![0; form.features()];
        pixels_of(Cursor::new(file), form, &mut pixels).map(|()| pixels)
    }

    #[test]
    fn pngs_become_planes_of_the_channels_asked_for() {
        let file = png(2, 1, ColorType::Rgba, &[10, 20, 30, 0, 40, 50, 60, 255]);
        let found = form(Cursor::new(&file)).unwrap();
        assert_eq!(found, ImageForm { height: 1, width: 2, channels: 3 });
        assert_eq!(decoded(&file, found).unwrap(), [10, 40, 20, 50, 30, 60]);
        assert_eq!(decoded(&file, ImageForm { channels: 1, ..found }).unwrap(), [18, 48]);
        let file = png(2, 1, ColorType::Grayscale, &[7, 9]);
        assert_eq!(form(Cursor::new(&file)).unwrap().channels, 1);
        assert_eq!(decoded(&file, found).unwrap(), [7, 9, 7, 9, 7, 9]);
    }

    #[test]
    fn jpegs_are_what_pillow_decodes() {
        for (file, channels, expected) in [
            (COLOUR, 3, include_bytes!("../../tests/images/colour.planes").as_slice()),
            (GREY, 1, include_bytes!("../../tests/images/grey-progressive.planes")),
        ] {
            let found = form(Cursor::new(file)).unwrap();
            assert_eq!(found, ImageForm { height: 20, width: 24, channels });
            let pixels = decoded(file, found).unwrap();
            // Decoders may round the inverse transform in two ways.
            let furthest = pixels.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(pixels.len() == expected.len() && furthest <= Some(3), "{furthest:?}");
        }
    }

    #[test]
    fn damaged_images_are_answered() {
        let png = png(24, 20, ColorType::Grayscale, &[7; 480]);
        for file in [COLOUR, GREY, &png] {
            for at in 0..file.len() {
                for change in [0x01, 0x80, 0xff] {
                    let mut damaged = file.to_vec();
                    damaged[at] ^= change;
                    if let Err(cause) = decoded(&damaged, ImageForm { height: 2, width: 2, channels: 3 }) {
                        assert!(!cause.is_empty());
                    }
                }
                let _ = decoded(&file[..at], ImageForm { height: 2, width: 2, channels: 1 });
            }
        }
    }

    #[test]
    fn what_is_no_image_or_cut_off_or_absurd_is_a_sentence() {
        let form_2 = ImageForm { height: 1, width: 2, channels: 1 };
        let refused = |file: &[u8]| decoded(file, form_2).unwrap_err();
        assert_eq!(refused(b""), "it is empty");
        assert_eq!(refused(b"GIF89a..."), "it is neither PNG nor JPEG, whatever its name says");
        let file = png(2, 1, ColorType::Grayscale, &[7, 9]);
        for cut in [file.len() / 2, file.len() - 20] {
            assert!(!refused(&file[..cut]).is_empty());
        }
        for file in [COLOUR, GREY] {
            assert!(!refused(&file[..file.len() * 3 / 4]).is_empty());
        }
        let mut wide = png(2, 1, ColorType::Grayscale, &[7, 9]);
        wide[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        let mut crc = flate2::Crc::new();
        crc.update(&wide[12..29]);
        wide[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        assert_eq!(
            form(Cursor::new(&wide)).unwrap_err(),
            "its head says 2147483647x2147483647 pixels; at most 134217728 are read"
        );
    }
}
