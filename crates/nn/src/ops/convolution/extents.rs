//! The extents of everything in a convolution, and its division into blocks.

use super::columns::Patches;
use crate::ops::parallel::PARTS;
use crate::ops::pooling::Planes;
use crate::ops::window::Window;
use std::ops::Range;

/// Returns the least number of columns of a product that keeps the processor busy. Long columns need more of them; short ones
/// should stay in the cache for the steps that follow.
fn columns(rows: usize) -> usize {
    if rows < 128 { 192 } else { 768 }
}

/// The multiply-adds from which on a second thread pays.
const WORTH_A_THREAD: u64 = 4_000_000;

/// Everything a pass needs to know about its extents.
pub(super) struct Extents {
    pub(super) patches: Patches,
    pub(super) images: usize,
    pub(super) groups: usize,
    /// Output channels of a group.
    pub(super) outputs: usize,
    /// The number of images of one matrix.
    block: usize,
    /// The pooling of each plane of the convolution, if there is one.
    pub(super) pool: Option<Planes>,
}

/// The scratch memory of a thread, divided.
pub(super) struct Scratch<'a, T> {
    pub(super) planes: &'a mut [T],
    pub(super) matrix: &'a mut [T],
    /// The product of weights and matrix, or its gradient.
    pub(super) product: &'a mut [T],
    /// The gradients of weights and bias of one part of the images.
    pub(super) weight: &'a mut [T],
    pub(super) bias: &'a mut [T],
}

impl Extents {
    /// Returns the extents of a convolution of `x` with `weight`. The kernel of `window` is ignored: its extents are those of
    /// the weight.
    pub(super) fn new(
        window: Window,
        groups: usize,
        pool: Option<Window>,
        x: &[usize],
        weight: &[usize],
    ) -> Self {
        let window = Window { kernel: [weight[2], weight[3]], ..window };
        let output = window.output([x[2], x[3]]).unwrap_or([1; 2]);
        let image = [x[1] / groups, x[2], x[3]];
        let patches = Patches { window, image, output };
        let block = columns(patches.rows()).div_ceil(patches.positions()).min(x[0].div_ceil(PARTS)).max(1);
        Self {
            patches,
            images: x[0],
            groups,
            outputs: weight[0] / groups,
            block,
            pool: pool.map(|window| Planes::of(window, output)),
        }
    }

    /// Returns the number of elements of one image of the input.
    pub(super) fn input(&self) -> usize {
        self.groups * self.patches.image.iter().product::<usize>()
    }

    /// Returns the number of positions of one channel of the output.
    pub(super) fn kept(&self) -> usize {
        self.pool.map_or(self.patches.positions(), |planes| planes.output_size())
    }

    /// Returns the number of elements of one image of the output.
    pub(super) fn output(&self) -> usize {
        self.groups * self.outputs * self.kept()
    }

    /// Returns the number of elements of the weights of one group.
    pub(super) fn weights(&self) -> usize {
        self.outputs * self.patches.rows()
    }

    fn sizes(&self) -> [usize; 5] {
        let product = self.outputs * self.block * self.patches.positions();
        let (weights, biases) = (self.groups * self.weights(), self.groups * self.outputs);
        [self.patches.planes(self.block), self.patches.matrix(self.block), product, weights, biases]
    }

    /// Returns how many elements of scratch memory a thread needs.
    pub(super) fn scratch(&self) -> usize {
        self.sizes().iter().sum()
    }

    pub(super) fn divide<'a, T>(&self, scratch: &'a mut [T]) -> Scratch<'a, T> {
        let mut rest = scratch;
        let [planes, matrix, product, weight, bias] = self.sizes().map(|size| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(size);
            rest = after;
            part
        });
        Scratch { planes, matrix, product, weight, bias }
    }

    /// Returns the blocks of some images.
    pub(super) fn blocks(&self, images: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
        let (end, block) = (images.end, self.block);
        images.step_by(block).map(move |start| start..(start + block).min(end))
    }

    pub(super) fn work(&self) -> u64 {
        (self.images * self.groups * self.patches.positions()) as u64 * self.weights() as u64
    }

    pub(super) fn threads(&self, threads: usize) -> usize {
        if self.work() < WORTH_A_THREAD { 1 } else { threads.min(PARTS).min(self.images) }
    }
}
