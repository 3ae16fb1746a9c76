//! Augmentation: images are shifted, mirrored or cropped at random each time they are drawn. A network learns from that which
//! changes do not matter.
//!
//! The change of an image follows from a seed, the number of the step and the image's position in the batch alone. So a resumed
//! run gives the same bits as an uninterrupted one.

use std::ops::{Add, Mul};

use serde::{Deserialize, Serialize};

/// What is done to the images of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Augmentation {
    /// Moves each image by up to this many pixels up or down, and left or right. Pixels that come in are 0. Padding by n zeros
    /// and cropping back to the old size (torchvision's `RandomCrop(size, padding=n)`) is the same thing.
    pub shift: usize,
    /// Mirrors half of the images, left to right.
    pub flip: bool,
    /// Cuts a window out of each image and enlarges it to the old size, bilinearly. The window has the image's proportions. Its
    /// area is drawn between this share of the image's area and all of it, its position anywhere inside the image
    /// (torchvision's `RandomResizedCrop(size, scale=(crop, 1), ratio=(1, 1))` on square images, to the fraction of a pixel).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crop: Option<f64>,
}

/// The images of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageShape {
    /// Channels.
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
}

impl Augmentation {
    /// Returns whether nothing is done to the images.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Checks that something is left of an image.
    ///
    /// # Errors
    /// The sentence.
    pub fn check(&self, shape: ImageShape) -> Result<(), String> {
        let smallest = shape.height.min(shape.width);
        if self.shift >= smallest {
            return Err(format!(
                "a shift of {} leaves nothing of an image of {} x {} pixels; it must be smaller than {smallest}",
                self.shift, shape.height, shape.width
            ));
        }
        self.check_crop()
    }

    /// Checks the crop, which needs no image shape: a part of [`check`](Self::check).
    ///
    /// # Errors
    /// A sentence.
    pub fn check_crop(&self) -> Result<(), String> {
        match self.crop {
            Some(share) if !(share > 0.0 && share <= 1.0) => Err(format!(
                "a crop of {share}: it is the smallest share of an image's area that is cut out, more than 0 and at most 1"
            )),
            _ => Ok(()),
        }
    }

    /// Changes a batch of images in place, one row an image: first shift and flip, then crop. `plane` is scratch memory, which
    /// grows once.
    pub fn apply<T: Copy + From<f32> + Add<Output = T> + Mul<Output = T>>(
        &self,
        (seed, step): (u64, u64),
        rows: &mut [T],
        shape: ImageShape,
        plane: &mut Vec<T>,
    ) {
        let ImageShape { channels, height, width } = shape;
        let size = channels * height * width;
        if self.is_none() || size == 0 {
            return;
        }
        for (place, image) in rows.chunks_exact_mut(size).enumerate() {
            let draw = |which: u64| mixed(mixed(seed ^ mixed(step)) ^ (4 * place as u64 + which));
            let span = 2 * self.shift as u64 + 1;
            let [down, right] = [0, 1].map(|which| (draw(which) % span) as isize - self.shift as isize);
            let mirrored = self.flip && draw(2) % 2 == 1;
            let window = self.crop.map(|least| Window::drawn(least, draw(3), shape));
            for image in image.chunks_exact_mut(height * width) {
                if (down, right, mirrored) != (0, 0, false) {
                    plane.clear();
                    plane.extend_from_slice(image);
                    moved((down, right, mirrored), plane, image, width);
                }
                if let Some(window) = window {
                    plane.clear();
                    plane.extend_from_slice(image);
                    window.enlarged(plane, image, width);
                }
            }
        }
    }
}

/// An image of one channel, moved by whole pixels and then mirrored in place.
fn moved<T: Copy + From<f32>>(
    (down, right, mirrored): (isize, isize, bool),
    from: &[T],
    to: &mut [T],
    width: usize,
) {
    let height = from.len() / width;
    for (y, line) in to.chunks_exact_mut(width).enumerate() {
        for (x, pixel) in line.iter_mut().enumerate() {
            let row = (y as isize - down) as usize;
            let column = (x as isize - right) as usize;
            // Before the first row or column the number has wrapped and is large.
            let inside = row < height && column < width;
            let column = if mirrored { width.wrapping_sub(1).wrapping_sub(column) } else { column };
            *pixel = if inside { from[row * width + column] } else { T::from(0.0) };
        }
    }
}

/// A part of an image: sides as shares of the image's, and pixels above and to the left of it.
#[derive(Clone, Copy)]
struct Window {
    side: f64,
    top: f64,
    left: f64,
}

impl Window {
    /// A window of at least the share `least` of the image's area, from one random number.
    fn drawn(least: f64, random: u64, shape: ImageShape) -> Self {
        let uniform = |which: u64| (mixed(random ^ which) >> 11) as f64 / (1u64 << 53) as f64;
        let side = (least + (1.0 - least) * uniform(0)).sqrt();
        let free = |pixels: usize| pixels as f64 * (1.0 - side);
        Self { side, top: uniform(1) * free(shape.height), left: uniform(2) * free(shape.width) }
    }

    /// The window of an image of one channel, as large as the image. Pixels are squares with their values in the middle.
    /// Outside the outermost middles the value stays constant.
    fn enlarged<T: Copy + From<f32> + Add<Output = T> + Mul<Output = T>>(
        self,
        from: &[T],
        to: &mut [T],
        width: usize,
    ) {
        let height = from.len() / width;
        // The two pixels around a position, and the weight of the second.
        let between = |start: f64, place: usize, pixels: usize| {
            let at = start + (place as f64 + 0.5) * self.side - 0.5;
            let at = at.clamp(0.0, (pixels - 1) as f64);
            (at as usize, (at as usize + 1).min(pixels - 1), at.fract() as f32)
        };
        let mix = |a: T, b: T, share: f32| a * T::from(1.0 - share) + b * T::from(share);
        for (y, line) in to.chunks_exact_mut(width).enumerate() {
            let (above, below, down) = between(self.top, y, height);
            for (x, pixel) in line.iter_mut().enumerate() {
                let (left, right, along) = between(self.left, x, width);
                let row = |row: usize| mix(from[row * width + left], from[row * width + right], along);
                *pixel = mix(row(above), row(below), down);
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): a well-mixed function of a counter.
fn mixed(counter: u64) -> u64 {
    let z = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 2, height: 4, width: 5 };

    fn image(seed: f32) -> Vec<f32> {
        (1..=40).map(|pixel| pixel as f32 + seed).collect()
    }

    /// An image moved by hand.
    fn moved(image: &[f32], down: isize, right: isize, mirrored: bool) -> Vec<f32> {
        let mut out = vec![0.0; 40];
        for channel in 0..2 {
            for y in 0..4isize {
                for x in 0..5isize {
                    let (to_y, to_x) = (y + down, if mirrored { 4 - x } else { x } + right);
                    if (0..4).contains(&to_y) && (0..5).contains(&to_x) {
                        out[channel * 20 + (to_y * 5 + to_x) as usize] =
                            image[channel * 20 + (y * 5 + x) as usize];
                    }
                }
            }
        }
        out
    }

    #[test]
    fn every_image_is_moved_as_a_whole_and_all_moves_are_equally_frequent() {
        let augmentation = Augmentation { shift: 1, flip: true, ..Augmentation::default() };
        augmentation.check(SHAPE).unwrap();
        let n = 9000;
        let mut rows: Vec<f32> = (0..n).flat_map(|k| image(k as f32)).collect();
        let mut plane = Vec::new();
        augmentation.apply((3, 7), &mut rows, SHAPE, &mut plane);
        let mut counts = std::collections::BTreeMap::new();
        for (k, found) in rows.chunks_exact(40).enumerate() {
            let original = image(k as f32);
            let moves = (-1..=1)
                .flat_map(|down| (-1..=1).flat_map(move |right| [(down, right, false), (down, right, true)]));
            let hit = moves
                .clone()
                .find(|&(down, right, mirrored)| moved(&original, down, right, mirrored) == found);
            *counts.entry(hit.expect("one of eighteen moves")).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 18);
        // Four standard errors of a draw among eighteen.
        let expected = n as f64 / 18.0;
        assert!(
            counts.values().all(|&count| (f64::from(count) - expected).abs() < 4.0 * expected.sqrt()),
            "{counts:?}"
        );
    }

    #[test]
    fn a_step_repeats_to_the_bit_and_another_one_differs() {
        let augmentation = Augmentation { shift: 2, crop: Some(0.5), ..Augmentation::default() };
        let run = |seed: u64, step: u64| {
            let mut rows = [image(0.0), image(1.0), image(2.0)].concat();
            augmentation.apply((seed, step), &mut rows, SHAPE, &mut Vec::new());
            rows
        };
        assert_eq!(run(1, 5), run(1, 5));
        assert_ne!(run(1, 5), run(1, 6));
        assert_ne!(run(1, 5), run(2, 5));
        let mut rows = image(0.0);
        Augmentation::default().apply((1, 1), &mut rows, SHAPE, &mut Vec::new());
        assert_eq!(rows, image(0.0));
        let refused = |augmentation: Augmentation| augmentation.check(SHAPE).unwrap_err();
        assert_eq!(
            refused(Augmentation { shift: 4, ..Augmentation::default() }),
            "a shift of 4 leaves nothing of an image of 4 x 5 pixels; it must be smaller than 4"
        );
        for share in [0.0, -0.5, 1.5, f64::NAN] {
            let error = refused(Augmentation { crop: Some(share), ..Augmentation::default() });
            assert!(error.contains("share of an image's area"), "{error}");
        }
    }

    /// Bilinear interpolation gives a plane back as it is: where each pixel holds its own row and column, the place that it
    /// comes from can be read off.
    #[test]
    fn crops_lie_inside_the_image_and_are_spread_evenly() {
        let shape = ImageShape { channels: 2, height: 20, width: 30 };
        let (height, width, pixels) = (20.0, 30.0, 600);
        let places = || (0..pixels).map(|at| (at / 30, at % 30));
        let image: Vec<f64> =
            places().map(|(y, _)| y as f64).chain(places().map(|(_, x)| x as f64)).collect();
        let n = 4000;
        let mut rows = image.repeat(n);
        let augmentation = Augmentation { crop: Some(0.4), ..Augmentation::default() };
        augmentation.check(shape).unwrap();
        augmentation.apply((5, 1), &mut rows, shape, &mut Vec::new());
        let [mut area, mut top, mut left] = [0.0; 3];
        for cut in rows.chunks_exact(2 * pixels) {
            let (row, column) = cut.split_at(pixels);
            let at = |y: usize, x: usize| y * 30 + x;
            let side = (row[at(12, 15)] - row[at(8, 15)]) / 4.0;
            let along = (column[at(10, 20)] - column[at(10, 10)]) / 10.0;
            assert!((along - side).abs() < 1e-6 && (0.4f64.sqrt()..=1.0).contains(&side), "{side} {along}");
            let above = row[at(10, 15)] + 0.5 - 10.5 * side;
            let before = column[at(10, 15)] + 0.5 - 15.5 * side;
            let (free_rows, free_columns) = (height * (1.0 - side), width * (1.0 - side));
            assert!((-1e-5..free_rows + 1e-5).contains(&above), "{above} of {free_rows}");
            assert!((-1e-5..free_columns + 1e-5).contains(&before), "{before} of {free_columns}");
            area += side * side / n as f64;
            top += above / free_rows / n as f64;
            left += before / free_columns / n as f64;
        }
        // Means of uniform draws, to four standard errors.
        let within = |mean: f64, expected: f64, span: f64| {
            assert!((mean - expected).abs() < 4.0 * span / (12.0 * n as f64).sqrt(), "{mean}");
        };
        within(area, 0.7, 0.6);
        within(top, 0.5, 1.0);
        within(left, 0.5, 1.0);
        // All of it is the image itself.
        let mut whole = image.clone();
        Augmentation { crop: Some(1.0), ..Augmentation::default() }.apply(
            (5, 1),
            &mut whole,
            shape,
            &mut Vec::new(),
        );
        assert_eq!(whole, image);
    }
}
