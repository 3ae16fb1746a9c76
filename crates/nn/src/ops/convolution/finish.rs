//! The steps after a product, while it is in the cache: bias, ReLU, max pooling; and their gradients.
//!
//! ReLU does not change which of several numbers is the largest unless all are below 0, and then the gradient is 0. So pooling
//! first gives the same results with less work.

use crate::ops::Relu;
use crate::ops::pointwise::Pointwise;
use crate::ops::pooling::Planes;
use crate::ops::pooling::max::{largest, to_largest};
use thalweg_lanes::{Kernel, Real};

/// One image of a product, [outputs, ..], as rows of `stride` elements from `from` on.
#[derive(Clone, Copy)]
pub(super) struct ImageRows {
    pub(super) stride: usize,
    pub(super) from: usize,
    pub(super) positions: usize,
}

/// The output of one image and group from the product.
pub(super) struct Finish<'a, T> {
    pub(super) product: &'a [T],
    pub(super) rows: ImageRows,
    pub(super) bias: &'a [T],
    pub(super) relu: bool,
    pub(super) pool: Option<Planes>,
    /// The image's channels.
    pub(super) y: &'a mut [T],
    /// Which element of its window each number is, where that is to be kept.
    pub(super) chosen: &'a mut [T],
}

impl<T: Real> Kernel for Finish<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let ImageRows { stride, from, positions } = self.rows;
        let kept = self.y.len() / self.bias.len();
        for (o, y) in self.y.chunks_exact_mut(kept).enumerate() {
            let row = &self.product[o * stride + from..][..positions];
            let bias = self.bias[o];
            match &self.pool {
                Some(planes) => {
                    let chosen =
                        if self.chosen.is_empty() { &mut [] } else { &mut self.chosen[o * kept..][..kept] };
                    largest(planes, row, bias, y, chosen);
                    if self.relu {
                        y.iter_mut().for_each(|y| *y = Relu.value(*y));
                    }
                }
                None if self.relu => {
                    for i in 0..y.len() {
                        y[i] = Relu.value(row[i] + bias);
                    }
                }
                None => {
                    for i in 0..y.len() {
                        y[i] = row[i] + bias;
                    }
                }
            }
        }
    }
}

/// The gradient of the product of one image and group from that of the output.
pub(super) struct Begin<'a, T> {
    pub(super) product: &'a mut [T],
    pub(super) rows: ImageRows,
    pub(super) relu: bool,
    pub(super) pool: Option<Planes>,
    /// Positions of a channel of the output.
    pub(super) kept: usize,
    pub(super) gradient: &'a [T],
    /// The output; empty unless there is a ReLU.
    pub(super) y: &'a [T],
    pub(super) chosen: &'a [T],
}

impl<T: Real> Kernel for Begin<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let ImageRows { stride, from, positions } = self.rows;
        for (o, gradient) in self.gradient.chunks_exact(self.kept).enumerate() {
            let row = &mut self.product[o * stride + from..][..positions];
            let n = self.kept;
            let y = self.relu.then(|| &self.y[o * n..][..n]);
            match (&self.pool, y) {
                (Some(planes), y) => to_largest(planes, gradient, y, &self.chosen[o * n..][..n], row, false),
                (None, Some(y)) => {
                    for i in 0..n {
                        row[i] = if y[i] > T::ZERO { gradient[i] } else { T::ZERO };
                    }
                }
                (None, None) => row.copy_from_slice(gradient),
            }
        }
    }
}
