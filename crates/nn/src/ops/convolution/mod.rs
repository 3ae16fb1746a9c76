//! Convolution of images (as frameworks define it: a correlation): y[n, o, i, j] = b[o] + Σ_c,u,v W[o, c, u, v] ·
//! x[n, c, i s + u d - p, j s + v d - p] for stride s, dilation d and padding p, where x is 0 outside the image.
//!
//! The windows of a few images at a time become a matrix that is small enough for the cache. Its product with the weights is
//! the convolution (Chellapilla, Puri and Simard 2006). Gradients: of W, that of y times the matrix transposed; of x, W
//! transposed times that of y, each element added to the place it came from; of b, the sum over images and positions.
//!
//! A ReLU and a max pooling that follow are applied to the product while it is in the cache, unless the values between them are
//! needed.
//!
//! Images are divided into the same parts for any number of threads, and the gradients of the parts are added in order. So the
//! bits do not depend on the number of threads.

mod columns;
mod extents;
mod finish;

use self::extents::{Extents, Scratch};
use self::finish::{Begin, Finish, ImageRows};
use super::parallel::{ranges, share, share_in_order};
use super::pointwise::Map;
use super::window::{Window, image};
use super::{MaxPool, Relu};
use crate::compiled::compiled_here;
use crate::op::Input;
use crate::{Backward, Dim, Element, Forward, Graph, GraphError, Mode, Needs, Node, Op, Shape, Target};
use std::any::Any;
use std::ops::Range;
use thalweg_lanes::{Kernel, Real, dispatch, reduce};
use thalweg_matrix::{Matrix, MatrixMut, gemm};

/// A convolution with the ops that are fused with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// How the window slides. Its extents are those of the weight.
    pub window: Window,
    /// Channels are divided into this many groups that do not see each other.
    pub groups: usize,
    /// Whether a ReLU follows.
    relu: bool,
    /// The maximum pooling that follows.
    pool: Option<Window>,
}

impl Convolution {
    /// Returns a convolution alone. The plan fuses what follows it.
    pub fn new(window: Window, groups: usize) -> Self {
        Self { window, groups, relu: false, pool: None }
    }

    /// How large everything is for inputs and weights of these shapes.
    fn extents(&self, x: &[usize], weight: &[usize]) -> Extents {
        Extents::new(self.window, self.groups, self.pool, x, weight)
    }
}

/// What a forward pass reads.
struct Sources<'a, T> {
    weight: &'a [T],
    bias: &'a [T],
}

/// What a backward pass reads.
struct Results<'a, T> {
    x: &'a [T],
    weight: &'a [T],
    /// Empty unless there is a ReLU.
    y: &'a [T],
    chosen: &'a [T],
    gradient: &'a [T],
    weight_wanted: bool,
}

impl Convolution {
    /// y of some images, which begin `x`, `y` and `chosen`.
    fn images<T: Element>(
        &self,
        extents: &Extents,
        Sources { weight, bias }: &Sources<'_, T>,
        x: &[T],
        y: &mut [T],
        chosen: &mut [T],
        scratch: &mut [T],
    ) {
        let (rows, positions) = (extents.patches.rows(), extents.patches.positions());
        let Scratch { planes, matrix, product, .. } = extents.divide(scratch);
        let (outputs, size) = (extents.outputs, extents.outputs * extents.kept());
        for block in extents.blocks(0..y.len() / extents.output()) {
            let columns = block.len() * positions;
            for group in 0..extents.groups {
                extents.patches.gather(inputs(extents, x, block.clone(), group), planes, matrix);
                gemm(
                    Matrix::new(&weight[group * extents.weights()..][..extents.weights()], outputs, rows),
                    Matrix::new(&matrix[..rows * columns], rows, columns),
                    MatrixMut::new(&mut product[..outputs * columns], outputs, columns),
                    false,
                );
                for (k, image) in block.clone().enumerate() {
                    let start = image * extents.output() + group * size;
                    dispatch(Finish {
                        product,
                        rows: ImageRows { stride: columns, from: k * positions, positions },
                        bias: &bias[group * outputs..][..outputs],
                        relu: self.relu,
                        pool: extents.pool,
                        y: &mut y[start..][..size],
                        chosen: if chosen.is_empty() { &mut [] } else { &mut chosen[start..][..size] },
                    });
                }
            }
        }
    }

    /// Gradients of some images of the whole batch: of the inputs added to `x_gradient` (which begins with these images), of
    /// the weights (transposed) and the bias, which are written over, in `scratch`.
    fn image_gradients<T: Element>(
        &self,
        extents: &Extents,
        results: &Results<'_, T>,
        images: Range<usize>,
        mut x_gradient: Option<&mut [T]>,
        scratch: &mut [T],
    ) {
        let (rows, positions) = (extents.patches.rows(), extents.patches.positions());
        let Scratch { planes, matrix, product, weight: weight_gradient, bias: bias_gradient } =
            extents.divide(scratch);
        bias_gradient.fill(T::ZERO);
        let outputs = extents.outputs;
        for block in extents.blocks(images.clone()) {
            let columns = block.len() * positions;
            for group in 0..extents.groups {
                let gradient = self.product_gradient(extents, results, block.clone(), group, product);
                let of_group = group * extents.weights()..(group + 1) * extents.weights();
                if results.weight_wanted {
                    let bias = &mut bias_gradient[group * outputs..][..outputs];
                    for (bias, row) in bias.iter_mut().zip(gradient.chunks_exact(columns)) {
                        *bias += T::from_f64(reduce::sum(row));
                    }
                    extents.patches.gather(inputs(extents, results.x, block.clone(), group), planes, matrix);
                    // The transpose of the gradient: the library is faster with few columns than with few rows.
                    gemm(
                        Matrix::new(&matrix[..rows * columns], rows, columns),
                        Matrix::new(gradient, outputs, columns).transposed(),
                        MatrixMut::new(&mut weight_gradient[of_group.clone()], rows, outputs),
                        block.start > images.start,
                    );
                }
                if let Some(x_gradient) = &mut x_gradient {
                    gemm(
                        Matrix::new(&results.weight[of_group], outputs, rows).transposed(),
                        Matrix::new(gradient, outputs, columns),
                        MatrixMut::new(&mut matrix[..rows * columns], rows, columns),
                        false,
                    );
                    let size = extents.input() / extents.groups;
                    let first = (block.start - images.start) * extents.input();
                    let targets = x_gradient[first..].chunks_exact_mut(extents.input()).take(block.len());
                    let targets = targets.map(|image| &mut image[group * size..][..size]);
                    extents.patches.scatter(matrix, planes, targets);
                }
            }
        }
    }

    /// The gradient of the product of a block as a matrix [outputs, images x positions]: where it lies, for a single image
    /// whose output is nothing but the product.
    fn product_gradient<'a, T: Element>(
        &self,
        extents: &Extents,
        results: &Results<'a, T>,
        block: Range<usize>,
        group: usize,
        product: &'a mut [T],
    ) -> &'a [T] {
        let (positions, kept) = (extents.patches.positions(), extents.kept());
        let size = extents.outputs * kept;
        let start = |image: usize| image * extents.output() + group * size;
        if block.len() == 1 && !self.relu && self.pool.is_none() {
            return &results.gradient[start(block.start)..][..size];
        }
        let columns = block.len() * positions;
        for (k, image) in block.enumerate() {
            let of_image =
                |values: &'a [T]| if values.is_empty() { values } else { &values[start(image)..][..size] };
            dispatch(Begin {
                product,
                rows: ImageRows { stride: columns, from: k * positions, positions },
                relu: self.relu,
                pool: extents.pool,
                kept,
                gradient: of_image(results.gradient),
                y: of_image(results.y),
                chosen: of_image(results.chosen),
            });
        }
        &product[..extents.outputs * columns]
    }
}

/// The channels of a group of the images of a block.
fn inputs<'a, T>(
    extents: &Extents,
    x: &'a [T],
    block: Range<usize>,
    group: usize,
) -> impl Iterator<Item = &'a [T]> + use<'a, T> {
    let (image, size) = (extents.input(), extents.input() / extents.groups);
    block.map(move |k| &x[k * image + group * size..][..size])
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
        Needs { inputs: true, output: self.relu }
    }

    /// Which element of its window each output is, if it is pooled.
    fn workspace(&self, inputs: &[&[usize]], mode: Mode) -> usize {
        let kept = self.pool.is_some() && mode == Mode::Training;
        if kept { inputs[0][0] * self.extents(inputs[0], inputs[1]).output() } else { 0 }
    }

    fn scratch(&self, inputs: &[&[usize]], threads: usize) -> usize {
        let extents = self.extents(inputs[0], inputs[1]);
        extents.threads(threads) * extents.scratch()
    }

    fn multiply_adds(&self, inputs: &[&[usize]], _: &[usize]) -> u64 {
        self.extents(inputs[0], inputs[1]).work()
    }

    fn gradient_multiply_adds(&self, input: usize, inputs: &[&[usize]], _: &[usize]) -> u64 {
        if input < 2 { self.extents(inputs[0], inputs[1]).work() } else { 0 }
    }

    fn fused_with(&self, next: &dyn Op<T>) -> Option<Box<dyn Op<T>>> {
        let next: &dyn Any = next;
        let fused = match next.downcast_ref::<MaxPool>() {
            Some(MaxPool { window }) if self.pool.is_none() => Self { pool: Some(*window), ..*self },
            None if next.is::<Map<Relu>>() && !self.relu => Self { relu: true, ..*self },
            _ => return None,
        };
        Some(Box::new(fused))
    }

    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError> {
        let Forward { inputs, output, workspace, scratch, threads, .. } = pass;
        let extents = self.extents(inputs.shape(0), inputs.shape(1));
        let x = inputs.values(0);
        let sources = Sources { weight: inputs.values(1), bias: inputs.values(2) };
        let (input, size) = (extents.input(), extents.output());
        // Each thread takes whole parts, so that blocks do not depend on the number of threads.
        let mut rest = (output, workspace);
        let jobs = ranges(extents.images).map(|images| {
            let x = &x[images.start * input..images.end * input];
            (x, cut(&mut rest.0, images.len() * size), cut(&mut rest.1, images.len() * size))
        });
        let threads = extents.threads(threads);
        share(jobs, threads, scratch, extents.scratch(), |(x, y, chosen), scratch| {
            self.images(&extents, &sources, x, y, chosen, scratch);
        });
        Ok(())
    }

    fn backward(&self, pass: Backward<'_, T>) {
        let Backward { inputs, output, workspace, gradient, scratch, threads, mut targets, .. } = pass;
        let extents = self.extents(inputs.shape(0), inputs.shape(1));
        let results = Results {
            x: inputs.values(0),
            weight: inputs.values(1),
            y: if self.relu { output } else { &[] },
            chosen: workspace,
            gradient,
            weight_wanted: targets.get(1).is_some() || targets.get(2).is_some(),
        };
        // The inputs' gradient is written by all threads, each its own images; the others are reached in turn.
        let mut of_inputs = targets.lift(0);
        let mut rest = of_inputs.as_mut().map(|lifted| {
            let Target { values, accumulate } = lifted.target();
            if !accumulate {
                values.fill(T::ZERO);
            }
            values
        });
        let parts = ranges(extents.images).into_iter().filter(|images| !images.is_empty());
        let jobs = parts.map(|images| {
            let own = rest.as_mut().map(|rest| cut(rest, images.len() * extents.input()));
            (images, own)
        });
        let mut first = true;
        share_in_order(
            jobs,
            extents.threads(threads),
            scratch,
            extents.scratch(),
            |(images, own), scratch| self.image_gradients(&extents, &results, images, own, scratch),
            |scratch| {
                let Scratch { weight, bias, .. } = extents.divide(scratch);
                if let Some(Target { values, accumulate }) = targets.get(1) {
                    let (accumulate, size) = (accumulate || !first, extents.weights());
                    for (values, weight) in values.chunks_exact_mut(size).zip(weight.chunks_exact(size)) {
                        let target = Target { values, accumulate };
                        dispatch(Transposed { weight, outputs: extents.outputs, target });
                    }
                }
                if let Some(Target { values, accumulate }) = targets.get(2) {
                    let target = Target { values, accumulate: accumulate || !first };
                    crate::ops::loops::map(target, bias, |value| value);
                }
                first = false;
            },
        );
        if let Some(of_inputs) = of_inputs {
            targets.put_back(of_inputs);
        }
    }
}

/// Adds (or writes) the gradient of a group's weights, which has a row for each element of the window, to where it has a row
/// for each output.
struct Transposed<'a, T> {
    weight: &'a [T],
    outputs: usize,
    target: Target<'a, T>,
}

impl<T: Real> Kernel for Transposed<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        // Small squares, so that what is read and what is written stay in the cache.
        const SIDE: usize = 16;
        let Self { weight, outputs, target: Target { values, accumulate } } = self;
        let rows = weight.len() / outputs;
        for top in (0..rows).step_by(SIDE) {
            for left in (0..outputs).step_by(SIDE) {
                for output in left..(left + SIDE).min(outputs) {
                    let bottom = (top + SIDE).min(rows);
                    for (row, value) in (top..bottom).zip(&mut values[output * rows..][top..bottom]) {
                        let old = if accumulate { *value } else { T::ZERO };
                        *value = old + weight[row * outputs + output];
                    }
                }
            }
        }
    }
}

/// Takes the first `len` elements, or none if there are none.
fn cut<'a, T>(rest: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let whole = std::mem::take(rest);
    let len = len.min(whole.len());
    let (part, after) = whole.split_at_mut(len);
    *rest = after;
    part
}

compiled_here!(Convolution);

impl<T: Element> Graph<T> {
    /// Adds a node that computes the convolution of x `[BATCH, inputs, rows, columns]` with a weight
    /// `[outputs, inputs / groups, kernel rows, kernel columns]` and a bias `[outputs]`. The result is `[BATCH, outputs, …]`.
    /// `window` says how the window moves; its kernel is ignored, the weight has it.
    ///
    /// # Errors
    /// [`GraphError::Shape`], [`GraphError::ForeignNode`], a name used twice.
    pub fn conv2d(
        &mut self,
        x: Node,
        weight: Node,
        bias: Node,
        window: Window,
        groups: usize,
    ) -> Result<Node, GraphError> {
        let kernel = self.shape(weight)?.resolve(0);
        let kernel = if let [_, _, rows, columns] = kernel[..] { [rows, columns] } else { window.kernel };
        self.apply_compiled(Convolution::new(Window { kernel, ..window }, groups), &[x, weight, bias])
    }
}

#[cfg(test)]
mod tests;
