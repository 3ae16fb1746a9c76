//! A rule swept over a whole layout.

use crate::{Error, Moment, Optimizer, Rule, Schedule, State};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_kit::hint;
use thalweg_lanes::{Kernel, Real, dispatch};

/// A rule, its schedule and its state: one vectorised sweep an update.
#[derive(Clone, Debug)]
pub struct Pass<R, T: Real> {
    rule: R,
    schedule: Schedule,
    layout: Arc<Layout>,
    buffers: Vec<Arena<T>>,
    counts: Vec<u64>,
}

impl<R: Rule, T: Real> Pass<R, T> {
    /// A pass over parameters of `layout`, with a constant schedule and state 0.
    pub fn new(rule: R, layout: Arc<Layout>) -> Self {
        let buffers = (0..R::State::<T>::BUFFERS).map(|_| Arena::zeros(layout.clone())).collect();
        let counts = vec![0; layout.tensors().len()];
        Self { rule, schedule: Schedule::default(), layout, buffers, counts }
    }

    /// A pass over a plain slice of `len` parameters.
    pub fn flat(rule: R, len: usize) -> Self {
        Self::new(rule, Arc::new(Layout::flat(len)))
    }

    /// The same pass with another schedule of the learning rate.
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// The rule.
    pub fn rule(&self) -> &R {
        &self.rule
    }

    fn moment(&self, count: u64) -> Moment {
        Moment { step: count + 1, factor: self.schedule.factor(count) }
    }

    fn sweep(&mut self, range: &Range<usize>, count: u64, parameters: &mut [T], gradients: &[T]) {
        let step = self.rule.step(&self.moment(count));
        let columns = R::State::<T>::columns(&mut self.buffers.iter_mut(), range);
        dispatch(Sweep::<R, T> { step, parameters, gradients, columns });
    }
}

fn check_length(what: &str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Length { what: what.to_string(), found, expected })
}

impl<R: Rule, T: Real> Optimizer<T> for Pass<R, T> {
    fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), Error> {
        check_length("the slice of parameters", parameters.len(), self.layout.len())?;
        check_length("the slice of gradients", gradients.len(), self.layout.len())?;
        if self.counts.windows(2).all(|pair| pair[0] == pair[1]) {
            let count = self.steps();
            self.sweep(&(0..parameters.len()), count, parameters, gradients);
            self.counts.fill(count + 1);
            return Ok(());
        }
        let layout = self.layout.clone();
        for (index, tensor) in layout.tensors().iter().enumerate() {
            let range = tensor.range.clone();
            self.step_tensor(index, &mut parameters[range.clone()], &gradients[range])?;
        }
        Ok(())
    }

    fn step_tensor(&mut self, index: usize, parameters: &mut [T], gradients: &[T]) -> Result<(), Error> {
        let tensors = self.layout.tensors().len();
        let range = match self.layout.tensors().get(index) {
            Some(tensor) => tensor.range.clone(),
            None => return Err(Error::OtherParameters(format!("there is no tensor {index} of {tensors}"))),
        };
        check_length("the slice of parameters", parameters.len(), range.len())?;
        check_length("the slice of gradients", gradients.len(), range.len())?;
        self.sweep(&range, self.counts[index], parameters, gradients);
        self.counts[index] += 1;
        Ok(())
    }

    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, Error> {
        if !R::LOOKS_AHEAD {
            return Ok(false);
        }
        check_length("the slice of parameters", parameters.len(), self.layout.len())?;
        check_length("the slice for the point", point.len(), self.layout.len())?;
        let step = self.rule.step(&self.moment(self.steps()));
        let columns = R::State::<T>::columns(&mut self.buffers.iter_mut(), &(0..parameters.len()));
        for (i, (point, &parameter)) in point.iter_mut().zip(parameters).enumerate() {
            *point = R::point(&step, parameter, R::State::<T>::load(&columns, i));
        }
        Ok(true)
    }

    fn learning_rate(&mut self) -> Option<f64> {
        let factor = self.schedule.factor(self.steps());
        let mut rate = None;
        self.rule.hyperparameters(&mut |name, value| {
            if name == "learning_rate" {
                rate = Some(*value * factor);
            }
        });
        rate
    }

    fn steps(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0)
    }

    fn set(&mut self, wanted: &str, value: f64) -> Result<(), Error> {
        let (mut names, mut found) = (Vec::new(), false);
        self.rule.hyperparameters(&mut |name, field| {
            names.push(name);
            if name == wanted {
                *field = value;
                found = true;
            }
        });
        if found {
            return Ok(());
        }
        let suggestion = hint(wanted, names);
        Err(Error::Unknown { kind: "hyper-parameter", name: wanted.to_string(), suggestion })
    }

    fn state(&self) -> Vec<(&'static str, &Arena<T>)> {
        self.rule.state_names().into_iter().zip(&self.buffers).collect()
    }

    fn state_mut(&mut self) -> Vec<(&'static str, &mut Arena<T>)> {
        self.rule.state_names().into_iter().zip(&mut self.buffers).collect()
    }

    fn counts(&self) -> &[u64] {
        &self.counts
    }

    fn counts_mut(&mut self) -> &mut [u64] {
        &mut self.counts
    }
}

struct Sweep<'a, R: Rule, T: Real> {
    step: R::Step<T>,
    parameters: &'a mut [T],
    gradients: &'a [T],
    columns: <R::State<T> as State<T>>::Columns<'a>,
}

impl<R: Rule, T: Real> Kernel for Sweep<'_, R, T> {
    type Output = ();

    // A plain index loop: going through local blocks of states defeats the vectoriser.
    #[inline(always)]
    fn run(self) {
        let Self { step, parameters, gradients, mut columns } = self;
        let n = parameters.len();
        let gradients = &gradients[..n];
        R::State::<T>::trim(&mut columns, n);
        for i in 0..n {
            let state = R::State::<T>::load(&columns, i);
            let (update, state) = R::update(&step, gradients[i], parameters[i], state);
            state.store(&mut columns, i);
            parameters[i] -= update;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Adam, Momentum, Sgd};
    use crate::stages::WeightDecay;

    #[test]
    fn a_slice_of_another_length_changes_nothing() {
        let mut pass = Pass::<_, f64>::flat(Momentum::book(), 2);
        let mut parameters = [1.0, 2.0];
        let error = pass.step(&mut parameters, &[1.0]).unwrap_err();
        assert_eq!(error.to_string(), "the slice of gradients has 1 elements where 2 are expected");
        assert!(pass.step(&mut parameters[..1], &[1.0, 1.0]).is_err());
        assert_eq!((parameters, pass.steps()), ([1.0, 2.0], 0));
    }

    #[test]
    fn a_chain_is_one_rule_after_the_other() {
        let chain = WeightDecay { weight_decay: 0.5 }.then(Sgd { learning_rate: 0.1 });
        let mut pass = Pass::<_, f64>::flat(chain, 1);
        let mut parameters = [2.0];
        pass.step(&mut parameters, &[3.0]).unwrap();
        assert_eq!(parameters, [2.0 - 0.1 * (3.0 + 0.5 * 2.0)]);
    }

    #[test]
    fn tensors_stepped_one_by_one_and_together_agree() {
        let mut layout = Layout::new();
        layout.add("a", &[3]).unwrap();
        layout.add("b", &[2]).unwrap();
        let layout = Arc::new(layout);
        let gradients: Vec<f32> = (0..layout.len()).map(|i| 0.3 * i as f32 - 1.0).collect();
        let mut together = vec![1.0f32; layout.len()];
        let mut apart = together.clone();
        let mut one = Pass::new(Adam::torch(), layout.clone());
        let mut two = one.clone();
        for _ in 0..3 {
            one.step(&mut together, &gradients).unwrap();
            for (index, tensor) in layout.tensors().iter().enumerate() {
                let range = tensor.range.clone();
                two.step_tensor(index, &mut apart[range.clone()], &gradients[range]).unwrap();
            }
        }
        for tensor in layout.tensors() {
            assert_eq!(together[tensor.range.clone()], apart[tensor.range.clone()]);
        }
        // A tensor that sat out a step keeps a count of its own, also when all are stepped together again.
        two.step_tensor(0, &mut apart[0..3], &gradients[0..3]).unwrap();
        two.step(&mut apart, &gradients).unwrap();
        assert_eq!(two.counts(), [5, 4]);
    }

    #[test]
    fn hyperparameters_change_by_name() {
        let mut pass = Pass::<_, f32>::flat(Adam::torch(), 1);
        pass.set("learning_rate", 0.5).unwrap();
        assert_eq!(pass.learning_rate(), Some(0.5));
        let error = pass.set("beta3", 0.5).unwrap_err().to_string();
        assert!(error.contains("there is no hyper-parameter called `beta3`; did you mean `beta"), "{error}");
    }
}
