//! What every optimizer answers, answered by passes.

use super::{Passes, Stage};
use crate::packed::PackedArena;
use crate::report::{NonFinite, StepReport};
use crate::work::{Slot, Work, check_slots};
use crate::{OptimError, Optimizer};
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;

/// The name of number `k` that a sweep remembers of a tensor.
fn memory_key(position: usize, place: usize, k: usize, tensor: &str) -> String {
    format!("memory.{position}.{place}.{k}.{tensor}")
}

impl<T: Real> Optimizer<T> for Passes<T> {
    fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError> {
        self.check_whole(parameters.len(), gradients.len())?;
        if self.screen_whole(gradients)? {
            self.advance_whole(parameters, gradients, None);
        }
        Ok(())
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), OptimError> {
        check_slots(&tensors, &self.layout)?;
        let mut work = Work::Some(tensors);
        if self.screen(&work)? {
            self.advance(&mut work, None);
        }
        Ok(())
    }

    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError> {
        self.copied_point(false, parameters, point)
    }

    fn averaged(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError> {
        self.copied_point(true, parameters, point)
    }

    fn looks_ahead(&self) -> bool {
        self.stages.iter().any(|stage| match stage {
            Stage::Sweep(sweeps) => sweeps.iter().any(|sweep| sweep.looks_ahead()),
            Stage::Barrier(_) => false,
        })
    }

    fn learning_rate(&mut self) -> Option<f64> {
        let steps = self.steps();
        self.base_rate().map(|rate| rate * self.factor("learning_rate", steps))
    }

    fn steps(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    fn settable(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.known(name)?;
        self.described.iter().find(|known| known.name == name).map_or(Ok(()), |known| known.check(value))
    }

    fn set(&mut self, wanted: &str, value: f64) -> Result<(), OptimError> {
        self.settable(wanted, value)?;
        self.hyperparameters(&mut |name, field| {
            if name == wanted {
                *field = value;
            }
        });
        Ok(())
    }

    fn scale_rate(&mut self, factor: f64) {
        self.scale = factor;
    }

    fn state(&self) -> Vec<(&'static str, &Arena<T>)> {
        let mut state = Vec::new();
        for stage in &self.stages {
            match stage {
                Stage::Sweep(sweeps) => {
                    for sweep in sweeps {
                        state.extend(sweep.state_names().into_iter().zip(sweep.arenas()));
                    }
                }
                Stage::Barrier(barrier) => state.extend(barrier.arenas()),
            }
        }
        state
    }

    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        let mut state = Vec::new();
        for stage in &mut self.stages {
            match stage {
                Stage::Sweep(sweeps) => {
                    for sweep in sweeps {
                        let names = sweep.state_names();
                        state.extend(names.into_iter().zip(sweep.arenas_mut()));
                    }
                }
                Stage::Barrier(barrier) => state.extend(barrier.arenas_mut()),
            }
        }
        state
    }

    fn packed(&self) -> Vec<(&'static str, &PackedArena)> {
        let mut state = Vec::new();
        for sweep in self.stages.iter().flat_map(Stage::sweeps) {
            state.extend(sweep.state_names().into_iter().zip(sweep.packed()));
        }
        state
    }

    fn packed_mut(&mut self) -> Vec<(&'static str, &mut PackedArena)> {
        let mut state = Vec::new();
        for sweep in self.stages.iter_mut().flat_map(Stage::sweeps_mut) {
            let names = sweep.state_names();
            state.extend(names.into_iter().zip(sweep.packed_mut()));
        }
        state
    }

    fn numbers(&self) -> Vec<(String, f64)> {
        let mut numbers = Vec::new();
        for (position, stage) in self.stages.iter().enumerate() {
            for (place, sweep) in stage.sweeps().iter().enumerate() {
                for (tensor, memory) in self.layout.tensors().iter().zip(sweep.memories()) {
                    for (k, &number) in memory.iter().take(sweep.memory_count()).enumerate() {
                        numbers.push((memory_key(position, place, k, &tensor.name), number));
                    }
                }
            }
            if let Stage::Barrier(barrier) = stage {
                numbers.extend(
                    barrier.numbers().into_iter().map(|(name, number)| (format!("number.{name}"), number)),
                );
            }
        }
        numbers
    }

    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)> {
        let (mut numbers, layout) = (Vec::new(), &self.layout);
        for (position, stage) in self.stages.iter_mut().enumerate() {
            match stage {
                Stage::Sweep(sweeps) => {
                    for (place, sweep) in sweeps.iter_mut().enumerate() {
                        let used = sweep.memory_count();
                        for (tensor, memory) in layout.tensors().iter().zip(sweep.memories_mut()) {
                            for (k, number) in memory.iter_mut().take(used).enumerate() {
                                numbers.push((memory_key(position, place, k, &tensor.name), number));
                            }
                        }
                    }
                }
                Stage::Barrier(barrier) => {
                    let named = barrier.numbers_mut().into_iter();
                    numbers.extend(named.map(|(name, number)| (format!("number.{name}"), number)));
                }
            }
        }
        numbers
    }

    fn counts(&self) -> &[u64] {
        &self.counts
    }

    fn counts_mut(&mut self) -> &mut [u64] {
        &mut self.counts
    }

    fn measure(&mut self, on: bool) {
        self.measuring = on;
    }

    fn report(&self) -> &StepReport {
        &self.report
    }

    fn set_policy(&mut self, policy: NonFinite) {
        self.policy = policy;
    }

    fn set_threads(&mut self, threads: usize) {
        self.threads = threads.max(1);
    }
}
