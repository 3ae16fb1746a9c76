//! Puts stages in order: rules into sweeps, barriers between them.

use crate::any_rule::{AnyRule, Erased, Facts};
use crate::barrier::Aside;
use crate::fused::Fused;
use crate::packed::{Format, Packed, SCALED};
use crate::passes::{Passes, Stage};
use crate::roles::MOST;
use crate::rules::names::WEIGHTS;
use crate::sweep::Sweep;
use crate::{Barrier, Rule};
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_lanes::Real;

/// Builds [`Passes`] stage by stage.
///
/// Each [`rule`](Composer::rule) is one stage and one compiled loop; rules that follow each other share a sweep and are
/// interpreted cache block by cache block, with the same bits as the chain `a.then(b)`, which is one rule and one loop.
pub struct Composer<T: Real> {
    layout: Arc<Layout>,
    stages: Vec<Stage<T>>,
    format: Format,
    count_together: bool,
    hidden: Vec<&'static str>,
}

impl<T: Real> Composer<T> {
    /// Nothing yet, for parameters of `layout`.
    pub fn new(layout: Arc<Layout>) -> Self {
        Self { layout, stages: Vec::new(), format: Format::Full, count_together: false, hidden: Vec::new() }
    }

    /// Keeps hyper-parameters of these names in the stages that follow from being set and scheduled: the rule has some of
    /// the same names, and is meant.
    pub(crate) fn hiding(mut self, names: &[&'static str]) -> Self {
        self.hidden = names.to_vec();
        self
    }

    /// How the state of the rules that follow is kept. A rule or chain that keeps weights has all of its state full: see
    /// [`Format`].
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Counts a tensor that sits out a step with the others, as keras and optax do.
    pub fn count_together(mut self, together: bool) -> Self {
        self.count_together = together;
        self
    }

    /// The layout of the parameters.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// Adds an elementwise stage.
    pub fn rule<R: Rule>(self, rule: R) -> Self {
        self.stage(Box::new(Erased::new(rule)))
    }

    fn stage(mut self, rule: Box<dyn AnyRule<T>>) -> Self {
        let Facts { state_names, initial_state, .. } = rule.facts();
        let stays_full = state_names.is_empty() || state_names.iter().any(|name| WEIGHTS.contains(name));
        let mut sweep: Box<dyn Sweep<T>> = match if stays_full { Format::Full } else { self.format } {
            Format::Full => Box::new(Fused::new(rule, &self.layout)),
            format => {
                let fused = Box::new(Fused::with_room(rule, &self.layout, SCALED));
                Box::new(Packed::new(fused, &initial_state, &self.layout, format))
            }
        };
        sweep.hide(&self.hidden);
        match self.stages.last_mut() {
            Some(Stage::Sweep(sweeps)) if sweeps.len() < MOST => sweeps.push(sweep),
            _ => self.stages.push(Stage::Sweep(vec![sweep])),
        }
        self
    }

    /// Adds a barrier.
    pub fn barrier(mut self, barrier: impl Barrier<T> + 'static) -> Self {
        let barrier: Box<dyn Barrier<T>> = match self.hidden.is_empty() {
            true => Box::new(barrier),
            false => Box::new(Aside { barrier: Box::new(barrier), hidden: self.hidden.clone() }),
        };
        self.stages.push(Stage::Barrier(barrier));
        self
    }

    /// The optimizer, with state 0.
    pub fn build(mut self) -> Passes<T> {
        // What a barrier leaves is subtracted by a last sweep, if only by an empty one.
        if !matches!(self.stages.last(), Some(Stage::Sweep(_))) {
            self.stages.push(Stage::Sweep(Vec::new()));
        }
        Passes::assemble(self.layout, self.stages, self.count_together)
    }
}
