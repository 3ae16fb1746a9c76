//! Convolution of images (as frameworks define it: a correlation): y[n, o, i, j] = b[o] + Σ_c,u,v W[o, c, u, v] ·
//! x[n, c, i s + u d - p, j s + v d - p] for stride s, dilation d and padding p, where x is 0 outside the image.
//!
//! What the window sees of a few images at a time becomes a matrix, small enough to stay in the cache; its product with the
//! weights is the convolution (Chellapilla, Puri and Simard 2006). Gradients: of W, that of y times the matrix transposed; of x,
//! W transposed times that of y, each element added to the place it came from; of b, the sum over images and positions.
//!
//! Images are divided into [`PARTS`] whatever the number of threads, and the parts' gradients are added in order: the same bits
//! for any number of threads.

mod columns;

use self::columns::Patches;
use super::parallel::{PARTS, ranges, share};
use super::window::{Window, image};
use crate::op::Input;
use crate::{Backward, Dim, Element, Error, Forward, Graph, Needs, Node, Op, Shape, Target};
use std::ops::Range;
use thalweg_lanes::{Kernel, Real, dispatch, reduce};
use thalweg_matrix::{Matrix, MatrixMut, gemm};

/// Columns that a product should have at least, so that it keeps the processor busy.
const COLUMNS: usize = 192;

/// Multiply-adds from which on a pass is worth a second thread.
const WORTH_A_THREAD: u64 = 4_000_000;

/// A convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// How the window slides. Its extents are those of the weight.
    pub window: Window,
    /// Channels are divided into this many groups that do not see each other.
    pub groups: usize,
}

/// Everything a pass needs to know about its extents.
struct Extents {
    patches: Patches,
    images: usize,
    groups: usize,
    /// Output channels of a group.
    outputs: usize,
    /// Images of which one matrix is made.
    block: usize,
}

impl Extents {
    fn new(convolution: &Convolution, x: &[usize], weight: &[usize]) -> Self {
        let window = Window { kernel: [weight[2], weight[3]], ..convolution.window };
        let output = window.output([x[2], x[3]]).unwrap_or([1; 2]);
        let image = [x[1] / convolution.groups, x[2], x[3]];
        let patches = Patches { window, image, output };
        let block = COLUMNS.div_ceil(patches.positions()).min(x[0].div_ceil(PARTS)).max(1);
        Self { patches, images: x[0], groups: convolution.groups, outputs: weight[0] / convolution.groups, block }
    }

    /// Elements of one image of the input.
    fn input(&self) -> usize {
        self.groups * self.patches.image.iter().product::<usize>()
    }

    /// Elements of one image of the output.
    fn output(&self) -> usize {
        self.groups * self.outputs * self.patches.positions()
    }

    fn weights(&self) -> usize {
        self.groups * self.outputs * self.patches.rows()
    }

    /// Elements of the matrix of a block, and of its product.
    fn matrices(&self) -> [usize; 2] {
        let columns = self.block * self.patches.positions();
        [self.patches.rows() * columns, self.outputs * columns]
    }

    /// What a thread works in: the two matrices, and in backward the gradient of weights and bias of a part.
    fn scratch(&self) -> usize {
        let [matrix, product] = self.matrices();
        matrix + product + self.weights() + self.groups * self.outputs
    }

    /// The blocks of some images.
    fn blocks(&self, images: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
        let (end, block) = (images.end, self.block);
        images.step_by(block).map(move |start| start..(start + block).min(end))
    }

    fn work(&self) -> u64 {
        self.images as u64 * self.output() as u64 * self.patches.rows() as u64
    }

    fn threads(&self, threads: usize) -> usize {
        if self.work() < WORTH_A_THREAD { 1 } else { threads.min(PARTS).min(self.images) }
    }

    /// y of some images, which begin both `x` and `y`.
    fn forward<T: Element>(&self, x: &[T], weight: &[T], bias: &[T], y: &mut [T], scratch: &mut [T]) {
        let (rows, positions) = (self.patches.rows(), self.patches.positions());
        let images = y.len() / self.output();
        for block in self.blocks(0..images) {
            let columns = block.len() * positions;
            let (matrix, rest) = scratch.split_at_mut(rows * columns);
            let product = &mut rest[..self.outputs * columns];
            for group in 0..self.groups {
                self.gather(x, block.clone(), group, matrix);
                let weight = Matrix::new(&weight[group * self.outputs * rows..][..self.outputs * rows], self.outputs, rows);
                gemm(
                    weight,
                    Matrix::new(matrix, rows, columns),
                    MatrixMut::new(product, self.outputs, columns),
                    false,
                );
                let bias = &bias[group * self.outputs..][..self.outputs];
                for (k, image) in block.clone().enumerate() {
                    let from = image * self.output() + group * self.outputs * positions;
                    let y = &mut y[from..][..self.outputs * positions];
                    let (stride, from) = (columns, k * positions);
                    dispatch(PlusBias { product, stride, from, bias, y, positions });
                }
            }
        }
    }

    fn gather<T: Element>(&self, x: &[T], block: Range<usize>, group: usize, matrix: &mut [T]) {
        let (width, size) = (block.len() * self.patches.positions(), self.input() / self.groups);
        for (k, image) in block.enumerate() {
            let x = &x[image * self.input() + group * size..][..size];
            self.patches.gather(x, matrix, width, k * self.patches.positions());
        }
    }

    /// Gradients of some images of the whole batch: of the inputs into `x_gradient` (which begins with these images), of
    /// weights and bias, which are written over, into the last part of `scratch`.
    fn backward<T: Element>(
        &self,
        sources: &Sources<'_, T>,
        images: Range<usize>,
        x_gradient: Option<&mut [T]>,
        accumulate: bool,
        scratch: &mut [T],
    ) {
        let (rows, positions) = (self.patches.rows(), self.patches.positions());
        let [matrix_size, product_size] = self.matrices();
        let (matrix, rest) = scratch.split_at_mut(matrix_size);
        let (gathered, rest) = rest.split_at_mut(product_size);
        let (weight_gradient, rest) = rest.split_at_mut(self.weights());
        let bias_gradient = &mut rest[..self.groups * self.outputs];
        bias_gradient.fill(T::ZERO);
        let mut x_gradient = x_gradient;
        if let (Some(x_gradient), false) = (&mut x_gradient, accumulate) {
            x_gradient.fill(T::ZERO);
        }
        for block in self.blocks(images.clone()) {
            let columns = block.len() * positions;
            for group in 0..self.groups {
                let gradient = self.gradient_matrix(sources.gradient, block.clone(), group, gathered);
                let of_group = group * self.outputs * rows..(group + 1) * self.outputs * rows;
                if sources.weight_wanted {
                    let bias = &mut bias_gradient[group * self.outputs..][..self.outputs];
                    for (bias, row) in bias.iter_mut().zip(gradient.chunks_exact(columns)) {
                        *bias += T::from_f64(reduce::sum(row));
                    }
                    let matrix = &mut matrix[..rows * columns];
                    self.gather(sources.x, block.clone(), group, matrix);
                    gemm(
                        Matrix::new(gradient, self.outputs, columns),
                        Matrix::new(matrix, rows, columns).transposed(),
                        MatrixMut::new(&mut weight_gradient[of_group.clone()], self.outputs, rows),
                        block.start > images.start,
                    );
                }
                if let Some(x_gradient) = &mut x_gradient {
                    let matrix = &mut matrix[..rows * columns];
                    gemm(
                        Matrix::new(&sources.weight[of_group], self.outputs, rows).transposed(),
                        Matrix::new(gradient, self.outputs, columns),
                        MatrixMut::new(matrix, rows, columns),
                        false,
                    );
                    let size = self.input() / self.groups;
                    for (k, image) in block.clone().enumerate() {
                        let from = (image - images.start) * self.input() + group * size;
                        let x_gradient = &mut x_gradient[from..][..size];
                        dispatch(Scatter { patches: self.patches, matrix, columns, from: k * positions, x_gradient });
                    }
                }
            }
        }
    }

    /// The gradient of the output of a block as a matrix [outputs, images x positions]: where it lies, for a single image.
    fn gradient_matrix<'a, T: Element>(
        &self,
        gradient: &'a [T],
        block: Range<usize>,
        group: usize,
        gathered: &'a mut [T],
    ) -> &'a [T] {
        let positions = self.patches.positions();
        let size = self.outputs * positions;
        let of_image = |image: usize| &gradient[image * self.output() + group * size..][..size];
        if block.len() == 1 {
            return of_image(block.start);
        }
        let columns = block.len() * positions;
        for (k, image) in block.enumerate() {
            for (o, row) in of_image(image).chunks_exact(positions).enumerate() {
                gathered[o * columns + k * positions..][..positions].copy_from_slice(row);
            }
        }
        &gathered[..self.outputs * columns]
    }
}

/// What the backward pass reads.
struct Sources<'a, T> {
    x: &'a [T],
    weight: &'a [T],
    gradient: &'a [T],
    weight_wanted: bool,
}

impl<T: Element> Op<T> for Convolution {
    fn name(&self) -> &'static str {
        "conv2d"
    }

    fn arity(&self) -> usize {
        3
    }

    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String> {
        let (x, weight, bias) = (inputs[0].shape, inputs[1].shape, inputs[2].shape);
        let [channels, rows, columns] = image(x)?;
        let &[Dim::Fixed(outputs), Dim::Fixed(seen), Dim::Fixed(kernel_rows), Dim::Fixed(kernel_columns)] =
            weight.dims()
        else {
            return Err(format!(
                "weight has shape {weight}; it must be [outputs, inputs / groups, kernel rows, kernel columns]"
            ));
        };
        let groups = self.groups;
        if groups == 0 || channels % groups != 0 || outputs % groups != 0 {
            return Err(format!(
                "{groups} groups do not divide {channels} input channels and {outputs} output channels"
            ));
        }
        if seen != channels / groups {
            return Err(format!(
                "input {x} does not match weight {weight}; with {groups} groups its second extent must be {}",
                channels / groups
            ));
        }
        if bias.dims() != [Dim::Fixed(outputs)] {
            return Err(format!("bias {bias} does not match weight {weight}; it must be [{outputs}]"));
        }
        let window = Window { kernel: [kernel_rows, kernel_columns], ..self.window };
        let [rows, columns] = window.output([rows, columns])?;
        Ok(Shape::from(&[crate::BATCH, outputs, rows, columns][..]))
    }

    fn needs(&self) -> Needs {
        Needs::INPUTS
    }

    fn scratch(&self, inputs: &[&[usize]], threads: usize) -> usize {
        let extents = Extents::new(self, inputs[0], inputs[1]);
        extents.threads(threads) * extents.scratch()
    }

    fn multiply_adds(&self, inputs: &[&[usize]], _: &[usize]) -> u64 {
        Extents::new(self, inputs[0], inputs[1]).work()
    }

    fn gradient_multiply_adds(&self, input: usize, inputs: &[&[usize]], _: &[usize]) -> u64 {
        if input < 2 { Extents::new(self, inputs[0], inputs[1]).work() } else { 0 }
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), Error> {
        let Forward { inputs, output, scratch, threads, .. } = pass;
        let extents = Extents::new(self, inputs.shape(0), inputs.shape(1));
        let (x, weight, bias) = (inputs.values(0), inputs.values(1), inputs.values(2));
        let threads = extents.threads(threads);
        let (input, output_size) = (extents.input(), extents.output());
        // Each thread takes whole parts, so that blocks are the same whatever their number.
        let parts = ranges(extents.images);
        let mut rest = output;
        let jobs = parts.map(|images| {
            let (y, after) = std::mem::take(&mut rest).split_at_mut(images.len() * output_size);
            rest = after;
            (&x[images.start * input..images.end * input], y)
        });
        share(jobs, threads, scratch, extents.scratch(), |(x, y), scratch| {
            extents.forward(x, weight, bias, y, scratch);
        });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, gradient, scratch, threads, mut targets, .. } = pass;
        let extents = Extents::new(self, inputs.shape(0), inputs.shape(1));
        let weight_wanted = targets.get(1).is_some() || targets.get(2).is_some();
        let sources = Sources { x: inputs.values(0), weight: inputs.values(1), gradient, weight_wanted };
        let threads = extents.threads(threads);
        let (size, weights) = (extents.scratch(), extents.weights());
        let mut first = true;
        // The parts of one round run side by side; then their gradients are added, in order.
        let parts = ranges(extents.images);
        for round in parts.chunks(threads) {
            let target = targets.get(0);
            let accumulate = target.as_ref().is_some_and(|target| target.accumulate);
            let begin = round[0].start * extents.input();
            let mut rest = target.map(|target| &mut target.values[begin..]);
            let mut scratches = &mut *scratch;
            std::thread::scope(|scope| {
                for (k, images) in round.iter().filter(|images| !images.is_empty()).enumerate() {
                    let (own, after) = std::mem::take(&mut scratches).split_at_mut(size);
                    scratches = after;
                    let mine = rest.take().map(|values| {
                        let (mine, after) = values.split_at_mut(images.len() * extents.input());
                        rest = Some(after);
                        mine
                    });
                    let (extents, sources) = (&extents, &sources);
                    let work = move || extents.backward(sources, images.clone(), mine, accumulate, own);
                    if k + 1 == round.len() || threads == 1 {
                        work();
                    } else {
                        scope.spawn(work);
                    }
                }
            });
            let own = scratch.chunks_exact(size);
            for (own, _) in own.zip(round).filter(|(_, images)| !images.is_empty()) {
                let gradients = &own[size - weights - extents.groups * extents.outputs..];
                let (weight, bias) = gradients.split_at(weights);
                for (input, values) in [(1, weight), (2, bias)] {
                    if let Some(Target { values: out, accumulate }) = targets.get(input) {
                        let accumulate = accumulate || !first;
                        crate::ops::loops::map(Target { values: out, accumulate }, values, |value| value);
                    }
                }
                first = false;
            }
        }
    }
}

/// y = product + bias, for one image of a block.
struct PlusBias<'a, T> {
    product: &'a [T],
    stride: usize,
    from: usize,
    bias: &'a [T],
    y: &'a mut [T],
    positions: usize,
}

impl<T: Real> Kernel for PlusBias<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (o, y) in self.y.chunks_exact_mut(self.positions).enumerate() {
            let row = &self.product[o * self.stride + self.from..][..y.len()];
            let bias = self.bias[o];
            for i in 0..y.len() {
                y[i] = row[i] + bias;
            }
        }
    }
}

struct Scatter<'a, T> {
    patches: Patches,
    matrix: &'a [T],
    columns: usize,
    from: usize,
    x_gradient: &'a mut [T],
}

impl<T: Real> Kernel for Scatter<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.patches.scatter(self.matrix, self.columns, self.from, self.x_gradient);
    }
}

impl<T: Element> Graph<T> {
    /// The convolution of x `[BATCH, inputs, rows, columns]` with a weight `[outputs, inputs / groups, kernel rows, kernel
    /// columns]` and a bias `[outputs]`: `[BATCH, outputs, …]`. `window` says how it slides; its kernel is the weight's.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::ForeignNode`], a name used twice.
    pub fn conv2d(
        &mut self,
        x: Node,
        weight: Node,
        bias: Node,
        window: Window,
        groups: usize,
    ) -> Result<Node, Error> {
        let kernel = self.shape(weight)?.resolve(0);
        let kernel = if let [_, _, rows, columns] = kernel[..] { [rows, columns] } else { window.kernel };
        self.apply(Convolution { window: Window { kernel, ..window }, groups }, &[x, weight, bias])
    }
}

#[cfg(test)]
mod tests;
