//! Gradients of a problem of one's own held against difference quotients.
//!
//! Each question to such a problem is about its next batch, so two losses of one run may differ by their batches. Where they do, every
//! loss of a quotient is the first of a fresh run with the same seed. A tensor is looked at along one direction of signs, in
//! steps of several sizes: the program may compute in 32 bits.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use thalweg_arena::Layout;

use super::own::{Objective, Own, laid_out};
use thalweg_lab::fault::OwnFault;

/// Steps of the quotients, as parts of a tensor's scale: the middle one suits 64 bits, the largest 32.
const STEPS: [f64; 3] = [1e-4, 1e-2, 1e-6];
/// A quotient that is as good as this needs no other step.
const GOOD: f64 = 1e-4;
/// Rounding errors of a loss, in units of its last place.
const ROUNDED: f64 = 8.0;
/// A quotient whose rounding error is a larger part of it says nothing.
const SAYS_SOMETHING: f64 = 0.1;
/// Tensors that are looked at, where one run answers all questions …
const TENSORS: usize = 8;
/// … and where each question takes a run of its own.
const TENSORS_OF_RUNS: usize = 3;

/// How far gradients and difference quotients are apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differences {
    /// The tensor with the largest difference, and that difference as a part of the quotient; absent if no quotient was exact enough
    /// to say anything.
    pub worst: Option<(String, f64)>,
    /// Whether two runs with one seed begin with the same loss. If not, nothing else was looked at.
    pub follows_seed: bool,
}

/// Holds gradients at the start of runs with this seed against difference quotients.
pub(super) fn differences(own: &dyn Own, seed: u64, stop: &AtomicBool) -> Result<Differences, OwnFault> {
    let mut first = own.start_until(seed, stop)?;
    let (layout, start) = laid_out(&first.parameters())?;
    let mut gradients = vec![0.0; layout.len()];
    let loss = first.gradients(&layout, &start, &mut gradients)?;
    let mut asked = Asked { own, seed, stop, layout: layout.clone(), same_run: None };
    if asked.loss(&start)?.to_bits() != loss.to_bits() {
        return Ok(Differences { worst: None, follows_seed: false });
    }
    if first.gradients(&layout, &start, &mut vec![0.0; layout.len()])?.to_bits() == loss.to_bits() {
        asked.same_run = Some(first);
    }
    let count = layout.tensors().len();
    let most = if asked.same_run.is_some() { TENSORS } else { TENSORS_OF_RUNS };
    let mut worst: Option<(String, f64)> = None;
    for index in 0..count.min(most) {
        // From the first to the last, evenly.
        let tensor = &layout.tensors()[index * (count - 1).max(1) / (count.min(most) - 1).max(1)];
        let along = Direction::new(&start, &gradients, tensor.range.clone());
        if let Some(difference) = asked.difference(&start, loss, &along)?
            && worst.as_ref().is_none_or(|(_, largest)| difference > *largest)
        {
            worst = Some((tensor.name.clone(), difference));
        }
    }
    Ok(Differences { worst, follows_seed: true })
}

/// A direction in which the values of one tensor go up or down by the same.
struct Direction {
    signs: Vec<f64>,
    first: usize,
    /// The size of the tensor's values, or 1.
    scale: f64,
    /// The derivative, by the gradients.
    slope: f64,
}

impl Direction {
    fn new(start: &[f64], gradients: &[f64], range: std::ops::Range<usize>) -> Self {
        // Any pattern of signs will do that fits no symmetry of a network.
        let sign = |index: usize| if (index * index + index / 3).is_multiple_of(2) { 1.0 } else { -1.0 };
        let signs: Vec<f64> = (0..range.len()).map(sign).collect();
        let squares: f64 = start[range.clone()].iter().map(|value| value * value).sum();
        let scale = (squares / range.len().max(1) as f64).sqrt();
        let slope = signs.iter().zip(&gradients[range.clone()]).map(|(sign, gradient)| sign * gradient).sum();
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        Self { signs, first: range.start, scale, slope }
    }

    fn point(&self, start: &[f64], step: f64) -> Vec<f64> {
        let mut point = start.to_vec();
        for (value, sign) in point[self.first..].iter_mut().zip(&self.signs) {
            *value += step * sign;
        }
        point
    }
}

/// Whom losses come from.
struct Asked<'a> {
    own: &'a dyn Own,
    seed: u64,
    stop: &'a AtomicBool,
    layout: Arc<Layout>,
    /// The run that answers all questions, where its losses do not change from one to the next.
    same_run: Option<Box<dyn Objective + 'a>>,
}

impl Asked<'_> {
    fn loss(&mut self, at: &[f64]) -> Result<f64, OwnFault> {
        let mut unused = vec![0.0; self.layout.len()];
        match &mut self.same_run {
            Some(run) => run.gradients(&self.layout, at, &mut unused),
            None => {
                let mut fresh = self.own.start_until(self.seed, self.stop)?;
                fresh.gradients(&self.layout, at, &mut unused)
            }
        }
    }

    /// The smallest relative difference between slope and quotient over all steps that say something.
    fn difference(&mut self, start: &[f64], loss: f64, along: &Direction) -> Result<Option<f64>, OwnFault> {
        // A loss that 32 bits hold was most likely computed in them.
        let precision = if f64::from(loss as f32) == loss { f64::from(f32::EPSILON) } else { f64::EPSILON };
        let mut smallest: Option<f64> = None;
        for step in STEPS.map(|step| step * along.scale) {
            let above = self.loss(&along.point(start, step))?;
            let below = self.loss(&along.point(start, -step))?;
            let quotient = (above - below) / (2.0 * step);
            let size = quotient.abs().max(along.slope.abs());
            let rounding = ROUNDED * precision * loss.abs() / step;
            // Neither is a quotient that is not finite.
            if !(rounding < SAYS_SOMETHING * size) || !size.is_finite() {
                continue;
            }
            let difference = ((quotient - along.slope).abs() - rounding).max(0.0) / size;
            smallest = Some(smallest.map_or(difference, |smallest| smallest.min(difference)));
            if difference < GOOD {
                break;
            }
        }
        Ok(smallest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::own::{Judged, Split, Tensor};
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A bowl whose loss has a part that changes with the batch, in 64 bits or 32.
    struct Bowl {
        /// What the gradient of `b` is multiplied with: 1 is right.
        factor: f64,
        batches: bool,
        narrow: bool,
        unseeded: bool,
    }

    struct Run {
        factor: f64,
        narrow: bool,
        batches: bool,
        shift: f64,
    }

    impl Own for Bowl {
        fn start(&self, seed: u64) -> Result<Box<dyn Objective>, OwnFault> {
            static STARTED: AtomicU64 = AtomicU64::new(0);
            let shift = if self.unseeded { STARTED.fetch_add(1, Ordering::Relaxed) } else { seed } as f64;
            let &Self { factor, batches, narrow, .. } = self;
            Ok(Box::new(Run { factor, narrow, batches, shift }))
        }
    }

    impl Objective for Run {
        fn parameters(&self) -> Vec<Tensor> {
            let tensor = |name: &str, values: &[f64]| Tensor {
                name: name.into(),
                shape: vec![values.len()],
                values: values.to_vec(),
            };
            vec![tensor("w", &[0.3, -0.2, 0.5]), tensor("b", &[0.0, 0.0])]
        }

        fn gradients(&mut self, _: &Layout, at: &[f64], into: &mut [f64]) -> Result<f64, OwnFault> {
            let (w, b) = at.split_at(at.len() - 2);
            let target = 0.1 * self.shift;
            let mut loss = 2.0;
            for (gradient, value) in into.iter_mut().zip(w) {
                loss += (value - target).powi(4);
                *gradient = 4.0 * (value - target).powi(3);
            }
            let place = at.len() - 2;
            loss += (b[0] - target).exp() + b[1] * b[1] * b[1] - 3.0 * b[1];
            into[place] = self.factor * (b[0] - target).exp();
            into[place + 1] = self.factor * (3.0 * b[1] * b[1] - 3.0);
            if self.batches {
                self.shift += 1.0;
            }
            Ok(if self.narrow { f64::from(loss as f32) } else { loss })
        }

        fn evaluate(&mut self, layout: &Layout, at: &[f64], _: Split) -> Result<Judged, OwnFault> {
            let loss = self.gradients(layout, at, &mut vec![0.0; at.len()])?;
            Ok(Judged { loss, accuracy: None })
        }

        fn has_splits(&self) -> bool {
            false
        }
    }

    fn look(factor: f64, batches: bool, narrow: bool, unseeded: bool) -> Differences {
        let bowl = Bowl { factor, batches, narrow, unseeded };
        differences(&bowl, 3, &AtomicBool::new(false)).unwrap()
    }

    #[test]
    fn right_gradients_agree_and_a_wrong_one_is_named() {
        for (batches, narrow) in [(false, false), (true, false), (false, true), (true, true)] {
            let right = look(1.0, batches, narrow, false).worst.unwrap().1;
            assert!(right < if narrow { 2e-3 } else { 1e-6 }, "{right} {batches} {narrow}");
            for factor in [0.0, 0.5, -1.0, 1.2] {
                let (tensor, apart) = look(factor, batches, narrow, false).worst.unwrap();
                assert!(tensor == "b" && apart > 0.1, "{tensor} {apart}: {factor} {batches} {narrow}");
            }
        }
    }

    #[test]
    fn a_loss_that_does_not_follow_from_the_seed_is_noticed() {
        assert_eq!(look(1.0, false, false, true), Differences { worst: None, follows_seed: false });
    }
}
