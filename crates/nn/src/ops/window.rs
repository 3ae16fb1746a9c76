//! The positions of a window that slides over an image: shared by convolution and pooling.

use crate::{Dim, Shape};

/// How a window slides: rows first, columns second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Its extents.
    pub kernel: [usize; 2],
    /// How far it moves each time.
    pub stride: [usize; 2],
    /// The rows and columns of padding at each edge.
    pub padding: [usize; 2],
    /// The distance of its elements: 1 for neighbours.
    pub dilation: [usize; 2],
}

impl Window {
    /// Returns a square window that moves by 1, without padding.
    pub fn square(extent: usize) -> Self {
        Self { kernel: [extent; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] }
    }

    /// Returns the rows and columns of the output for an image of these extents, or what is wrong with them.
    pub(crate) fn output(&self, image: [usize; 2]) -> Result<[usize; 2], String> {
        let mut output = [0; 2];
        for axis in 0..2 {
            let (kernel, stride) = (self.kernel[axis], self.stride[axis]);
            let (padding, dilation) = (self.padding[axis], self.dilation[axis]);
            if kernel == 0 || stride == 0 || dilation == 0 {
                return Err("kernel, stride and dilation must be at least 1".into());
            }
            let reach = (kernel - 1).checked_mul(dilation).and_then(|reach| reach.checked_add(1));
            let padded = padding.checked_mul(2).and_then(|padding| padding.checked_add(image[axis]));
            let (Some(reach), Some(padded)) = (reach, padded) else {
                return Err("kernel, dilation or padding are too large to count".into());
            };
            if padding >= reach {
                return Err(format!(
                    "padding {padding} is not smaller than the window's reach of {reach}; some windows would see nothing of \
                     the image"
                ));
            }
            if reach > padded {
                let axis = ["rows", "columns"][axis];
                return Err(format!(
                    "a window that reaches over {reach} {axis} does not fit an image of {padded} (padding included)"
                ));
            }
            output[axis] = (padded - reach) / stride + 1;
        }
        Ok(output)
    }

    /// Returns whether some place of the window lies on padding alone. That happens where its elements are further apart than the
    /// image is wide.
    pub(crate) fn misses(&self, image: [usize; 2], output: [usize; 2]) -> bool {
        (0..2).any(|axis| {
            let (kernel, padding, dilation) = (self.kernel[axis], self.padding[axis], self.dilation[axis]);
            // Neighbouring elements leave nothing out, and the window reaches over the padding.
            let gaps = padding > 0 && dilation > 1;
            gaps && (0..output[axis]).any(|place| {
                let before = padding.saturating_sub(place * self.stride[axis]);
                let tap = before.div_ceil(dilation);
                tap >= kernel || place * self.stride[axis] + tap * dilation >= padding + image[axis]
            })
        })
    }

    /// Returns the first row (or column) of the image that element `tap` of the window sees at output 0. It may lie before the
    /// edge.
    pub(crate) fn offset(&self, axis: usize, tap: usize) -> isize {
        (tap * self.dilation[axis]) as isize - self.padding[axis] as isize
    }
}

/// Returns the channels, rows and columns of an input [batch, channels, rows, columns].
pub(crate) fn image(shape: &Shape) -> Result<[usize; 3], String> {
    match *shape.dims() {
        [Dim::Batch, Dim::Fixed(channels), Dim::Fixed(rows), Dim::Fixed(columns)] => {
            Ok([channels, rows, columns])
        }
        _ => Err(format!(
            "the input has shape {shape}; images are [batch, channels, rows, columns] (`reshape` makes them of flat rows)"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_those_of_a_walk_over_the_padded_image() {
        for kernel in 1..4 {
            for stride in 1..4 {
                for padding in 0..3 {
                    for dilation in 1..3 {
                        let window = Window {
                            kernel: [kernel, 1],
                            stride: [stride, 1],
                            padding: [padding, 0],
                            dilation: [dilation, 1],
                        };
                        for image in 1..9usize {
                            let reach = (kernel - 1) * dilation + 1;
                            // Every start of a window inside the padded image.
                            let starts = (0..image + 2 * padding)
                                .step_by(stride)
                                .filter(|s| s + reach <= image + 2 * padding);
                            let starts: Vec<usize> = starts.collect();
                            let Ok([output, 1]) = window.output([image, 1]) else {
                                assert!(starts.is_empty() || padding >= reach);
                                continue;
                            };
                            assert_eq!(output, starts.len());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn windows_on_padding_alone_are_found() {
        let mut missed = 0;
        for kernel in 1..4 {
            for (stride, padding, dilation) in
                (1..3).flat_map(|s| (0..4).flat_map(move |p| (1..5).map(move |d| (s, p, d))))
            {
                let window = Window {
                    kernel: [kernel, 1],
                    stride: [stride, 1],
                    padding: [padding, 0],
                    dilation: [dilation, 1],
                };
                for image in 1..6usize {
                    let Ok(output) = window.output([image, 1]) else { continue };
                    let sees = |place: usize| {
                        (0..kernel).any(|tap| {
                            (padding..padding + image).contains(&(place * stride + tap * dilation))
                        })
                    };
                    let expected = !(0..output[0]).all(sees);
                    assert_eq!(window.misses([image, 1], output), expected, "{window:?} {image}");
                    missed += usize::from(expected);
                }
            }
        }
        assert!(missed > 10, "{missed}");
    }

    #[test]
    fn windows_that_cannot_slide_are_refused() {
        let window = Window::square(3);
        assert!(
            window.output([2, 5]).unwrap_err().contains("reaches over 3 rows does not fit an image of 2")
        );
        assert!(Window { padding: [3, 0], ..window }.output([5, 5]).unwrap_err().contains("see nothing"));
        assert!(Window { stride: [0, 1], ..window }.output([5, 5]).is_err());
        assert!(Window { dilation: [usize::MAX, 1], ..window }.output([5, 5]).is_err());
    }
}
