//! What memory alone costs: a plain sweep in place over the bytes that Adam reads and writes.

use crate::serve::{Result, START, Step, gradient};
use std::thread;
use thalweg::lanes::{Buffer, Kernel, dispatch};

/// Fewer elements than this stay on one thread, as in Thalweg's own sweeps.
const WORTH_A_THREAD: usize = 1 << 18;

/// Four buffers; three are written.
pub(crate) struct Floor {
    parameters: Buffer<f32>,
    first: Buffer<f32>,
    second: Buffer<f32>,
    gradients: [Buffer<f32>; 2],
    threads: usize,
}

impl Floor {
    /// Buffers of `len` elements, swept by so many threads.
    pub(crate) fn new(len: usize, threads: usize) -> Self {
        let filled = |value: &dyn Fn(usize) -> f32| {
            let mut buffer = Buffer::zeros(len);
            buffer.iter_mut().enumerate().for_each(|(place, element)| *element = value(place));
            buffer
        };
        Self {
            parameters: filled(&|_| START),
            first: filled(&|_| 1.0),
            second: filled(&|_| 1.0),
            gradients: [0, 1].map(|number| filled(&|place| gradient(number, place))),
            threads: if len < WORTH_A_THREAD { 1 } else { threads },
        }
    }
}

impl Step for Floor {
    fn step(&mut self, number: usize) -> Result<()> {
        let share = self.parameters.len().div_ceil(self.threads);
        let mut sweeps: Vec<_> = self
            .parameters
            .chunks_mut(share)
            .zip(self.first.chunks_mut(share))
            .zip(self.second.chunks_mut(share))
            .zip(self.gradients[number % 2].chunks(share))
            .map(|(((parameters, first), second), gradients)| Sweep { parameters, first, second, gradients })
            .collect();
        let own = sweeps.pop();
        thread::scope(|scope| {
            sweeps.into_iter().for_each(|sweep| drop(scope.spawn(move || dispatch(sweep))));
            own.into_iter().for_each(dispatch);
        });
        Ok(())
    }
}

struct Sweep<'a> {
    parameters: &'a mut [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
    gradients: &'a [f32],
}

impl Kernel for Sweep<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let len = self.parameters.len();
        let (first, second) = (&mut self.first[..len], &mut self.second[..len]);
        let gradients = &self.gradients[..len];
        for i in 0..len {
            first[i] += gradients[i];
            second[i] -= gradients[i];
            self.parameters[i] += first[i] + second[i];
        }
    }
}
