//! Images as matrices whose product with the weights is the convolution, and back.

use super::super::window::Window;
use thalweg_lanes::Real;

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
    /// Rows of the matrix: channels times elements of the window.
    pub(super) fn rows(&self) -> usize {
        self.image[0] * self.window.kernel[0] * self.window.kernel[1]
    }

    /// Positions of the window.
    pub(super) fn positions(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Writes what each element of the window sees: row (channel, kernel row, kernel column), column (position). The matrix is
    /// `width` wide; this image's columns begin at `from`.
    pub(super) fn gather<T: Real>(&self, image: &[T], columns: &mut [T], width: usize, from: usize) {
        let [_, height, breadth] = self.image;
        let [rows, breadth_out] = self.output;
        let stride = self.window.stride[1];
        self.for_each_tap(|row, channel, [ky, kx]| {
            let plane = &image[channel * height * breadth..][..height * breadth];
            let out = &mut columns[row * width + from..][..rows * breadth_out];
            let (inside_y, inside_x) = (self.inside(0, ky), self.inside(1, kx));
            let first = self.window.offset(1, kx) + (inside_x.start * stride) as isize;
            for (y, out) in out.chunks_exact_mut(breadth_out).enumerate() {
                if !inside_y.contains(&y) || inside_x.is_empty() {
                    out.fill(T::ZERO);
                    continue;
                }
                let line = &plane[self.line(y, ky) * breadth..][..breadth];
                out[..inside_x.start].fill(T::ZERO);
                out[inside_x.end..].fill(T::ZERO);
                let (seen, from) = (&mut out[inside_x.clone()], first as usize);
                if stride == 1 {
                    seen.copy_from_slice(&line[from..][..seen.len()]);
                } else {
                    seen.iter_mut().zip(line[from..].iter().step_by(stride)).for_each(|(out, x)| *out = *x);
                }
            }
        });
    }

    /// The transpose of [`gather`](Self::gather): adds each element of the matrix to the place of the image it came from.
    pub(super) fn scatter<T: Real>(&self, columns: &[T], width: usize, from: usize, image: &mut [T]) {
        let [_, height, breadth] = self.image;
        let [rows, breadth_out] = self.output;
        let stride = self.window.stride[1];
        self.for_each_tap(|row, channel, [ky, kx]| {
            let plane = &mut image[channel * height * breadth..][..height * breadth];
            let seen = &columns[row * width + from..][..rows * breadth_out];
            let (inside_y, inside_x) = (self.inside(0, ky), self.inside(1, kx));
            if inside_x.is_empty() {
                return;
            }
            let first = (self.window.offset(1, kx) + (inside_x.start * stride) as isize) as usize;
            for y in inside_y {
                let line = &mut plane[self.line(y, ky) * breadth..][..breadth];
                let seen = &seen[y * breadth_out..][inside_x.clone()];
                if stride == 1 {
                    line[first..][..seen.len()].iter_mut().zip(seen).for_each(|(x, seen)| *x += *seen);
                } else {
                    let places = line[first..].iter_mut().step_by(stride);
                    places.zip(seen).for_each(|(x, seen)| *x += *seen);
                }
            }
        });
    }

    /// The row of the image that output row `y`, inside, sees through kernel row `ky`.
    fn line(&self, y: usize, ky: usize) -> usize {
        ((y * self.window.stride[0]) as isize + self.window.offset(0, ky)) as usize
    }

    fn inside(&self, axis: usize, tap: usize) -> std::ops::Range<usize> {
        self.window.inside(axis, tap, self.image[1 + axis], self.output[axis])
    }

    fn for_each_tap(&self, mut see: impl FnMut(usize, usize, [usize; 2])) {
        let [kernel_rows, kernel_columns] = self.window.kernel;
        let mut row = 0;
        for channel in 0..self.image[0] {
            for ky in 0..kernel_rows {
                for kx in 0..kernel_columns {
                    see(row, channel, [ky, kx]);
                    row += 1;
                }
            }
        }
    }
}
