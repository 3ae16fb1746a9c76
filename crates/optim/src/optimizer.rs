//! What the rest of Thalweg sees of a rule at work.

use crate::packed::PackedArena;
use crate::{NonFinite, OptimError, Slot, StepReport};
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;

/// A rule at work on parameters of one layout: it holds the state and counts the steps.
pub trait Optimizer<T: Real>: Send {
    /// The layout of parameters, gradients and state.
    fn layout(&self) -> &Arc<Layout>;

    /// One update of all parameters: both slices are buffers of the layout.
    ///
    /// # Errors
    /// [`OptimError::Length`] if a slice is not as long as the layout, [`OptimError::NonFinite`] for a gradient that is infinite or
    /// NaN (see [`set_policy`](Self::set_policy)); nothing has changed then.
    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError>;

    /// One update of some tensors of the layout, which may lie anywhere. What sees all tensors (clipping by the global
    /// norm) sees these. The others sit the step out: they are not counted in dialects that count by tensor (torch), and
    /// counted with the rest in those that count updates (keras, optax, book).
    ///
    /// # Errors
    /// As [`step`](Self::step), and [`OptimError::OtherParameters`] for a tensor that does not exist or is given twice.
    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), OptimError>;

    /// One update of tensor `index` of the layout alone.
    ///
    /// # Errors
    /// As [`step_tensors`](Self::step_tensors).
    fn step_tensor(&mut self, index: usize, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError> {
        self.step_tensors(vec![Slot { index, parameters, gradients }])
    }

    /// Where the next gradient is wanted, if not at the parameters themselves: fills `point` and returns true for a rule
    /// that looks ahead, returns false for the others.
    ///
    /// # Errors
    /// [`OptimError::Length`].
    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError>;

    /// Whether [`evaluation_point`](Self::evaluation_point) or [`second_point`](Self::second_point) will ever be used.
    fn looks_ahead(&self) -> bool;

    /// Where a second gradient is wanted before the step, given the first one (sharpness-aware minimisation): fills `point`
    /// and returns true, or returns false for every other rule. The step is then made with the second gradient.
    ///
    /// # Errors
    /// [`OptimError::Length`].
    fn second_point(
        &mut self,
        parameters: &[T],
        gradients: &[T],
        point: &mut [T],
    ) -> Result<bool, OptimError> {
        let _ = (parameters, gradients, point);
        Ok(false)
    }

    /// The parameters to evaluate with, if they are not those that are trained (averages of weights, schedule-free rules):
    /// fills `point` and returns true, or returns false.
    ///
    /// # Errors
    /// [`OptimError::Length`].
    fn averaged(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, OptimError>;

    /// The learning rate of the next update, the schedule's factor included; `None` for a rule without one.
    fn learning_rate(&mut self) -> Option<f64>;

    /// Updates done so far (of the tensor that had most).
    fn steps(&self) -> u64;

    /// Whether [`set`](Self::set) would take this value; changes nothing.
    ///
    /// # Errors
    /// [`OptimError::Unknown`] if the rule has no hyper-parameter of that name, [`OptimError::Fixed`] if it cannot change, and
    /// [`OptimError::OutOfRange`].
    fn settable(&mut self, name: &str, value: f64) -> Result<(), OptimError>;

    /// Changes a hyper-parameter; it holds from the next update on.
    ///
    /// # Errors
    /// As [`settable`](Self::settable); nothing has changed then.
    fn set(&mut self, name: &str, value: f64) -> Result<(), OptimError>;

    /// The group called `name`, to change its hyper-parameters alone; `None` where there is no such group or it is frozen.
    fn group_mut(&mut self, name: &str) -> Option<&mut dyn Optimizer<T>> {
        let _ = name;
        None
    }

    /// Multiplies the learning rate by `factor` from the next update on, beside the schedule: for a
    /// [`Plateau`](crate::Plateau). Not cumulative.
    fn scale_rate(&mut self, factor: f64);

    /// The state: each buffer with its name. A buffer's layout has the parameters' names; a name may appear more than once,
    /// with other tensors, where there are groups.
    fn state(&self) -> Vec<(&'static str, &Arena<T>)>;

    /// The state, to fill it with saved values.
    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)>;

    /// State that is kept in fewer bits.
    fn packed(&self) -> Vec<(&'static str, &PackedArena)>;

    /// The same, to fill it.
    fn packed_mut(&mut self) -> Vec<(&'static str, &mut PackedArena)>;

    /// State that is a number a tensor, or a number in all, by name.
    fn numbers(&self) -> Vec<(String, f64)>;

    /// The same, to fill it with saved values.
    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)>;

    /// Updates done, tensor by tensor.
    fn counts(&self) -> &[u64];

    /// The same, to fill it with saved values.
    fn counts_mut(&mut self) -> &mut [u64];

    /// Measures norms during the steps that follow, for the report.
    fn measure(&mut self, on: bool);

    /// What there is to say of the last step.
    fn report(&self) -> &StepReport;

    /// What to do when a gradient is not finite.
    fn set_policy(&mut self, policy: NonFinite);

    /// Threads that a step may use; 1 unless set. Any number gives the same bits.
    fn set_threads(&mut self, threads: usize);
}

/// Buffer `name` of the state of `tensor`, unpacked if need be.
pub fn state_of<T: Real>(optimizer: &dyn Optimizer<T>, name: &str, tensor: &str) -> Option<Vec<T>> {
    let named = |known: &str| known == name;
    let full = optimizer.state().into_iter().filter(|(known, _)| named(known));
    let packed = optimizer.packed().into_iter().filter(|(known, _)| named(known));
    let full = full.filter_map(|(_, arena)| arena.get(tensor).map(<[T]>::to_vec)).next();
    full.or_else(|| packed.filter_map(|(_, arena)| arena.get(tensor)).next())
}

/// Bytes of all state.
pub fn state_bytes<T: Real>(optimizer: &dyn Optimizer<T>) -> usize {
    let full: usize = optimizer.state().iter().map(|(_, arena)| arena.layout().len() * T::BYTES).sum();
    full + optimizer.packed().iter().map(|(_, arena)| arena.size()).sum::<usize>()
}
