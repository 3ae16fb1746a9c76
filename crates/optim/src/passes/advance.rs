//! One step: gradients screened, then every pass over all tensors.

use super::{Passes, Progress, Stage};
use crate::barrier::{Barrier, Items, Survey};
use crate::report::NonFinite;
use crate::segment::{Segment, Sums, run};
use crate::sweep::Sweep;
use crate::work::Work;
use crate::{Moment, OptimError};
use thalweg_lanes::{Buffer, Real, reduce};

/// What lies between two stages of an update.
struct Between<T: Real> {
    updates: Buffer<T>,
    working: Buffer<T>,
    factors: Vec<f64>,
}

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
        let mut whole = None;
        loop {
            whole = self.proceed(work, out.as_deref_mut(), whole);
            if whole.is_none() {
                return;
            }
        }
    }

    /// The same as far as it goes without the tensors of other groups: begins an update, or goes on with one when `whole` is the sum
    /// that it asked for. Returns what has to be summed next, or `None` at the end.
    pub(crate) fn proceed(
        &mut self,
        work: &mut Work<'_, T>,
        out: Option<&mut [T]>,
        mut whole: Option<Survey>,
    ) -> Option<Survey> {
        if work.len() == 0 {
            return None;
        }
        let mut progress = self.begun.take().unwrap_or_else(|| self.begin());
        let mut stages = std::mem::take(&mut self.stages);
        let mut buffers = Between {
            updates: std::mem::take(&mut self.updates),
            working: std::mem::take(&mut self.working),
            factors: std::mem::take(&mut self.factors),
        };
        let (passes, mut asked) = (stages.len(), None);
        while asked.is_none() && progress.position < passes {
            let last = progress.position + 1 == passes;
            match &mut stages[progress.position] {
                Stage::Barrier(barrier) => {
                    asked = self.settle(barrier.as_mut(), work, &mut buffers, &mut progress, whole.take());
                }
                Stage::Sweep(sweeps) if !last && sweeps.iter().all(|sweep| sweep.is_idle()) => {}
                Stage::Sweep(sweeps) => {
                    self.sweep(sweeps, work, &mut buffers, &mut progress, last && out.is_none());
                }
            }
            progress.position += usize::from(asked.is_none());
        }
        let Between { updates, working, factors } = buffers;
        (self.stages, self.updates, self.working, self.factors) = (stages, updates, working, factors);
        if asked.is_some() {
            self.begun = Some(progress);
            return asked;
        }
        if let Some(out) = out {
            for (tensor, place) in self.layout.tensors().iter().zip(self.places.iter()) {
                out[place.clone()].copy_from_slice(&self.updates[tensor.range.clone()]);
            }
        }
        self.finish(work, progress.base, progress.sums, progress.clipped);
        None
    }

    fn begin(&mut self) -> Progress {
        let agree = self.counts.windows(2).all(|pair| pair[0] == pair[1])
            && self.stages.iter().all(|stage| match stage {
                Stage::Sweep(sweeps) => sweeps.iter().all(|sweep| sweep.agrees()),
                Stage::Barrier(_) => true,
            });
        Progress {
            position: 0,
            base: self.base_rate(),
            agree,
            filled: false,
            scaled: false,
            clipped: false,
            sums: Sums::default(),
        }
    }

    /// Lets a barrier do its work, unless it first has to know what other tensors come to: then returns what it asks for.
    fn settle(
        &mut self,
        barrier: &mut dyn Barrier<T>,
        work: &mut Work<'_, T>,
        buffers: &mut Between<T>,
        progress: &mut Progress,
        whole: Option<Survey>,
    ) -> Option<Survey> {
        let rate = progress.base.unwrap_or(1.0);
        if whole.is_none() {
            if barrier.rewrites() && !progress.filled || progress.scaled {
                let factors = progress.scaled.then_some(buffers.factors.as_slice());
                self.fill(work, &mut buffers.updates, progress.filled, factors);
                (progress.filled, progress.scaled) = (true, false);
            }
            buffers.factors.fill(1.0);
        }
        let moment = self.moment(self.counts[work.gradients(0).0], rate);
        let mut unscheduled = std::mem::take(&mut self.unscheduled);
        scale_hyperparameters(barrier, &self.scheduled, &mut unscheduled);
        let this = &*self;
        let rates = |index: usize| {
            let count = this.counts[index];
            let factor = this.factor("learning_rate", count);
            Moment { factor, ..Moment::new(count + 1, rate * factor) }
        };
        let all = |_: usize| moment;
        let mut items = Items {
            work,
            tensors: self.layout.tensors(),
            updates: progress.filled.then_some(&mut buffers.updates[..]),
            rewrites: barrier.rewrites(),
            factors: &mut buffers.factors,
            moment: if progress.agree { &all } else { &rates },
            clipped: &mut progress.clipped,
            threads: self.threads,
            whole: whole.map_or([0.0; 2], |survey| survey.sums),
        };
        let asked = if whole.is_none() { barrier.survey(&mut items) } else { None };
        if asked.is_none() {
            barrier.settle(&mut items);
            progress.scaled = buffers.factors.iter().any(|&factor| factor != 1.0);
        }
        restore_hyperparameters(barrier, &unscheduled);
        self.unscheduled = unscheduled;
        asked
    }

    /// One sweep through elementwise stages.
    fn sweep(
        &mut self,
        sweeps: &mut [Box<dyn Sweep<T>>],
        work: &mut Work<'_, T>,
        buffers: &mut Between<T>,
        progress: &mut Progress,
        last: bool,
    ) {
        let Between { updates, working, factors } = buffers;
        let Progress { agree, filled, scaled, .. } = *progress;
        let (rate, first) = (progress.base.unwrap_or(1.0), work.gradients(0).0);
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
                sweeps.iter_mut().for_each(|sweep| sweep.prepare(index, &moment, &self.scheduled));
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
            progress.sums.add(run(sweeps, segment, working, self.threads, self.measuring && last));
        }
        (progress.filled, progress.scaled) = (true, false);
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
