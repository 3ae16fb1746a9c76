//! Augmentation: images that are shifted, mirrored or cropped anew each time they are drawn, so that a network learns what does
//! not matter.
//!
//! What happens to an image follows from a seed, the number of the step and its place in the batch, and from nothing else: a
//! resumed run goes on as the undisturbed one would have.

use serde::{Deserialize, Serialize};

/// What is done to the images of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Augmentation {
    /// Moves each image by up to so many pixels up or down, and left or right; what comes in is 0. Padding by n zeros and cropping
    /// back to the old size is the same thing.
    pub shift: usize,
    /// Mirrors half of the images, left to right.
    pub flip: bool,
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
    /// Whether nothing is done.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Refuses what leaves nothing of an image, as a sentence.
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
        Ok(())
    }

    /// Changes a batch of images, one row an image, in place. `plane` is memory to work in; it grows once.
    pub fn apply<T: Copy + From<f32>>(
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
            if (down, right, mirrored) == (0, 0, false) {
                continue;
            }
            for image in image.chunks_exact_mut(height * width) {
                plane.clear();
                plane.extend_from_slice(image);
                for y in 0..height {
                    for x in 0..width {
                        let row = (y as isize - down) as usize;
                        let column = (x as isize - right) as usize;
                        // Before the first row or column the number has wrapped and is large.
                        let inside = row < height && column < width;
                        let column =
                            if mirrored { width.wrapping_sub(1).wrapping_sub(column) } else { column };
                        image[y * width + x] =
                            if inside { plane[row * width + column] } else { T::from(0.0) };
                    }
                }
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
        let augmentation = Augmentation { shift: 1, flip: true };
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
        let augmentation = Augmentation { shift: 2, flip: false };
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
        let error = Augmentation { shift: 4, flip: false }.check(SHAPE).unwrap_err();
        assert_eq!(
            error,
            "a shift of 4 leaves nothing of an image of 4 x 5 pixels; it must be smaller than 4"
        );
    }
}
