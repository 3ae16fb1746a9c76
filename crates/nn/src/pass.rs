//! What an op sees while it runs: its inputs, its output, and where gradients go.

use crate::mode::Mode;
use crate::plan::placement::{Contribution, GradientStorage, Placement, Slot, Storage};
use crate::{Noise, shape};
use thalweg_lanes::{Buffer, Real};
use thalweg_matrix::Element;
use thalweg_matrix::NarrowData;

/// An input whose values came in 32 bits and stay so.
#[derive(Debug)]
pub(crate) struct Narrow {
    pub(crate) node: usize,
    pub(crate) data: NarrowData,
    /// Whether these are the present values of the node; false once others were written.
    pub(crate) holds: bool,
}

impl Narrow {
    /// Returns the values of a node if they are in 32 bits.
    pub(crate) fn of(all: &[Narrow], node: usize) -> Option<&NarrowData> {
        all.iter().find(|narrow| narrow.node == node && narrow.holds).map(|narrow| &narrow.data)
    }
}

/// The inputs of the op that runs. In [`Op::backward`](crate::Op::backward), values may be read only if
/// [`Op::needs`](crate::Op::needs) asked for them.
#[derive(Clone, Copy)]
pub struct Inputs<'a, T: Element> {
    pub(crate) placement: &'a Placement,
    pub(crate) nodes: &'a [usize],
    pub(crate) buffers: &'a [Buffer<T>],
    pub(crate) labels: &'a [Vec<u32>],
    pub(crate) narrow: &'a [Narrow],
    pub(crate) constants: &'a [Vec<T>],
    pub(crate) parameters: &'a [T],
    pub(crate) statistics: &'a [T],
}

impl<'a, T: Element> Inputs<'a, T> {
    /// Returns the numbers of an input, row-major. The op's shape rule has checked that they are numbers.
    pub fn values(&self, input: usize) -> &'a [T] {
        let node = self.nodes[input];
        match self.placement.value(node) {
            Storage::Parameter(range) => &self.parameters[range.clone()],
            Storage::Statistic(range) => &self.statistics[range.clone()],
            Storage::Constant(at) => &self.constants[*at],
            Storage::Buffer(slot) => &self.buffers[slot.index][..slot.len],
            Storage::Labels(_) | Storage::None => unreachable!("`{}` holds no numbers", self.name(input)),
        }
    }

    /// Returns the class labels of an input, or `None` if it holds numbers.
    pub fn labels(&self, input: usize) -> Option<&'a [u32]> {
        match self.placement.value(self.nodes[input]) {
            Storage::Labels(slot) => Some(&self.labels[slot.index]),
            _ => None,
        }
    }

    /// Returns the numbers of an input in 32 bits, if that is how the session keeps them. [`values`](Self::values) has no
    /// meaning then.
    pub fn narrow(&self, input: usize) -> Option<&'a [f32]> {
        self.narrow_data(input).map(NarrowData::values)
    }

    /// Returns the numbers of an input in 32 bits, prepared for products.
    pub(crate) fn narrow_data(&self, input: usize) -> Option<&'a NarrowData> {
        Narrow::of(self.narrow, self.nodes[input])
    }

    /// Returns whether the user fills an input, as it is or through a view, so that no op computes it.
    pub fn is_data(&self, input: usize) -> bool {
        self.placement.is_data(self.nodes[input])
    }

    /// Returns the extents of an input.
    pub fn shape(&self, input: usize) -> &'a [usize] {
        self.placement.shape(self.nodes[input])
    }

    /// Returns the length of an input's rows (its last extent) and how many there are.
    pub fn rows(&self, input: usize) -> (usize, usize) {
        let shape = self.shape(input);
        let length = shape::row_length(shape);
        (shape::elements(shape) / length, length)
    }

    /// Returns the name of an input's node, for messages.
    pub fn name(&self, input: usize) -> &'a str {
        self.placement.name(self.nodes[input])
    }
}

/// The forward pass of one op.
pub struct Forward<'a, T: Element> {
    /// What it reads.
    pub inputs: Inputs<'a, T>,
    /// What it writes, every element.
    pub output: &'a mut [T],
    /// What it may leave for the backward pass, as long as [`Op::workspace`](crate::Op::workspace) said.
    pub workspace: &'a mut [T],
    /// Whether the network learns or is used.
    pub mode: Mode,
    /// Its random numbers.
    pub noise: Noise,
    /// Memory to work in, as long as [`Op::scratch`](crate::Op::scratch) said.
    pub scratch: &'a mut [T],
    /// How many threads it may use; the result must not depend on it.
    pub threads: usize,
    /// Whether the output buffer holds the first input, to be written over. The values of that input cannot be read from the
    /// inputs then.
    pub in_place: bool,
}

/// The backward pass of one op.
pub struct Backward<'a, T: Element> {
    /// The inputs of the forward pass.
    pub inputs: Inputs<'a, T>,
    /// The output of the forward pass; empty unless [`Op::needs`](crate::Op::needs) asked for it.
    pub output: &'a [T],
    /// What the forward pass left.
    pub workspace: &'a [T],
    /// The gradient of the loss with respect to the output; empty if it is in the first target.
    pub gradient: &'a [T],
    /// The random numbers of the forward pass.
    pub noise: Noise,
    /// Memory to work in, as long as [`Op::scratch`](crate::Op::scratch) said.
    pub scratch: &'a mut [T],
    /// How many threads it may use; the result must not depend on it.
    pub threads: usize,
    /// Whether the first target's buffer holds the gradient of the output, to be written over.
    pub in_place: bool,
    /// Where the gradients with respect to the inputs go.
    pub targets: Targets<'a, T>,
}

/// The end of a training step for one op.
pub struct Advance<'a, T: Element> {
    /// What the forward pass left.
    pub workspace: &'a [T],
    pub(crate) placement: &'a Placement,
    pub(crate) nodes: &'a [usize],
    pub(crate) statistics: &'a mut [T],
}

impl<T: Element> Advance<'_, T> {
    /// Returns the extents of an input.
    pub fn shape(&self, input: usize) -> &[usize] {
        self.placement.shape(self.nodes[input])
    }

    /// Returns an input's running statistics; empty for any other input.
    pub fn statistics(&mut self, input: usize) -> &mut [T] {
        match self.placement.value(self.nodes[input]) {
            Storage::Statistic(range) => &mut self.statistics[range.clone()],
            _ => &mut [],
        }
    }
}

/// The gradients of an op's inputs. Borrowed one at a time: two inputs may be the same node.
pub struct Targets<'a, T: Element> {
    pub(crate) placement: &'a Placement,
    pub(crate) nodes: &'a [usize],
    pub(crate) contributions: &'a [Contribution],
    pub(crate) buffers: &'a mut [Buffer<T>],
    pub(crate) parameters: &'a mut [T],
}

impl<T: Element> Targets<'_, T> {
    /// Returns the target for the gradient of an input, or `None` if nothing needs it.
    pub fn get(&mut self, input: usize) -> Option<Target<'_, T>> {
        let accumulate = self.accumulate(input)?;
        let values = match self.placement.gradient(self.nodes[input])? {
            GradientStorage::Parameter(range) => &mut self.parameters[range.clone()],
            GradientStorage::Buffer(slot) => &mut self.buffers[slot.index][..slot.len],
        };
        Some(Target { values, accumulate })
    }

    /// Whether the gradient of an input is added to, or `None` if nothing needs it.
    fn accumulate(&self, input: usize) -> Option<bool> {
        match self.contributions[input] {
            Contribution::None => None,
            Contribution::Write => Some(false),
            Contribution::Add => Some(true),
        }
    }

    /// Takes the gradient of an input out, so that others can be reached while it is written. [`put_back`](Self::put_back)
    /// returns it. `None` if nothing needs it, or if the input is a parameter.
    pub(crate) fn lift(&mut self, input: usize) -> Option<Lifted<T>> {
        let accumulate = self.accumulate(input)?;
        match self.placement.gradient(self.nodes[input])? {
            GradientStorage::Parameter(_) => None,
            GradientStorage::Buffer(slot) => {
                let buffer = std::mem::take(&mut self.buffers[slot.index]);
                Some(Lifted { buffer, slot: *slot, accumulate })
            }
        }
    }

    /// Puts back what [`lift`](Self::lift) took out.
    pub(crate) fn put_back(&mut self, lifted: Lifted<T>) {
        self.buffers[lifted.slot.index] = lifted.buffer;
    }

    /// Returns all targets at once. `None` if two inputs are the same node, or one is a parameter.
    pub fn apart<const N: usize>(&mut self) -> Option<[Option<Target<'_, T>>; N]> {
        let mut places = [None; N];
        for (input, place) in places.iter_mut().enumerate() {
            if self.contributions[input] == Contribution::None {
                continue;
            }
            match self.placement.gradient(self.nodes[input]) {
                None => {}
                Some(GradientStorage::Parameter(_)) => return None,
                Some(GradientStorage::Buffer(slot)) => *place = Some((slot.index, slot.len)),
            }
        }
        let mut found = std::array::from_fn(|_| None);
        for (index, buffer) in self.buffers.iter_mut().enumerate() {
            let mut here = (0..N).filter(|&input| places[input].is_some_and(|(slot, _)| slot == index));
            let Some(input) = here.next() else { continue };
            if here.next().is_some() {
                return None;
            }
            let len = places[input].map_or(0, |(_, len)| len);
            let accumulate = self.contributions[input] == Contribution::Add;
            found[input] = Some(Target { values: &mut buffer[..len], accumulate });
        }
        Some(found)
    }
}

/// A gradient that was taken out of the buffers.
pub(crate) struct Lifted<T: Element> {
    buffer: Buffer<T>,
    slot: Slot,
    accumulate: bool,
}

impl<T: Element> Lifted<T> {
    pub(crate) fn target(&mut self) -> Target<'_, T> {
        Target { values: &mut self.buffer[..self.slot.len], accumulate: self.accumulate }
    }
}

/// One gradient to be written.
pub struct Target<'a, T> {
    /// Its elements, row-major.
    pub values: &'a mut [T],
    /// Whether to add to what is there (another op has contributed) or to write over it.
    pub accumulate: bool,
}

impl<'a, T: Real> Target<'a, T> {
    /// Returns a target that is written over: the output of a forward pass.
    pub(crate) fn output(values: &'a mut [T]) -> Self {
        Self { values, accumulate: false }
    }

    /// Writes or adds a number to a target of one element.
    pub(crate) fn contribute_number(self, number: f64) {
        let old = if self.accumulate { self.values[0] } else { T::ZERO };
        self.values[0] = old + T::from_f64(number);
    }
}
