//! Images as matrices whose product with the weights is the convolution, and back.
//!
//! Images are first copied into planes with their padding around them, so that no loop asks where an edge is. Rows of the matrix
//! are then copied and added [`WIDE`] elements at a time, which is one or two instructions where the exact number would be a loop:
//! what is copied too much is written over by the next row, and what would be added too much is replaced by 0.

use super::super::window::Window;
use thalweg_lanes::{Kernel, Real, dispatch};

/// Elements that are copied or added at a time.
const WIDE: usize = 16;

/// The images of one group of channels and what a window sees of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patches {
    pub(super) window: Window,
    /// Channels of the group, rows, columns.
    pub(super) image: [usize; 3],
    /// Rows and columns of the output.
    pub(super) output: [usize; 2],
}

impl Patches {
    /// Returns the rows of the matrix: channels times elements of the window.
    pub(super) fn rows(&self) -> usize {
        self.image[0] * self.window.kernel[0] * self.window.kernel[1]
    }

    /// Returns the number of positions of the window.
    pub(super) fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Returns how many elements the matrix of `images` images has, with the elements beyond it that loops may touch.
    pub(super) fn matrix(&self, images: usize) -> usize {
        self.rows() * images * self.positions() + WIDE
    }

    /// Returns how many elements the padded planes of `images` images have, with the elements beyond them that loops may touch.
    pub(super) fn planes(&self, images: usize) -> usize {
        let [height, breadth] = self.padded();
        images * self.image[0] * height * breadth + WIDE
    }

    fn padded(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.image[1 + axis] + 2 * self.window.padding[axis])
    }

    /// Writes what each element of the window sees: row (channel, kernel row, kernel column), column (image, position).
    /// `planes` is memory to work in, as long as [`planes`](Self::planes) says, `matrix` as long as [`matrix`](Self::matrix).
    pub(super) fn gather<'a, T: Real>(
        &self,
        images: impl Iterator<Item = &'a [T]>,
        planes: &mut [T],
        matrix: &mut [T],
    ) {
        let [channels, height, breadth] = self.image;
        let [padded_height, padded_breadth] = self.padded();
        let [top, left] = self.window.padding;
        let size = channels * padded_height * padded_breadth;
        let mut count = 0;
        for (image, planes) in images.zip(planes.chunks_exact_mut(size)) {
            if self.window.padding != [0, 0] {
                planes.fill(T::ZERO);
            }
            let planes = planes.chunks_exact_mut(padded_height * padded_breadth);
            for (plane, padded) in image.chunks_exact(height * breadth).zip(planes) {
                let lines = padded[top * padded_breadth..].chunks_mut(padded_breadth);
                for (line, padded) in plane.chunks_exact(breadth).zip(lines) {
                    padded[left..left + breadth].copy_from_slice(line);
                }
            }
            count += 1;
        }
        dispatch(Gather { patches: *self, planes, matrix, count });
    }

    /// Adds each element of the matrix to the pixel it came from: the transpose of [`gather`](Self::gather).
    pub(super) fn scatter<'a, T: Real>(
        &self,
        matrix: &[T],
        planes: &mut [T],
        images: impl ExactSizeIterator<Item = &'a mut [T]>,
    ) {
        let [channels, height, breadth] = self.image;
        let [padded_height, padded_breadth] = self.padded();
        let [top, left] = self.window.padding;
        let size = channels * padded_height * padded_breadth;
        planes.fill(T::ZERO);
        dispatch(Scatter { patches: *self, matrix, planes, count: images.len() });
        for (image, planes) in images.zip(planes.chunks_exact(size)) {
            let planes = planes.chunks_exact(padded_height * padded_breadth);
            for (plane, padded) in image.chunks_exact_mut(height * breadth).zip(planes) {
                let lines = padded[top * padded_breadth..].chunks(padded_breadth);
                for (line, padded) in plane.chunks_exact_mut(breadth).zip(lines) {
                    line.iter_mut().zip(&padded[left..]).for_each(|(x, gradient)| *x += *gradient);
                }
            }
        }
    }

    /// For each row of the matrix, the offset in the planes of an image of its element at the first position.
    #[inline(always)]
    fn taps(&self) -> impl Iterator<Item = usize> {
        let Window { kernel, dilation, .. } = self.window;
        let [height, breadth] = self.padded();
        (0..self.image[0]).flat_map(move |channel| {
            (0..kernel[0]).flat_map(move |u| {
                (0..kernel[1]).map(move |v| (channel * height + u * dilation[0]) * breadth + v * dilation[1])
            })
        })
    }
}

struct Gather<'a, T> {
    patches: Patches,
    planes: &'a [T],
    matrix: &'a mut [T],
    count: usize,
}

impl<T: Real> Kernel for Gather<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { patches, planes, matrix, count } = self;
        let [rows, columns] = patches.output;
        let [down, across] = patches.window.stride;
        let [height, breadth] = patches.padded();
        let size = patches.image[0] * height * breadth;
        let mut to = 0;
        for tap in patches.taps() {
            for image in 0..count {
                for y in 0..rows {
                    let from = image * size + tap + y * down * breadth;
                    if across == 1 {
                        let mut x = 0;
                        while x < columns {
                            let source = &planes[from + x..][..WIDE];
                            matrix[to + x..][..WIDE].copy_from_slice(source);
                            x += WIDE;
                        }
                    } else {
                        for x in 0..columns {
                            matrix[to + x] = planes[from + x * across];
                        }
                    }
                    to += columns;
                }
            }
        }
    }
}

struct Scatter<'a, T> {
    patches: Patches,
    matrix: &'a [T],
    planes: &'a mut [T],
    count: usize,
}

impl<T: Real> Kernel for Scatter<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { patches, matrix, planes, count } = self;
        let [rows, columns] = patches.output;
        let [down, across] = patches.window.stride;
        let [height, breadth] = patches.padded();
        let size = patches.image[0] * height * breadth;
        let mut from = 0;
        for tap in patches.taps() {
            for image in 0..count {
                for y in 0..rows {
                    let to = image * size + tap + y * down * breadth;
                    if across == 1 {
                        let mut x = 0;
                        while x < columns {
                            let left = columns - x;
                            let source = &matrix[from + x..][..WIDE];
                            let target = &mut planes[to + x..][..WIDE];
                            for lane in 0..WIDE {
                                target[lane] += if lane < left { source[lane] } else { T::ZERO };
                            }
                            x += WIDE;
                        }
                    } else {
                        for x in 0..columns {
                            planes[to + x * across] += matrix[from + x];
                        }
                    }
                    from += columns;
                }
            }
        }
    }
}
