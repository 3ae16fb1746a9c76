//! Sweeps and barriers in order: the optimizer that every rule becomes.

mod advance;
mod optimizer;
mod points;

use crate::barrier::{Barrier, Survey};
use crate::composer::Composer;
use crate::report::{GroupReport, NonFinite, StepReport};
use crate::segment::{Sums, WORKING};
use crate::sweep::Sweep;
use crate::work::{Work, check_length};
use crate::{Hyperparameter, Moment, OptimError, Rule, Schedule};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::Layout;
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
    /// The hyper-parameters that there are by the specification that this was built from; empty where there was none.
    described: Vec<Hyperparameter>,
    /// What a plateau (or anything else that looks at the loss) multiplies the rate by.
    scale: f64,
    counts: Vec<u64>,
    /// Whether a tensor that sits out a step is counted with the others, as keras and optax count.
    count_together: bool,
    /// Updates between passes; empty where there is one pass only.
    updates: Buffer<T>,
    working: Buffer<T>,
    factors: Vec<f64>,
    /// Names and factors of scheduled hyper-parameters at this update.
    scheduled: Vec<(&'static str, f64)>,
    /// The hyper-parameters of the barrier at work, before their schedules.
    unscheduled: Vec<f64>,
    policy: NonFinite,
    threads: usize,
    measuring: bool,
    report: StepReport,
    /// An update that waits for what the tensors of other groups come to.
    begun: Option<Progress>,
}

/// How far an update has come.
pub(crate) struct Progress {
    /// The stage that comes next.
    position: usize,
    base: Option<f64>,
    /// Whether all tensors have had as many updates.
    agree: bool,
    /// Whether what the stages made of the gradients is in the buffer of updates.
    filled: bool,
    /// Whether the factors of the tensors are still to be multiplied in.
    scaled: bool,
    clipped: bool,
    sums: Sums,
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
        // A barrier reads what a stage before it left, and may rewrite gradients; a second sweep reads what the first left.
        let between = stages.iter().enumerate().any(|(position, stage)| match stage {
            Stage::Sweep(_) => position > 0 && matches!(stages[position - 1], Stage::Sweep(_)),
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
            unscheduled: Vec::new(),
            schedule: Schedule::default(),
            schedules: Vec::new(),
            described: Vec::new(),
            scale: 1.0,
            policy: NonFinite::default(),
            threads: 1,
            measuring: false,
            report: StepReport::default(),
            begun: None,
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

    /// The same with the hyper-parameters that its specification has: no other can be set, and none outside its domain.
    pub(crate) fn described(mut self, hyperparameters: Vec<Hyperparameter>) -> Self {
        self.described = hyperparameters;
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
    /// [`OptimError::Unknown`] if no stage has a hyper-parameter of that name, [`OptimError::Fixed`] if it cannot change.
    pub fn with_schedule_of(mut self, name: &str, schedule: Schedule) -> Result<Self, OptimError> {
        if name == "learning_rate" {
            return Ok(self.with_schedule(schedule));
        }
        self.known(name)?;
        self.schedule_of(name, schedule);
        Ok(self)
    }

    /// Puts a schedule of hyper-parameter `name`, which is known, in place of what it had.
    pub(crate) fn schedule_of(&mut self, name: &str, schedule: Schedule) {
        self.schedules.retain(|(known, _)| known != name);
        self.schedules.push((name.to_string(), schedule));
        self.schedule_names();
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

    /// Refuses a name that no stage has, and one that is fixed.
    pub(crate) fn known(&mut self, wanted: &str) -> Result<(), OptimError> {
        let names = self.hyperparameter_names();
        if names.contains(&wanted) {
            return Ok(());
        }
        if self.described.iter().any(|known| known.name == wanted) {
            return Err(OptimError::Fixed(wanted.to_string()));
        }
        let suggestion = hint(wanted, names);
        Err(OptimError::Unknown { kind: "hyper-parameter", name: wanted.to_string(), suggestion })
    }

    /// The rate that the rule was given, before any schedule.
    pub(crate) fn base_learning_rate(&mut self) -> Option<f64> {
        self.base_rate()
    }

    /// The names of all hyper-parameters that can change.
    pub(crate) fn hyperparameter_names(&mut self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.hyperparameters(&mut |name, _| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        let described = &self.described;
        names.retain(|name| described.is_empty() || described.iter().any(|known| known.name == *name));
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

    fn check_whole(&self, parameters: usize, gradients: usize) -> Result<(), OptimError> {
        check_length("the slice of parameters", parameters, self.outer_len)?;
        check_length("the slice of gradients", gradients, self.outer_len)
    }

    /// The last step of this group, for the report of all.
    pub(crate) fn group_report(&self) -> &GroupReport {
        &self.report.total
    }

    /// [`screen`](Self::screen) of whole buffers.
    pub(crate) fn screen_whole(&mut self, gradients: &[T]) -> Result<bool, OptimError> {
        let places = self.places.clone();
        self.screen(&Work::Whole { parameters: &mut [], gradients, places: &places })
    }

    /// [`advance`](Self::advance) over whole buffers.
    pub(crate) fn advance_whole(&mut self, parameters: &mut [T], gradients: &[T], out: Option<&mut [T]>) {
        let places = self.places.clone();
        self.advance(&mut Work::Whole { parameters, gradients, places: &places }, out);
    }

    /// [`proceed`](Self::proceed) over whole buffers.
    pub(crate) fn proceed_whole(
        &mut self,
        parameters: &mut [T],
        gradients: &[T],
        whole: Option<Survey>,
    ) -> Option<Survey> {
        let places = self.places.clone();
        self.proceed(&mut Work::Whole { parameters, gradients, places: &places }, None, whole)
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
