//! Sweeps and barriers in order: the optimizer that every rule becomes.

use crate::barrier::{Barrier, Items};
use crate::composer::Composer;
use crate::packed::PackedArena;
use crate::report::{GroupReport, NonFinite, StepReport};
use crate::segment::{Segment, Sums, WORKING, run};
use crate::sweep::Sweep;
use crate::work::{Slot, Work, check_length, check_slots};
use crate::{Error, Moment, Optimizer, Rule, Schedule};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_kit::hint;
use thalweg_lanes::{Buffer, Real};

/// One step of an update: a sweep through stages, or a barrier.
pub(crate) enum Stage<T: Real> {
    /// Elementwise stages, one after the other, in one sweep.
    Sweep(Vec<Box<dyn Sweep<T>>>),
    Barrier(Box<dyn Barrier<T>>),
}

/// Stages, their state and their schedules: elementwise stages are swept together, barriers stand between sweeps.
///
/// [`Passes::new`] makes one sweep of a rule (a chain compiles to one loop); [`Composer`] puts barriers between.
pub struct Passes<T: Real> {
    layout: Arc<Layout>,
    /// Length of the buffers that a step is given, and where each tensor lies in them: those of the layout, or those of a
    /// larger layout of which this one describes a group.
    outer_len: usize,
    places: Arc<[Range<usize>]>,
    /// Stretches that lie together in both: (outer start, range in the layout).
    runs: Vec<(usize, Range<usize>)>,
    stages: Vec<Stage<T>>,
    schedule: Schedule,
    /// Schedules of other hyper-parameters.
    schedules: Vec<(String, Schedule)>,
    /// What a plateau (or anything else that looks at the loss) multiplies the rate by.
    scale: f64,
    counts: Vec<u64>,
    /// Whether a tensor that sits out a step is counted with the others, as keras and optax count.
    count_together: bool,
    /// Updates between passes; empty where there is one pass only.
    updates: Buffer<T>,
    working: Buffer<T>,
    factors: Vec<f64>,
    /// Names and values of scheduled hyper-parameters at this update.
    scheduled: Vec<(&'static str, f64)>,
    policy: NonFinite,
    threads: usize,
    measuring: bool,
    report: StepReport,
}

impl<T: Real> Passes<T> {
    /// One sweep of `rule` over parameters of `layout`, with a constant schedule and state 0.
    pub fn new<R: Rule>(rule: R, layout: Arc<Layout>) -> Self {
        Composer::new(layout).rule(rule).build()
    }

    /// One sweep of `rule` over a plain slice of `len` parameters.
    pub fn flat<R: Rule>(rule: R, len: usize) -> Self {
        Self::new(rule, Arc::new(Layout::flat(len)))
    }

    pub(crate) fn assemble(layout: Arc<Layout>, stages: Vec<Stage<T>>, count_together: bool) -> Self {
        let places: Arc<[Range<usize>]> =
            layout.tensors().iter().map(|tensor| tensor.range.clone()).collect();
        let last = stages.len().saturating_sub(1);
        let between = stages.iter().enumerate().any(|(position, stage)| match stage {
            Stage::Sweep(_) => position < last,
            Stage::Barrier(barrier) => barrier.rewrites() || position > 0,
        });
        let mut passes = Self {
            outer_len: layout.len(),
            runs: vec![(0, 0..layout.len())],
            counts: vec![0; places.len()],
            factors: vec![1.0; places.len()],
            updates: Buffer::zeros(if between { layout.len() } else { 0 }),
            working: Buffer::zeros(WORKING),
            scheduled: Vec::new(),
            schedule: Schedule::default(),
            schedules: Vec::new(),
            scale: 1.0,
            policy: NonFinite::default(),
            threads: 1,
            measuring: false,
            report: StepReport::default(),
            count_together,
            places,
            stages,
            layout,
        };
        passes.schedule_names();
        passes
    }

    /// The same for a group: tensor `i` of the layout lies at `places[i]` of buffers of `outer_len` elements.
    pub(crate) fn within(mut self, places: Vec<Range<usize>>, outer_len: usize) -> Self {
        self.runs.clear();
        for (tensor, place) in self.layout.tensors().iter().zip(&places) {
            match self.runs.last_mut() {
                // The padding between two tensors belongs to the run if it is as wide in both.
                Some((start, inner))
                    if place.start >= *start && place.start - *start == tensor.range.start - inner.start =>
                {
                    inner.end = tensor.range.end;
                }
                _ => self.runs.push((place.start, tensor.range.clone())),
            }
        }
        (self.places, self.outer_len) = (places.into(), outer_len);
        self
    }

    /// The same for [`advance`](Self::advance) with an `out`.
    pub(crate) fn transforming(mut self) -> Self {
        self.updates = Buffer::zeros(self.layout.len());
        self
    }

    /// The same with another schedule of the learning rate.
    pub fn with_schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self.schedule_names();
        self
    }

    /// The same with a schedule of hyper-parameter `name`, which multiplies its value.
    ///
    /// # Errors
    /// [`Error::Unknown`] if no stage has a hyper-parameter of that name.
    pub fn with_schedule_of(mut self, name: &str, schedule: Schedule) -> Result<Self, Error> {
        if name == "learning_rate" {
            return Ok(self.with_schedule(schedule));
        }
        self.known(name)?;
        self.schedules.retain(|(known, _)| known != name);
        self.schedules.push((name.to_string(), schedule));
        self.schedule_names();
        Ok(self)
    }

    /// Prepares the list that each update fills, so that updates allocate nothing.
    fn schedule_names(&mut self) {
        let mut names = Vec::new();
        let schedules = std::mem::take(&mut self.schedules);
        self.hyperparameters(&mut |name, _| {
            let scheduled = name == "learning_rate" || schedules.iter().any(|(known, _)| known == name);
            if scheduled && !names.iter().any(|(known, _)| *known == name) {
                names.push((name, 1.0));
            }
        });
        (self.schedules, self.scheduled) = (schedules, names);
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        for stage in &mut self.stages {
            match stage {
                Stage::Sweep(sweeps) => sweeps.iter_mut().for_each(|sweep| sweep.hyperparameters(visit)),
                Stage::Barrier(barrier) => barrier.hyperparameters(visit),
            }
        }
    }

    fn known(&mut self, wanted: &str) -> Result<(), Error> {
        let mut names = Vec::new();
        self.hyperparameters(&mut |name, _| names.push(name));
        if names.contains(&wanted) {
            return Ok(());
        }
        let suggestion = hint(wanted, names);
        Err(Error::Unknown { kind: "hyper-parameter", name: wanted.to_string(), suggestion })
    }

    /// The rate that the rule was given, before any schedule.
    pub(crate) fn base_learning_rate(&mut self) -> Option<f64> {
        self.base_rate()
    }

    /// The names of all hyper-parameters.
    pub(crate) fn hyperparameter_names(&mut self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.hyperparameters(&mut |name, _| names.push(name));
        names
    }

    fn base_rate(&mut self) -> Option<f64> {
        let mut rate = None;
        self.hyperparameters(&mut |name, value| {
            if name == "learning_rate" {
                rate.get_or_insert(*value);
            }
        });
        rate
    }

    fn factor(&self, name: &str, count: u64) -> f64 {
        if name == "learning_rate" {
            return self.schedule.factor(count) * self.scale;
        }
        self.schedules
            .iter()
            .find(|(known, _)| known == name)
            .map_or(1.0, |(_, schedule)| schedule.factor(count))
    }

    /// The moment after `count` updates, and the factors of scheduled hyper-parameters into `self.scheduled`.
    fn moment(&mut self, count: u64, base: f64) -> Moment {
        let mut scheduled = std::mem::take(&mut self.scheduled);
        scheduled.iter_mut().for_each(|(name, factor)| *factor = self.factor(name, count));
        self.scheduled = scheduled;
        let factor = self.factor("learning_rate", count);
        Moment { factor, ..Moment::new(count + 1, base * factor) }
    }

    /// Refuses or leaves out a step with gradients that are not finite, as the policy says; false to leave it out.
    pub(crate) fn screen(&mut self, work: &Work<'_, T>) -> Result<bool, Error> {
        if self.policy == NonFinite::Allow && !self.measuring {
            return Ok(true);
        }
        let finite = match work {
            Work::Whole { gradients, places, .. } if places.len() == 1 || self.runs.len() == 1 => {
                let (start, range) = self.runs.first().cloned().unwrap_or((0, 0..0));
                crate::segment::all_finite(&gradients[start..start + range.len()], self.threads)
            }
            _ => (0..work.len()).all(|k| crate::segment::all_finite(work.gradients(k).1, self.threads)),
        };
        self.report.non_finite = 0;
        if finite {
            return Ok(true);
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
        let Some((index, at, value)) = first else { return Ok(true) };
        match self.policy {
            NonFinite::Allow => Ok(true),
            NonFinite::Skip => {
                self.report.skipped += 1;
                Ok(false)
            }
            NonFinite::Refuse => Err(Error::NonFinite {
                tensor: self.layout.tensors()[index].name.clone(),
                index: at,
                value,
                count: self.report.non_finite,
            }),
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
                    let kept = scale_hyperparameters(barrier.as_mut(), &self.scheduled);
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
                    restore_hyperparameters(barrier.as_mut(), kept);
                    scaled = factors.iter().any(|&factor| factor != 1.0);
                }
                Stage::Sweep(sweeps)
                    if position + 1 < passes && !scaled && sweeps.iter().all(|sweep| sweep.is_idle()) => {}
                Stage::Sweep(sweeps) => {
                    let same_factor = !scaled || factors.windows(2).all(|pair| pair[0] == pair[1]);
                    let by_tensor = sweeps.iter().any(|sweep| sweep.by_tensor());
                    let together = agree && work.is_whole() && same_factor && !by_tensor;
                    let factor = |index: usize| scaled.then(|| T::from_f64(factors[index]));
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

    fn check_whole(&self, parameters: usize, gradients: usize) -> Result<(), Error> {
        check_length("the slice of parameters", parameters, self.outer_len)?;
        check_length("the slice of gradients", gradients, self.outer_len)
    }

    /// The last step of this group, for the report of all.
    pub(crate) fn group_report(&self) -> &GroupReport {
        &self.report.total
    }

    /// [`screen`](Self::screen) of whole buffers.
    pub(crate) fn screen_whole(&mut self, gradients: &[T]) -> Result<bool, Error> {
        let places = self.places.clone();
        self.screen(&Work::Whole { parameters: &mut [], gradients, places: &places })
    }

    /// [`advance`](Self::advance) over whole buffers.
    pub(crate) fn advance_whole(&mut self, parameters: &mut [T], gradients: &[T], out: Option<&mut [T]>) {
        let places = self.places.clone();
        self.advance(&mut Work::Whole { parameters, gradients, places: &places }, out);
    }

    /// Fills `point` (a buffer such as a step is given, holding the parameters) by what the sweeps make of it.
    pub(crate) fn visit_points(&mut self, averages: bool, point: &mut [T]) -> bool {
        let wanted = |sweep: &dyn Sweep<T>| if averages { sweep.averages() } else { sweep.looks_ahead() };
        let any = self.stages.iter().any(|stage| match stage {
            Stage::Sweep(sweeps) => sweeps.iter().any(|sweep| wanted(sweep.as_ref())),
            Stage::Barrier(_) => false,
        });
        if !any {
            return false;
        }
        let base = self.base_rate().unwrap_or(1.0);
        for index in 0..self.places.len() {
            let count = self.counts[index];
            // Averages begin with the first update; before it the parameters are all there is.
            if averages && count == 0 {
                continue;
            }
            let moment = self.moment(if averages { count - 1 } else { count }, base);
            let (range, place) = (self.layout.tensors()[index].range.clone(), self.places[index].clone());
            for stage in &mut self.stages {
                let Stage::Sweep(sweeps) = stage else { continue };
                for sweep in sweeps.iter_mut().filter(|sweep| wanted(sweep.as_ref())) {
                    let point = &mut point[place.clone()];
                    match averages {
                        true => sweep.average(&range, &moment, &self.scheduled, point),
                        false => sweep.look_ahead(&range, &moment, &self.scheduled, point),
                    }
                }
            }
        }
        true
    }
}

/// Multiplies scheduled hyper-parameters for one update; returns what they were.
fn scale_hyperparameters<T: Real>(
    barrier: &mut dyn Barrier<T>,
    factors: &[(&'static str, f64)],
) -> [f64; 16] {
    let (mut kept, mut k) = ([0.0; 16], 0);
    barrier.hyperparameters(&mut |name, value| {
        if let Some(kept) = kept.get_mut(k) {
            *kept = *value;
        }
        for (_, factor) in factors.iter().filter(|(scheduled, _)| *scheduled == name) {
            *value *= factor;
        }
        k += 1;
    });
    kept
}

fn restore_hyperparameters<T: Real>(barrier: &mut dyn Barrier<T>, kept: [f64; 16]) {
    let mut kept = kept.into_iter();
    barrier.hyperparameters(&mut |_, value| *value = kept.next().unwrap_or(*value));
}

/// The name of number `k` that a sweep remembers of a tensor.
fn memory_key(position: usize, place: usize, k: usize, tensor: &str) -> String {
    format!("memory.{position}.{place}.{k}.{tensor}")
}

impl<T: Real> Optimizer<T> for Passes<T> {
    fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn step(&mut self, parameters: &mut [T], gradients: &[T]) -> Result<(), Error> {
        self.check_whole(parameters.len(), gradients.len())?;
        if self.screen_whole(gradients)? {
            self.advance_whole(parameters, gradients, None);
        }
        Ok(())
    }

    fn step_tensors(&mut self, tensors: Vec<Slot<'_, T>>) -> Result<(), Error> {
        check_slots(&tensors, &self.layout)?;
        let mut work = Work::Some(tensors);
        if self.screen(&work)? {
            self.advance(&mut work, None);
        }
        Ok(())
    }

    fn evaluation_point(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, Error> {
        self.copied_point(false, parameters, point)
    }

    fn averaged(&mut self, parameters: &[T], point: &mut [T]) -> Result<bool, Error> {
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

    fn set(&mut self, wanted: &str, value: f64) -> Result<(), Error> {
        self.known(wanted)?;
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

impl<T: Real> Passes<T> {
    fn copied_point(&mut self, averages: bool, parameters: &[T], point: &mut [T]) -> Result<bool, Error> {
        if !averages && !self.looks_ahead() {
            return Ok(false);
        }
        check_length("the slice of parameters", parameters.len(), self.outer_len)?;
        check_length("the slice for the point", point.len(), self.outer_len)?;
        point.copy_from_slice(parameters);
        Ok(self.visit_points(averages, point))
    }
}

impl<T: Real> Stage<T> {
    fn sweeps(&self) -> &[Box<dyn Sweep<T>>] {
        match self {
            Stage::Sweep(sweeps) => sweeps,
            Stage::Barrier(_) => &[],
        }
    }

    fn sweeps_mut(&mut self) -> &mut [Box<dyn Sweep<T>>] {
        match self {
            Stage::Sweep(sweeps) => sweeps,
            Stage::Barrier(_) => &mut [],
        }
    }
}
