//! Gradients averaged over several calls before an update is made.

use super::hand_on;
use crate::work::{check_length, check_slots};
use crate::{NonFinite, OptimError, Optimizer, Slot, StepReport};
use std::ops::Range;
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// Every `every`-th call makes an update with the mean of the gradients since the last one: a batch that does not fit memory
/// in parts of equal size. The mean is kept running, a ← a + (g − a) / k, as optax' `MultiSteps` does.
///
/// A call may leave tensors out; a tensor left out by the call that makes the update keeps its mean for the next update that it
/// takes part in.
pub struct Accumulated<T: Real> {
    pub(crate) inner: Box<dyn Optimizer<T>>,
    every: u64,
    mean: Arena<T>,
    /// Calls since the last update, a whole number; kept as a number so that it is saved with the others.
    pending: f64,
    /// Gradients in the mean of each tensor, which a call may leave out.
    gradients: Vec<f64>,
    policy: NonFinite,
    report: StepReport,
}

const PENDING: &str = "number.pending";

fn pending_of(tensor: &str) -> String {
    format!("{PENDING}.{tensor}")
}

impl<T: Real> Accumulated<T> {
    /// `inner` at every `every`-th call.
    pub fn new(inner: Box<dyn Optimizer<T>>, every: u64) -> Self {
        let layout = inner.layout().clone();
        let gradients = vec![0.0; layout.tensors().len()];
        let (mean, report) = (Arena::zeros(layout), StepReport::default());
        Self {
            inner,
            every: every.max(1),
            mean,
            pending: 0.0,
            gradients,
            policy: NonFinite::default(),
            report,
        }
    }

    /// Adds a gradient to the mean of tensor `index`.
    fn add(&mut self, index: usize, range: &Range<usize>, gradients: &[T]) {
        self.gradients[index] += 1.0;
        let share = T::from_f64(1.0 / self.gradients[index]);
        for (mean, &gradient) in self.mean.values_mut()[range.clone()].iter_mut().zip(gradients) {
            *mean = *mean + (gradient - *mean) * share;
        }
    }

    /// Refuses or leaves out gradients that are not finite, before they enter the mean.
    fn screen<'g>(
        &mut self,
        gradients: impl Iterator<Item = (usize, &'g [T])> + Clone,
    ) -> Result<bool, OptimError> {
        if self.policy == NonFinite::Allow
            || gradients.clone().all(|(_, values)| crate::segment::all_finite(values, 1))
        {
            return Ok(true);
        }
        let bad = |values: &[T]| values.iter().filter(|value| !value.is_finite()).count() as u64;
        let count = gradients.clone().map(|(_, values)| bad(values)).sum();
        self.report.non_finite = count;
        if self.policy == NonFinite::Skip {
            self.report.skipped += 1;
            return Ok(false);
        }
        let mut places = gradients.filter_map(|(index, values)| {
            let at = values.iter().position(|value| !value.is_finite())?;
            Some((index, at, values[at].to_f64()))
        });
        let Some((index, at, value)) = places.next() else { return Ok(true) };
        let tensor = self.layout().tensors()[index].name.clone();
        Err(OptimError::NonFinite { tensor, index: at, value, count })
    }

    /// Whether the update is due.
    fn count(&mut self) -> bool {
        self.pending += 1.0;
        self.pending as u64 >= self.every
    }

    /// Starts anew, for the tensors that were updated.
    fn done(&mut self, updated: impl Iterator<Item = usize>) {
        let skipped = self.report.skipped;
        self.report =
            StepReport { skipped: skipped.max(self.inner.report().skipped), ..self.inner.report().clone() };
        self.pending = 0.0;
        let layout = self.layout().clone();
        for index in updated {
            self.gradients[index] = 0.0;
            self.mean.values_mut()[layout.tensors()[index].range.clone()].fill(T::ZERO);
        }
    }
}

impl<T: Real> Optimizer<T> for Accumulated<T> {
    hand_on!();

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), OptimError> {
        let layout = self.layout().clone();
        check_length("the slice of parameters", parameters.len(), layout.len())?;
        check_length("the slice of gradients", gradients.len(), layout.len())?;
        let tensors = layout.tensors().iter().enumerate();
        let pieces = tensors.map(|(index, tensor)| (index, &gradients[tensor.range.clone()]));
        if !self.screen(pieces.clone())? {
            return Ok(());
        }
        for (index, piece) in pieces {
            self.add(index, &layout.tensors()[index].range, piece);
        }
        if self.count() {
            self.inner.step(parameters, self.mean.values())?;
            self.done(0..layout.tensors().len());
        }
        Ok(())
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), OptimError> {
        let layout = self.layout().clone();
        check_slots(&tensors, &layout)?;
        if !self.screen(tensors.iter().map(|slot| (slot.index, slot.gradients)))? {
            return Ok(());
        }
        for slot in &tensors {
            self.add(slot.index, &layout.tensors()[slot.index].range, slot.gradients);
        }
        if self.count() {
            let mean = self.mean.values();
            let updated: Vec<usize> = tensors.iter().map(|slot| slot.index).collect();
            let slots = tensors.into_iter().map(|slot| {
                let gradients = &mean[layout.tensors()[slot.index].range.clone()];
                Slot { gradients, index: slot.index, parameters: slot.parameters }
            });
            self.inner.step_tensors(slots.collect())?;
            self.done(updated.into_iter());
        }
        Ok(())
    }

    fn looks_ahead(&self) -> bool {
        self.inner.looks_ahead()
    }

    fn second_point(
        &mut self,
        parameters: &[T],
        gradients: &[T],
        point: &mut [T],
    ) -> Result<bool, OptimError> {
        self.inner.second_point(parameters, gradients, point)
    }

    fn settable(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.inner.settable(name, value)
    }

    fn set(&mut self, name: &str, value: f64) -> Result<(), OptimError> {
        self.inner.set(name, value)
    }

    fn state(&self) -> Vec<(&'static str, &Arena<T>)> {
        let mut state = self.inner.state();
        state.push(("accumulated", &self.mean));
        state
    }

    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        let mut state = self.inner.state_mut();
        state.push(("accumulated", &mut self.mean));
        state
    }

    fn numbers(&self) -> Vec<(String, f64)> {
        let mut numbers = self.inner.numbers();
        numbers.push((PENDING.into(), self.pending));
        let tensors = self.mean.layout().tensors().iter().zip(&self.gradients);
        numbers.extend(tensors.map(|(tensor, &gradients)| (pending_of(&tensor.name), gradients)));
        numbers
    }

    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)> {
        let mut numbers = self.inner.numbers_mut();
        numbers.push((PENDING.into(), &mut self.pending));
        let tensors = self.mean.layout().tensors().iter().zip(&mut self.gradients);
        numbers.extend(tensors.map(|(tensor, gradients)| (pending_of(&tensor.name), gradients)));
        numbers
    }

    fn report(&self) -> &StepReport {
        &self.report
    }

    fn set_policy(&mut self, policy: NonFinite) {
        self.policy = policy;
        self.inner.set_policy(policy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Passes, rules::Sgd};
    use thalweg_arena::Checkpoint;

    #[test]
    fn the_update_is_made_with_the_mean() {
        let inner = Box::new(Passes::<f64>::flat(Sgd { learning_rate: 1.0 }, 2));
        let mut optimizer = Accumulated::new(inner, 3);
        let mut parameters = [0.0, 0.0];
        let calls = [(3.0, 0.0), (6.0, 0.0), (0.0, -3.0), (9.0, -3.0), (0.0, -3.0), (0.0, -6.0)];
        for (gradient, expected) in calls {
            optimizer.step(&mut parameters, &[gradient, 0.0]).unwrap();
            assert_eq!(parameters, [expected, 0.0]);
        }
        assert_eq!(optimizer.steps(), 2);
        let error = optimizer.step(&mut parameters, &[f64::NAN, 0.0]).unwrap_err().to_string();
        assert!(error.starts_with("the gradient of `parameters` is NaN at element 0"), "{error}");
        for expected in [-6.0, -6.0, -9.0] {
            optimizer.step(&mut parameters, &[3.0, 0.0]).unwrap();
            assert_eq!(parameters, [expected, 0.0]);
        }
    }

    /// SGD at rate 1 on two tensors of one element, an update every `every` calls.
    fn two(every: u64) -> Accumulated<f64> {
        let mut layout = thalweg_arena::Layout::new();
        layout.add("a", &[1]).unwrap();
        layout.add("b", &[1]).unwrap();
        let spec = crate::Specification::new("sgd", crate::Dialect::Paper).with("learning_rate", 1.0);
        Accumulated::new(spec.build::<f64>(std::sync::Arc::new(layout)).unwrap(), every)
    }

    fn call(optimizer: &mut Accumulated<f64>, parameters: &mut [[f64; 1]; 2], gradients: [Option<f64>; 2]) {
        let given = parameters.iter_mut().zip(&gradients).enumerate().filter_map(
            |(index, (parameters, gradient))| {
                Some(Slot { index, parameters, gradients: std::slice::from_ref(gradient.as_ref()?) })
            },
        );
        optimizer.step_tensors(given.collect()).unwrap();
    }

    #[test]
    fn a_tensor_has_the_mean_of_the_gradients_that_it_had() {
        let (mut optimizer, mut parameters) = (two(3), [[0.0], [0.0]]);
        for gradients in [[Some(3.0), None], [Some(6.0), Some(4.0)], [Some(0.0), Some(8.0)]] {
            call(&mut optimizer, &mut parameters, gradients);
        }
        assert_eq!(parameters, [[-3.0], [-6.0]]);
    }

    #[test]
    fn a_tensor_left_out_of_the_update_keeps_its_mean() {
        let (mut optimizer, mut parameters) = (two(2), [[0.0], [0.0]]);
        let calls = [[Some(1.0), Some(6.0)], [Some(3.0), None], [Some(5.0), None], [Some(5.0), Some(2.0)]];
        let expected = [[[0.0], [0.0]], [[-2.0], [0.0]], [[-2.0], [0.0]], [[-7.0], [-4.0]]];
        for (gradients, expected) in calls.into_iter().zip(expected) {
            call(&mut optimizer, &mut parameters, gradients);
            assert_eq!(parameters, expected);
        }
    }

    #[test]
    fn stopping_between_two_updates_changes_nothing() {
        let gradients =
            [[Some(1.0), None], [Some(3.0), Some(6.0)], [Some(5.0), Some(2.0)], [Some(4.0), Some(1.0)]];
        let (mut through, mut expected) = (two(3), [[0.0], [0.0]]);
        gradients.iter().for_each(|&gradients| call(&mut through, &mut expected, gradients));
        for stop in 1..gradients.len() {
            let (mut first, mut parameters) = (two(3), [[0.0], [0.0]]);
            gradients[..stop].iter().for_each(|&gradients| call(&mut first, &mut parameters, gradients));
            let mut second = two(3);
            let mut checkpoint = Checkpoint::default();
            crate::save(&first, &mut checkpoint);
            crate::load(&mut second, &checkpoint).unwrap();
            gradients[stop..].iter().for_each(|&gradients| call(&mut second, &mut parameters, gradients));
            assert_eq!(parameters, expected, "stopped after call {stop}");
        }
    }

    #[test]
    fn calls_that_were_skipped_are_reported_after_the_update_too() {
        let inner = Box::new(Passes::<f64>::flat(Sgd { learning_rate: 1.0 }, 1));
        let mut optimizer = Accumulated::new(inner, 2);
        optimizer.set_policy(NonFinite::Skip);
        let mut parameters = [0.0];
        for gradient in [1.0, f64::NAN, 3.0] {
            optimizer.step(&mut parameters, &[gradient]).unwrap();
        }
        assert_eq!((parameters, optimizer.report().skipped), ([-2.0], 1));
    }
}
