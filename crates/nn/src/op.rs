//! What every op is: a shape rule, a forward pass, a backward pass.

use crate::mode::Mode;
use crate::{Advance, Backward, Forward, GraphError, Shape};
use std::any::Any;
use std::fmt::Debug;

/// A number that networks are made of: `f32` or `f64`.
pub trait Element: thalweg_matrix::Element {
    /// Takes out the op of this type.
    #[doc(hidden)]
    fn op(op: Box<dyn Both>) -> Box<dyn Op<Self>>;
}

impl Element for f32 {
    fn op(op: Box<dyn Both>) -> Box<dyn Op<f32>> {
        op.narrow()
    }
}

impl Element for f64 {
    fn op(op: Box<dyn Both>) -> Box<dyn Op<f64>> {
        op.wide()
    }
}

/// An op of both types.
#[doc(hidden)]
pub trait Both {
    /// The op of 32 bits.
    fn narrow(self: Box<Self>) -> Box<dyn Op<f32>>;
    /// The op of 64 bits.
    fn wide(self: Box<Self>) -> Box<dyn Op<f64>>;
}

impl<O: Op<f32> + Op<f64>> Both for O {
    fn narrow(self: Box<Self>) -> Box<dyn Op<f32>> {
        self
    }
    fn wide(self: Box<Self>) -> Box<dyn Op<f64>> {
        self
    }
}

/// Which values an op's backward pass reads. The plan keeps exactly those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The values of its inputs.
    pub inputs: bool,
    /// Its own output.
    pub output: bool,
}

impl Needs {
    /// Neither inputs nor output.
    pub const NOTHING: Needs = Needs { inputs: false, output: false };
    /// The inputs.
    pub const INPUTS: Needs = Needs { inputs: true, output: false };
    /// The output.
    pub const OUTPUT: Needs = Needs { inputs: false, output: true };
}

/// What is known of an input when a node is added.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its shape.
    pub shape: &'a Shape,
    /// Whether it holds class labels instead of numbers.
    pub labels: bool,
}

/// An operation on whole tensors, the size of a layer: what a graph's inner nodes are.
///
/// To add one, write a file in `ops/` with the struct, this trait, a `Graph` function that applies it, and a gradient
/// check; or implement it in your own crate and use [`Graph::apply`](crate::Graph::apply). Neither pass may allocate.
pub trait Op<T: Element>: Any + Debug + Send + Sync {
    /// Returns the name in messages and in automatic node names.
    fn name(&self) -> &'static str;

    /// Returns the number of inputs.
    fn arity(&self) -> usize;

    /// Returns the shape of the output, or what is wrong with the inputs as the second half of a sentence: "input [batch, 3]
    /// does not match …".
    ///
    /// # Errors
    /// The explanation, when the shapes do not fit.
    fn shape(&self, inputs: &[Input<'_>]) -> Result<Shape, String>;

    /// Returns what is missing to learn from inputs of these shapes, and what to do, as the second half of a sentence; nothing if the
    /// op can.
    fn lacks(&self, _inputs: &[&[usize]]) -> Option<String> {
        None
    }

    /// Returns whether the input at this position may be class labels as well as numbers.
    fn takes_labels(&self, _input: usize) -> bool {
        false
    }

    /// Whether the input at this position may be data in 32 bits also in a session of 64 bits: [`Inputs::narrow`].
    ///
    /// [`Inputs::narrow`]: crate::Inputs::narrow
    fn takes_narrow(&self, _input: usize) -> bool {
        false
    }

    /// Returns which values [`backward`](Self::backward) reads.
    fn needs(&self) -> Needs;

    /// Returns how many elements of memory [`forward`](Self::forward) fills and [`backward`](Self::backward) may read.
    fn workspace(&self, _inputs: &[&[usize]], _mode: Mode) -> usize {
        0
    }

    /// Returns how many elements of scratch memory either pass needs on this many threads. All ops of a session share it, so
    /// its contents at the start are arbitrary.
    fn scratch(&self, _inputs: &[&[usize]], _threads: usize) -> usize {
        0
    }

    /// Whether the output may be written over the first input, if nothing else needs that input. [`Forward::in_place`] and
    /// [`Backward::in_place`] say whether the plan does so.
    fn works_in_place(&self) -> bool {
        false
    }

    /// Returns the multiply-adds of the forward pass. Elementwise work is not counted.
    fn multiply_adds(&self, _inputs: &[&[usize]], _output: &[usize]) -> u64 {
        0
    }

    /// Returns the multiply-adds for the gradient of one input.
    fn gradient_multiply_adds(&self, _input: usize, _inputs: &[&[usize]], _output: &[usize]) -> u64 {
        0
    }

    /// Computes the output from the inputs.
    ///
    /// # Errors
    /// When the values (never the shapes) of the inputs cannot be used: a class label that is too large.
    fn forward(&self, pass: Forward<'_, T>) -> Result<(), GraphError>;

    /// Adds to, or writes, the gradient of each input that wants one, given the gradient of the output: each
    /// [`Target`](crate::Target) once and completely, in the order of the inputs.
    fn backward(&self, pass: Backward<'_, T>);

    /// Returns one op that does the work of this one and of `next`, its only user. The plan then does not compute the value
    /// between them.
    fn fused_with(&self, _next: &dyn Op<T>) -> Option<Box<dyn Op<T>>> {
        None
    }

    /// Updates the running statistics with the last batch, at the end of a training step.
    fn advance(&self, _pass: Advance<'_, T>) {}
}
