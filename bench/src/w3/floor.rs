//! What a step cannot do without: a plain sweep in place over the bytes that a rule reads and writes, and the roots and
//! divisions of those rules that take one of each for every element.

use crate::serve::{Result, START, Step, gradient};
use std::{iter, thread};
use thalweg::lanes::{Buffer, Kernel, dispatch};

/// Fewer elements than this stay on one thread, as in Thalweg's own sweeps.
const WORTH_A_THREAD: usize = 1 << 18;

/// Elements that pass through all buffers before the next ones do: they stay in the first-level cache meanwhile.
const BLOCK: usize = 1024;

/// Parameters, state and gradients; all but the gradients are written.
pub(crate) struct Floor {
    written: Vec<Buffer<f32>>,
    gradients: [Buffer<f32>; 2],
    threads: usize,
}

impl Floor {
    /// Buffers of `len` elements, of which `written` are written, swept by so many threads.
    pub(crate) fn new(len: usize, written: usize, threads: usize) -> Self {
        let filled = |value: &dyn Fn(usize) -> f32| {
            let mut buffer = Buffer::zeros(len);
            buffer.iter_mut().enumerate().for_each(|(place, element)| *element = value(place));
            buffer
        };
        Self {
            written: (0..written).map(|_| filled(&|_| START)).collect(),
            gradients: [0, 1].map(|number| filled(&|place| gradient(number, place))),
            threads: if len < WORTH_A_THREAD { 1 } else { threads },
        }
    }
}

impl Step for Floor {
    fn step(&mut self, number: usize) -> Result<()> {
        let gradients = &self.gradients[number % 2];
        let share = gradients.len().div_ceil(self.threads);
        let gradients = gradients.chunks(share);
        let mut sweeps: Vec<Sweep<'_>> =
            gradients.map(|gradients| Sweep { written: Vec::new(), gradients }).collect();
        for buffer in &mut self.written {
            for (sweep, part) in sweeps.iter_mut().zip(buffer.chunks_mut(share)) {
                sweep.written.push(part);
            }
        }
        let own = sweeps.pop();
        thread::scope(|scope| {
            sweeps.into_iter().for_each(|sweep| drop(scope.spawn(move || dispatch(sweep))));
            own.into_iter().for_each(dispatch);
        });
        Ok(())
    }
}

struct Sweep<'a> {
    written: Vec<&'a mut [f32]>,
    gradients: &'a [f32],
}

impl Kernel for Sweep<'_> {
    type Output = ();
    #[inline(always)]
    fn run(mut self) {
        for (block, gradients) in self.gradients.chunks(BLOCK).enumerate() {
            for buffer in &mut self.written {
                let elements = &mut buffer[block * BLOCK..][..gradients.len()];
                for (element, gradient) in elements.iter_mut().zip(gradients) {
                    *element += gradient;
                }
            }
        }
    }
}

/// A root and a division for each of `len` elements, [`BLOCK`] of them again and again: nothing leaves the first-level cache.
pub(crate) struct Divider {
    len: usize,
    squares: [f32; BLOCK],
    quotients: [f32; BLOCK],
}

impl Divider {
    pub(crate) fn new(len: usize) -> Self {
        Self { len, squares: [START; BLOCK], quotients: [0.0; BLOCK] }
    }
}

impl Step for Divider {
    fn step(&mut self, number: usize) -> Result<()> {
        let (whole, rest) = (self.len / BLOCK, self.len % BLOCK);
        for (round, n) in iter::repeat_n(BLOCK, whole).chain([rest]).enumerate() {
            let (squares, quotients) = (&self.squares[..n], &mut self.quotients[..n]);
            dispatch(RootAndDivision { squares, quotients, numerator: (number + round) as f32 });
        }
        Ok(())
    }
}

struct RootAndDivision<'a> {
    squares: &'a [f32],
    quotients: &'a mut [f32],
    numerator: f32,
}

impl Kernel for RootAndDivision<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for (quotient, square) in self.quotients.iter_mut().zip(self.squares) {
            *quotient = self.numerator / (square.sqrt() + 1e-8);
        }
        // Somebody might look.
        std::hint::black_box(self.quotients);
    }
}
