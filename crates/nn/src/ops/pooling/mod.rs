//! Pooling: what a window sees of each channel becomes one number, its largest or its mean.

mod average;
pub(super) mod max;

pub use average::AveragePool;
pub use max::MaxPool;

use super::window::{Window, image};
use crate::op::Input;
use crate::{BATCH, Shape};

/// The extents of a pass: all planes (images times channels) are treated alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planes {
    window: Window,
    /// Rows and columns of the input.
    image: [usize; 2],
    /// Rows and columns of the output.
    output: [usize; 2],
}

impl Planes {
    fn new(window: Window, x: &[usize]) -> Self {
        Self::of(window, [x[2], x[3]])
    }

    pub(super) fn of(window: Window, image: [usize; 2]) -> Self {
        Self { window, image, output: window.output(image).unwrap_or([1; 2]) }
    }

    fn input_size(&self) -> usize {
        self.image[0] * self.image[1]
    }

    pub(super) fn output_size(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// The places of an input plane that output (`i`, `j`) sees: number of the window's element, place.
    #[inline(always)]
    fn seen(&self, i: usize, j: usize) -> impl Iterator<Item = (usize, usize)> {
        let Window { kernel, stride, .. } = self.window;
        let image = self.image;
        let (rows, columns) = (self.window.offset(0, 0), self.window.offset(1, 0));
        let (top, left) = ((i * stride[0]) as isize + rows, (j * stride[1]) as isize + columns);
        let dilation = self.window.dilation;
        (0..kernel[0]).flat_map(move |u| {
            (0..kernel[1]).filter_map(move |v| {
                let row = top + (u * dilation[0]) as isize;
                let column = left + (v * dilation[1]) as isize;
                let inside =
                    (0..image[0] as isize).contains(&row) && (0..image[1] as isize).contains(&column);
                inside.then(|| (u * kernel[1] + v, row as usize * image[1] + column as usize))
            })
        })
    }

    /// Returns whether the windows are adjacent ones of 2 x 2 that cover the whole image: the usual case, which has a faster
    /// loop.
    fn halves(&self) -> bool {
        let Window { kernel, stride, padding, dilation } = self.window;
        let even = self.image.iter().all(|extent| extent.is_multiple_of(2));
        (kernel, stride, padding, dilation) == ([2; 2], [2; 2], [0; 2], [1; 2]) && even
    }
}

/// The shape of what pooling makes of an input.
fn pooled(window: &Window, inputs: &[Input<'_>]) -> Result<Shape, String> {
    let [channels, rows, columns] = image(inputs[0].shape)?;
    let image = [rows, columns];
    let [rows, columns] = window.output(image)?;
    if window.misses(image, [rows, columns]) {
        return Err(format!(
            "with dilation {:?} and padding {:?} a window lies on padding alone, beside an image of {} x {}; take less padding or a \
             smaller dilation",
            window.dilation, window.padding, image[0], image[1]
        ));
    }
    Ok(Shape::from(&[BATCH, channels, rows, columns][..]))
}
