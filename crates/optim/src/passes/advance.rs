//! One step: gradients screened, then every pass over all tensors.

use super::{Passes, Stage};
use crate::barrier::{Barrier, Items};
use crate::report::NonFinite;
use crate::segment::{Segment, Sums, run};
use crate::work::Work;
use crate::{Moment, OptimError};
use thalweg_lanes::{Real, reduce};

impl<T: Real> Passes<T> {
    /// Refuses or leaves out a step with gradients that are not finite, or too large for the rule, as the policy says; false to leave
    /// it out.
    pub(crate) fn screen(&mut self, work: &Work<'_, T>) -> Result<bool, OptimError> {
        if self.policy == NonFinite::Allow && !self.measuring {
            return Ok(true);
        }
        // Whatever squares to a finite number is fine for every rule; the rest is looked at one by one.
        let fine = match work {
            Work::Whole { gradients, places, .. } if places.len() == 1 || self.runs.len() == 1 => {
                let (start, range) = self.runs.first().cloned().unwrap_or((0, 0..0));
                crate::segment::all_square(&gradients[start..start + range.len()], self.threads)
            }
            _ => (0..work.len()).all(|k| crate::segment::all_square(work.gradients(k).1, self.threads)),
        };
        self.report.non_finite = 0;
        if fine {
            return if self.policy == NonFinite::Allow { Ok(true) } else { self.screen_zeros(work) };
        }
        let mut first = None;
        for k in 0..work.len() {
            let (index, gradients) = work.gradients(k);
            let found = gradients.iter().filter(|value| !value.is_finite()).count();
            self.report.non_finite += found as u64;
            if let (None, Some(at)) = (&first, gradients.iter().position(|value| !value.is_finite())) {
                first = Some((index, at, gradients[at].to_f64()));
            }
        }
        // Padding between tensors is not part of a gradient.
        let Some((index, at, value)) = first else { return self.screen_large(work) };
        match self.policy {
            NonFinite::Allow => Ok(true),
            NonFinite::Skip => {
                self.report.skipped += 1;
                Ok(false)
            }
            NonFinite::Refuse => Err(OptimError::NonFinite {
                tensor: self.layout.tensors()[index].name.clone(),
                index: at,
                value,
                count: self.report.non_finite,
            }),
        }
    }

    /// The same of finite gradients, some of which are so large that their squares are not.
    fn screen_large(&mut self, work: &Work<'_, T>) -> Result<bool, OptimError> {
        if self.policy == NonFinite::Allow {
            return Ok(true);
        }
        let too_large = |value: &T| !reduce::all_square(&[*value]) && !self.takes(*value);
        let first = (0..work.len()).find_map(|k| {
            let (index, gradients) = work.gradients(k);
            let at = gradients.iter().position(too_large)?;
            Some((index, at, gradients[at].to_f64()))
        });
        match (first, self.policy) {
            (None, _) => self.screen_zeros(work),
            (Some(_), NonFinite::Skip) => {
                self.report.skipped += 1;
                Ok(false)
            }
            (Some((index, at, value)), _) => {
                let tensor = self.layout.tensors()[index].name.clone();
                Err(OptimError::TooLarge { tensor, index: at, value })
            }
        }
    }

    /// Whether everything up to the first barrier, that included, stays finite at this gradient. A barrier that squares nothing (a
    /// clip by norm, say) makes gradients small.
    fn takes(&self, gradient: T) -> bool {
        let Some((input, finite)) = self.first_update(None, gradient) else { return true };
        let barrier = self.stages.iter().find_map(|stage| match stage {
            Stage::Barrier(barrier) => Some(barrier),
            Stage::Sweep(_) => None,
        });
        finite && (reduce::all_square(&[input]) || barrier.is_none_or(|barrier| !barrier.squares()))
    }

    /// What the first sweep makes of `gradient` with the state of element `at`, or with that of a first update, and whether all of
    /// it is finite. Nothing where a barrier comes first that squares nothing.
    fn first_update(&self, at: Option<usize>, gradient: T) -> Option<(T, bool)> {
        let sweeps = match self.stages.first()? {
            Stage::Sweep(sweeps) => sweeps.as_slice(),
            Stage::Barrier(barrier) if barrier.squares() => &[],
            Stage::Barrier(_) => return None,
        };
        let (mut input, mut finite) = (gradient, true);
        for sweep in sweeps.iter().filter(|sweep| !sweep.is_idle()) {
            let (update, fine) = sweep.first_update(at, input);
            (input, finite) = (update, finite && fine);
        }
        Some((input, finite))
    }

    /// Refuses or leaves out a step in which the update of an element would be 0 / 0: its gradient is 0, so are all before, and
    /// the rule adds no epsilon to the root it divides by.
    fn screen_zeros(&mut self, work: &Work<'_, T>) -> Result<bool, OptimError> {
        let mut without_epsilon = false;
        self.hyperparameters(&mut |name, value| {
            // The epsilon under the root is 0 in most rules that have one.
            without_epsilon |= name.starts_with("epsilon") && name != "epsilon_root" && *value == 0.0
        });
        if !without_epsilon || self.takes(T::ZERO) {
            return Ok(true);
        }
        let found = (0..work.len()).find_map(|k| {
            let (index, gradients) = work.gradients(k);
            let start = self.layout.tensors()[index].range.start;
            let stuck = |&at: &usize| {
                gradients[at] == T::ZERO
                    && self.first_update(Some(start + at), T::ZERO).is_some_and(|(_, finite)| !finite)
            };
            Some((index, (0..gradients.len()).find(stuck)?))
        });
        match (found, self.policy) {
            (None, _) => Ok(true),
            (Some(_), NonFinite::Skip) => {
                self.report.skipped += 1;
                Ok(false)
            }
            (Some((index, at)), _) => {
                let tensor = self.layout.tensors()[index].name.clone();
                Err(OptimError::ZeroOverZero { tensor, index: at })
            }
        }
    }

    /// One update of the tensors of `work`, which are of this layout. With `out`, updates go there (a buffer of the layout
    /// that a step is given) instead of being subtracted.
    pub(crate) fn advance(&mut self, work: &mut Work<'_, T>, mut out: Option<&mut [T]>) {
        if work.len() == 0 {
            return;
        }
        let base = self.base_rate();
        let rate = base.unwrap_or(1.0);
        let first = work.gradients(0).0;
        let agree = self.counts.windows(2).all(|pair| pair[0] == pair[1])
            && self.stages.iter().all(|stage| match stage {
                Stage::Sweep(sweeps) => sweeps.iter().all(|sweep| sweep.agrees()),
                Stage::Barrier(_) => true,
            });
        let mut stages = std::mem::take(&mut self.stages);
        let mut updates = std::mem::take(&mut self.updates);
        let mut working = std::mem::take(&mut self.working);
        let mut factors = std::mem::take(&mut self.factors);
        let mut unscheduled = std::mem::take(&mut self.unscheduled);
        let (mut filled, mut scaled, mut clipped) = (false, false, false);
        let mut sums = Sums::default();
        let passes = stages.len();
        for (position, stage) in stages.iter_mut().enumerate() {
            let last = position + 1 == passes && out.is_none();
            match stage {
                Stage::Barrier(barrier) => {
                    if barrier.rewrites() && !filled || scaled {
                        self.fill(work, &mut updates, filled, scaled.then_some(factors.as_slice()));
                        filled = true;
                    }
                    factors.fill(1.0);
                    let moment = self.moment(self.counts[first], rate);
                    scale_hyperparameters(barrier.as_mut(), &self.scheduled, &mut unscheduled);
                    let this = &*self;
                    let rates = |index: usize| {
                        let count = this.counts[index];
                        let factor = this.factor("learning_rate", count);
                        Moment { factor, ..Moment::new(count + 1, rate * factor) }
                    };
                    let all = |_: usize| moment;
                    barrier.settle(&mut Items {
                        work,
                        tensors: self.layout.tensors(),
                        updates: filled.then_some(&mut updates[..]),
                        rewrites: barrier.rewrites(),
                        factors: &mut factors,
                        moment: if agree { &all } else { &rates },
                        clipped: &mut clipped,
                        threads: self.threads,
                    });
                    restore_hyperparameters(barrier.as_mut(), &unscheduled);
                    scaled = factors.iter().any(|&factor| factor != 1.0);
                }
                Stage::Sweep(sweeps)
                    if position + 1 < passes && sweeps.iter().all(|sweep| sweep.is_idle()) => {}
                Stage::Sweep(sweeps) => {
                    let same_factor = !scaled || factors.windows(2).all(|pair| pair[0] == pair[1]);
                    let by_tensor = sweeps.iter().any(|sweep| sweep.by_tensor());
                    let together = agree && work.is_whole() && same_factor && !by_tensor;
                    let factor = |index: usize| if scaled { T::from_f64(factors[index]) } else { T::ONE };
                    if agree {
                        let moment = self.moment(self.counts[first], rate);
                        for sweep in sweeps.iter_mut() {
                            sweep.prepare(first, &moment, &self.scheduled);
                            if work.is_whole() || self.count_together {
                                sweep.spread(first);
                            }
                        }
                        if !(work.is_whole() || self.count_together) {
                            // Others of this update remember for themselves.
                            for sweep in sweeps.iter_mut().filter(|sweep| sweep.memory_count() > 0) {
                                for k in 1..work.len() {
                                    sweep.prepare(work.gradients(k).0, &moment, &self.scheduled);
                                }
                            }
                        }
                    }
                    let segments = if together { self.runs.len() } else { work.len() };
                    for k in 0..segments {
                        let (index, range, parameters, gradients) = if together {
                            let Work::Whole { parameters, gradients, .. } = &mut *work else { continue };
                            let (start, range) = self.runs[k].clone();
                            let outer = start..start + range.len();
                            (first, range, &mut parameters[outer.clone()], &gradients[outer])
                        } else {
                            let (index, parameters, gradients) = work.tensor(k);
                            (index, self.layout.tensors()[index].range.clone(), parameters, gradients)
                        };
                        if !agree {
                            let moment = self.moment(self.counts[index], rate);
                            sweeps
                                .iter_mut()
                                .for_each(|sweep| sweep.prepare(index, &moment, &self.scheduled));
                        }
                        let between = (!updates.is_empty()).then(|| &mut updates[range.clone()]);
                        let segment = Segment {
                            range,
                            parameters,
                            gradients,
                            updates: between,
                            filled,
                            factor: factor(index),
                            last,
                        };
                        sums.add(run(sweeps, segment, &mut working, self.threads, self.measuring && last));
                    }
                    (filled, scaled) = (true, false);
                }
            }
        }
        if let Some(out) = &mut out {
            for (tensor, place) in self.layout.tensors().iter().zip(self.places.iter()) {
                out[place.clone()].copy_from_slice(&updates[tensor.range.clone()]);
            }
        }
        (self.stages, self.updates, self.working, self.factors) = (stages, updates, working, factors);
        self.unscheduled = unscheduled;
        self.finish(work, base, sums, clipped);
    }

    /// Puts the gradients (or the updates so far), times the factors, where a barrier can rewrite them.
    fn fill(&self, work: &Work<'_, T>, updates: &mut [T], filled: bool, factors: Option<&[f64]>) {
        for k in 0..work.len() {
            let (index, gradients) = work.gradients(k);
            let target = &mut updates[self.layout.tensors()[index].range.clone()];
            if !filled {
                target.copy_from_slice(gradients);
            }
            if let Some(factors) = factors {
                let factor = T::from_f64(factors[index]);
                target.iter_mut().for_each(|update| *update *= factor);
            }
        }
    }

    fn finish(&mut self, work: &mut Work<'_, T>, base: Option<f64>, sums: Sums, clipped: bool) {
        // An element between two tensors stays 0, whatever a rule makes of 0 / 0.
        if let Work::Whole { parameters, places, .. } = work {
            for pair in places.windows(2) {
                if pair[0].end < pair[1].start && pair[1].start - pair[0].end < 16 {
                    parameters[pair[0].end..pair[1].start].fill(T::ZERO);
                }
            }
        }
        let rate = base.map(|base| base * self.factor("learning_rate", self.counts[work.gradients(0).0]));
        if self.count_together {
            self.counts.iter_mut().for_each(|count| *count += 1);
        } else {
            (0..work.len()).for_each(|k| self.counts[work.gradients(k).0] += 1);
        }
        let total = &mut self.report.total;
        (total.learning_rate, total.clipped) = (rate, clipped);
        total.gradient_norm = sums.gradient.sqrt();
        total.update_norm = sums.update.sqrt();
        total.parameter_norm = sums.parameter.sqrt();
        self.report.step = self.counts.iter().copied().max().unwrap_or(0);
    }
}

/// Multiplies scheduled hyper-parameters for one update, and puts all of them into `before` as they were.
fn scale_hyperparameters<T: Real>(
    barrier: &mut dyn Barrier<T>,
    factors: &[(&'static str, f64)],
    before: &mut Vec<f64>,
) {
    before.clear();
    barrier.hyperparameters(&mut |name, value| {
        before.push(*value);
        for (_, factor) in factors.iter().filter(|(scheduled, _)| *scheduled == name) {
            *value *= factor;
        }
    });
}

/// Gives the hyper-parameters the values `before`.
fn restore_hyperparameters<T: Real>(barrier: &mut dyn Barrier<T>, before: &[f64]) {
    let mut before = before.iter();
    barrier.hyperparameters(&mut |_, value| *value = before.next().copied().unwrap_or(*value));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Composer;
    use crate::barrier::{Barrier, Items};
    use std::sync::Arc;
    use thalweg_arena::Layout;

    /// Multiplies updates by the last of its twenty hyper-parameters.
    #[derive(Clone)]
    struct Twenty([f64; 20]);

    impl Barrier<f64> for Twenty {
        fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
            for (number, value) in self.0.iter_mut().enumerate() {
                visit(if number < 19 { "other" } else { "last" }, value);
            }
        }

        fn settle(&mut self, items: &mut Items<'_, '_, f64>) {
            let factor = self.0[19];
            items.for_each(|item| *item.factor = factor);
        }
    }

    #[test]
    fn the_twentieth_hyperparameter_of_a_barrier_is_scheduled_and_restored_too() {
        let halved = Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 };
        let composer = Composer::new(Arc::new(Layout::flat(1)));
        let passes = composer.barrier(Twenty([1.0; 20])).rule(Sgd { learning_rate: 1.0 }).build();
        let mut passes: Passes<f64> = passes.with_schedule_of("last", halved).unwrap();
        let mut parameters = [0.0];
        for parameter in [-1.0, -1.5, -1.75] {
            passes.step(&mut parameters, &[1.0]).unwrap();
            assert_eq!(parameters, [parameter]);
        }
    }
    use crate::rules::Sgd;
    use crate::{Optimizer, Schedule, Shape};

    #[test]
    fn the_report_says_the_rate_that_was_used() {
        let halved = Schedule { shape: Shape::Exponential { decay: 0.5 }, warmup: 0 };
        let mut passes = Passes::<f64>::flat(Sgd { learning_rate: 0.5 }, 1).with_schedule(halved);
        let mut parameters = [0.0];
        for (parameter, rate) in [(-0.5, 0.5), (-0.75, 0.25), (-0.875, 0.125)] {
            passes.step(&mut parameters, &[1.0]).unwrap();
            assert_eq!((parameters[0], passes.report().total.learning_rate), (parameter, Some(rate)));
        }
    }
}
