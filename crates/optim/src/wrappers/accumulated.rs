//! Gradients averaged over several calls before an update is made.

use super::hand_on;
use crate::work::{check_length, check_slots};
use crate::{Error, NonFinite, Optimizer, Slot, StepReport};
use std::ops::Range;
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// Every `every`-th call makes an update with the mean of the gradients since the last one: a batch that does not fit memory
/// in parts of equal size. The mean is kept running, a ← a + (g − a) / k, as optax' `MultiSteps` does.
pub struct Accumulated<T: Real> {
    pub(crate) inner: Box<dyn Optimizer<T>>,
    every: u64,
    mean: Arena<T>,
    /// Gradients in the mean, a whole number; kept as a number so that it is saved with the others.
    pending: f64,
    /// The same for each tensor, which a call may leave out.
    tensors: Vec<u64>,
    policy: NonFinite,
    report: StepReport,
}

const PENDING: &str = "number.pending";

impl<T: Real> Accumulated<T> {
    /// `inner` at every `every`-th call.
    pub fn new(inner: Box<dyn Optimizer<T>>, every: u64) -> Self {
        let layout = inner.layout().clone();
        let tensors = vec![0; layout.tensors().len()];
        let (mean, report) = (Arena::zeros(layout), StepReport::default());
        Self { inner, every: every.max(1), mean, pending: 0.0, tensors, policy: NonFinite::default(), report }
    }

    /// Adds a gradient to the mean of tensor `index`.
    fn add(&mut self, index: usize, range: &Range<usize>, gradients: &[T]) {
        self.tensors[index] += 1;
        let share = T::from_f64(1.0 / self.tensors[index] as f64);
        for (mean, &gradient) in self.mean.values_mut()[range.clone()].iter_mut().zip(gradients) {
            *mean = *mean + (gradient - *mean) * share;
        }
    }

    /// Refuses or leaves out gradients that are not finite, before they enter the mean.
    fn screen<'g>(
        &mut self,
        gradients: impl Iterator<Item = (usize, &'g [T])> + Clone,
    ) -> Result<bool, Error> {
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
        Err(Error::NonFinite { tensor, index: at, value, count })
    }

    /// Whether the update is due.
    fn count(&mut self) -> bool {
        self.pending += 1.0;
        self.pending as u64 >= self.every
    }

    fn done(&mut self) {
        let skipped = self.report.skipped;
        self.report =
            StepReport { skipped: skipped.max(self.inner.report().skipped), ..self.inner.report().clone() };
        self.pending = 0.0;
        self.tensors.fill(0);
        self.mean.values_mut().fill(T::ZERO);
    }
}

impl<T: Real> Optimizer<T> for Accumulated<T> {
    hand_on!();

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), Error> {
        let layout = self.layout().clone();
        check_length("the slice of parameters", parameters.len(), layout.len())?;
        check_length("the slice of gradients", gradients.len(), layout.len())?;
        let tensors = layout.tensors().iter().enumerate();
        let pieces = tensors.map(|(index, tensor)| (index, &gradients[tensor.range.clone()]));
        if !self.screen(pieces.clone())? {
            return Ok(());
        }
        self.restore_tensors();
        for (index, piece) in pieces {
            self.add(index, &layout.tensors()[index].range, piece);
        }
        if self.count() {
            self.inner.step(parameters, self.mean.values())?;
            self.done();
        }
        Ok(())
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), Error> {
        let layout = self.layout().clone();
        check_slots(&tensors, &layout)?;
        if !self.screen(tensors.iter().map(|slot| (slot.index, slot.gradients)))? {
            return Ok(());
        }
        self.restore_tensors();
        for slot in &tensors {
            self.add(slot.index, &layout.tensors()[slot.index].range, slot.gradients);
        }
        if self.count() {
            let mean = self.mean.values();
            let slots = tensors.into_iter().map(|slot| {
                let gradients = &mean[layout.tensors()[slot.index].range.clone()];
                Slot { gradients, index: slot.index, parameters: slot.parameters }
            });
            self.inner.step_tensors(slots.collect())?;
            self.done();
        }
        Ok(())
    }

    fn looks_ahead(&self) -> bool {
        self.inner.looks_ahead()
    }

    fn second_point(&mut self, parameters: &[T], gradients: &[T], point: &mut [T]) -> Result<bool, Error> {
        self.inner.second_point(parameters, gradients, point)
    }

    fn set(&mut self, name: &str, value: f64) -> Result<(), Error> {
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
        numbers
    }

    fn numbers_mut(&mut self) -> Vec<(String, &mut f64)> {
        let mut numbers = self.inner.numbers_mut();
        numbers.push((PENDING.into(), &mut self.pending));
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

impl<T: Real> Accumulated<T> {
    /// After loading, only the number of calls is known: the tensors had as many gradients.
    fn restore_tensors(&mut self) {
        if self.pending > 0.0 && self.tensors.iter().all(|&count| count == 0) {
            self.tensors.fill(self.pending as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Passes, rules::Sgd};

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

    #[test]
    fn a_tensor_has_the_mean_of_the_gradients_that_it_had() {
        let mut layout = thalweg_arena::Layout::new();
        layout.add("a", &[1]).unwrap();
        layout.add("b", &[1]).unwrap();
        let spec = crate::Specification::new("sgd", crate::Dialect::Paper).with("learning_rate", 1.0);
        let inner = spec.build::<f64>(std::sync::Arc::new(layout)).unwrap();
        let mut optimizer = Accumulated::new(inner, 3);
        let (mut a, mut b) = ([0.0], [0.0]);
        for (first, second) in [(3.0, None), (6.0, Some(4.0)), (0.0, Some(8.0))] {
            let mut slots =
                vec![Slot { index: 0, parameters: &mut a, gradients: std::slice::from_ref(&first) }];
            if let Some(second) = &second {
                slots.push(Slot { index: 1, parameters: &mut b, gradients: std::slice::from_ref(second) });
            }
            optimizer.step_tensors(slots).unwrap();
        }
        assert_eq!((a, b), ([-3.0], [-6.0]));
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
