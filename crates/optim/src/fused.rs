//! A rule whose state is in the parameters' own type.

use crate::any_rule::{AnyRule, Buffers, Facts, Scale, has_all_loops};
use crate::kernels::Inputs;
use crate::packed::PackedColumns;
use crate::rule::MEMORY;
use crate::state::Dither;
use crate::sweep::{After, Factors, Part, Sweep, cut, visible};
use crate::{Moment, Role};
use std::ops::Range;
use std::sync::Arc;
use thalweg_arena::{Arena, Layout};
use thalweg_lanes::Real;

/// A rule with its state in the parameters' own type.
pub(crate) struct Fused<T: Real> {
    rule: Box<dyn AnyRule<T>>,
    facts: Facts,
    arenas: Vec<Arena<T>>,
    /// What is remembered of each tensor; empty for a rule that remembers nothing.
    memory: Vec<[f64; MEMORY]>,
    /// Hyper-parameters that cannot be set from outside.
    hidden: Vec<&'static str>,
}

impl<T: Real> Fused<T> {
    pub(crate) fn new(rule: Box<dyn AnyRule<T>>, layout: &Arc<Layout>) -> Self {
        let facts = rule.facts();
        let arenas = arenas(layout, &facts.initial_state);
        Self { memory: memory(&facts, layout), hidden: Vec::new(), rule, facts, arenas }
    }

    /// With buffers for `elements` only: for state that is kept elsewhere.
    pub(crate) fn with_room(rule: Box<dyn AnyRule<T>>, layout: &Arc<Layout>, elements: usize) -> Self {
        let facts = rule.facts();
        let arenas = arenas(&Arc::new(Layout::flat(elements)), &vec![0.0; facts.initial_state.len()]);
        Self { memory: memory(&facts, layout), hidden: Vec::new(), rule, facts, arenas }
    }

    fn buffers<'b>(&'b mut self, range: &'b Range<usize>) -> (&'b dyn AnyRule<T>, Buffers<'b, 'static, T>) {
        (self.rule.as_ref(), Buffers::Whole(self.arenas.iter_mut(), range))
    }

    /// `now` with what is remembered of the first tensor, to compute constants without remembering.
    fn peek(&self, now: &Moment) -> Moment {
        Moment { memory: self.memory.first().copied().unwrap_or_default(), ..*now }
    }
}

/// A buffer of `layout` for each value, filled with it.
fn arenas<T: Real>(layout: &Arc<Layout>, values: &[f64]) -> Vec<Arena<T>> {
    let arena = |&value: &f64| {
        let mut arena = Arena::zeros(layout.clone());
        if value != 0.0 {
            arena.values_mut().fill(T::from_f64(value));
        }
        arena
    };
    values.iter().map(arena).collect()
}

/// Room for what is remembered of each tensor.
fn memory(facts: &Facts, layout: &Layout) -> Vec<[f64; MEMORY]> {
    vec![[0.0; MEMORY]; if facts.memories > 0 { layout.tensors().len() } else { 0 }]
}

/// For each of `cuts`, that piece of every buffer.
fn cut_all<'a, T: Real>(arenas: &'a mut [Arena<T>], cuts: &[Range<usize>]) -> Vec<Vec<&'a mut [T]>> {
    let mut columns: Vec<Vec<&'a mut [T]>> = cuts.iter().map(|_| Vec::new()).collect();
    for arena in arenas {
        for (columns, slice) in columns.iter_mut().zip(cut(arena.values_mut(), cuts)) {
            columns.push(slice);
        }
    }
    columns
}

impl<T: Real> Part<T> for Fused<T> {
    fn dresses(&self) -> bool {
        has_all_loops::<T>()
    }

    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    ) {
        let (rule, mut state) = self.buffers(range);
        rule.transform(parameters, inputs, updates, &mut state);
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
    ) {
        let (rule, mut state) = self.buffers(range);
        rule.apply(parameters, inputs, after, &mut state);
    }

    fn apply_packed(
        &mut self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        columns: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        self.rule.apply_packed(parameters, inputs, columns, dither)
    }

    fn columns<'a>(&'a mut self, range: &Range<usize>, visit: &mut dyn FnMut(usize, &'a mut [T])) {
        for (number, arena) in self.arenas.iter_mut().enumerate() {
            visit(number, &mut arena.values_mut()[range.clone()]);
        }
    }
}

impl<T: Real> Sweep<T> for Fused<T> {
    fn state_names(&self) -> Vec<&'static str> {
        self.facts.state_names.clone()
    }

    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64)) {
        self.rule.hyperparameters(&mut visible(&self.hidden, visit));
    }

    fn hide(&mut self, names: &[&'static str]) {
        self.hidden = names.to_vec();
    }

    fn looks_ahead(&self) -> bool {
        self.facts.looks_ahead
    }

    fn averages(&self) -> bool {
        self.facts.averages
    }

    fn is_idle(&self) -> bool {
        self.rule.is_idle()
    }

    fn first_update(&self, at: Option<usize>, input: T) -> (T, bool) {
        let mut state: Vec<Arena<T>> = arenas(&Arc::new(Layout::flat(1)), &self.facts.initial_state);
        if let Some(at) = at {
            let pairs = state.iter_mut().zip(&self.arenas);
            pairs.for_each(|(arena, own)| arena.values_mut()[0] = own.values()[at]);
        }
        let mut update = [T::ZERO];
        let (range, input) = (0..1, [input]);
        let mut buffers = Buffers::Whole(state.iter_mut(), &range);
        self.rule.transform(&[T::ZERO], &Inputs::plain(&input), &mut update, &mut buffers);
        let finite = state.iter().all(|arena| arena.values()[0].is_finite());
        (update[0], finite && update[0].is_finite())
    }

    fn role(&self) -> Role<T> {
        self.rule.role()
    }

    fn is_full(&self) -> bool {
        true
    }

    fn agrees(&self) -> bool {
        self.memory.windows(2).all(|pair| pair[0].map(f64::to_bits) == pair[1].map(f64::to_bits))
    }

    fn prepare(&mut self, tensor: usize, now: &Moment, factors: &Factors<'_>) {
        let scale = Scale { factors, hidden: &self.hidden };
        match self.memory.get_mut(tensor) {
            Some(memory) => *memory = self.rule.prepare(&Moment { memory: *memory, ..*now }, &scale),
            None => {
                self.rule.prepare(now, &scale);
            }
        }
    }

    fn spread(&mut self, tensor: usize) {
        if let Some(&memory) = self.memory.get(tensor) {
            self.memory.fill(memory);
        }
    }

    fn memories(&self) -> &[[f64; MEMORY]] {
        &self.memory
    }

    fn memories_mut(&mut self) -> &mut [[f64; MEMORY]] {
        &mut self.memory
    }

    fn memory_count(&self) -> usize {
        self.facts.memories
    }

    fn make_room(&mut self, elements: usize) {
        self.arenas = arenas(&Arc::new(Layout::flat(elements)), &vec![0.0; self.arenas.len()]);
    }

    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>> {
        let rule = self.rule.as_ref();
        let part = |columns| Box::new(FusedPart { rule, columns }) as Box<dyn Part<T> + 'a>;
        cut_all(&mut self.arenas, cuts).into_iter().map(part).collect()
    }

    fn look_ahead(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let now = self.peek(now);
        let scale = Scale { factors, hidden: &self.hidden };
        let mut state = Buffers::Whole(self.arenas.iter_mut(), range);
        self.rule.look_ahead(&now, &scale, point, &mut state);
    }

    fn average(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]) {
        let now = self.peek(now);
        let scale = Scale { factors, hidden: &self.hidden };
        let mut state = Buffers::Whole(self.arenas.iter_mut(), range);
        self.rule.average(&now, &scale, point, &mut state);
    }

    fn arenas(&self) -> &[Arena<T>] {
        &self.arenas
    }

    fn arenas_mut(&mut self) -> &mut [Arena<T>] {
        &mut self.arenas
    }
}

/// A cut of such a sweep.
struct FusedPart<'a, T: Real> {
    rule: &'a dyn AnyRule<T>,
    columns: Vec<&'a mut [T]>,
}

impl<'a, T: Real> FusedPart<'a, T> {
    fn buffers<'b>(&'b mut self, range: &'b Range<usize>) -> Buffers<'b, 'a, T> {
        Buffers::Cut(self.columns.iter_mut(), range)
    }
}

impl<T: Real> Part<T> for FusedPart<'_, T> {
    fn dresses(&self) -> bool {
        has_all_loops::<T>()
    }

    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    ) {
        self.rule.transform(parameters, inputs, updates, &mut self.buffers(range));
    }

    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
    ) {
        self.rule.apply(parameters, inputs, after, &mut self.buffers(range));
    }

    fn apply_packed(
        &mut self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        columns: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        self.rule.apply_packed(parameters, inputs, columns, dither)
    }

    fn columns<'b>(&'b mut self, range: &Range<usize>, visit: &mut dyn FnMut(usize, &'b mut [T])) {
        let stretches = self.columns.iter_mut().map(|column| &mut column[range.clone()]);
        stretches.enumerate().for_each(|(number, values)| visit(number, values));
    }
}
