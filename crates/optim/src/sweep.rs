//! An elementwise stage at work: a rule, its buffers, and the constants of the update under way.

use crate::kernels::Inputs;
use crate::packed::PackedColumns;
use crate::rule::MEMORY;
use crate::state::Dither;
use crate::{Moment, Role};
use std::ops::Range;
use thalweg_arena::Arena;
use thalweg_lanes::Real;

/// Names of hyper-parameters and what a schedule multiplies each by at this update.
pub(crate) type Factors<'a> = [(&'a str, f64)];

/// A rule whose type is forgotten: what a pass holds a list of.
///
/// Calls go through a table once a block or once a sweep, never once an element.
pub(crate) trait Sweep<T: Real>: Part<T> {
    fn state_names(&self) -> Vec<&'static str>;
    fn hyperparameters(&mut self, visit: &mut dyn FnMut(&'static str, &mut f64));
    /// Keeps hyper-parameters of these names from being set and scheduled: they mean those of another stage.
    fn hide(&mut self, names: &[&'static str]);
    fn looks_ahead(&self) -> bool;
    fn averages(&self) -> bool;
    /// Whether it would change nothing.
    fn is_idle(&self) -> bool;
    /// Returns what the rule makes of `input` at an update of a parameter at 0, and whether that and its state are finite. The state
    /// before is that of element `at`, or that of a first update.
    fn first_update(&self, at: Option<usize>, input: T) -> (T, bool);
    /// What the update that was prepared comes to.
    fn role(&self) -> Role<T>;
    /// Whether its state is in the parameters' own type: its loop then does what comes [`After`], and others can keep an
    /// average for it.
    fn is_full(&self) -> bool {
        false
    }

    /// Whether every tensor remembers the same, so that one preparation serves all.
    fn agrees(&self) -> bool;
    /// Computes the constants of the update of `tensor` at `now`, and remembers what is to be remembered.
    fn prepare(&mut self, tensor: usize, now: &Moment, factors: &Factors<'_>);
    /// Gives every tensor the memory of `tensor`.
    fn spread(&mut self, tensor: usize);
    /// What is remembered of each tensor, in the order of the layout.
    fn memories(&self) -> &[[f64; MEMORY]];
    /// The same, to fill it.
    fn memories_mut(&mut self) -> &mut [[f64; MEMORY]];
    /// How many of those numbers are in use.
    fn memory_count(&self) -> usize;

    /// Gives every buffer room for `elements` and forgets the state: for state that is kept elsewhere.
    fn make_room(&mut self, elements: usize) {
        let _ = elements;
    }

    /// Whether a range must lie in one tensor and start at a multiple of the packed block from its start.
    fn by_tensor(&self) -> bool {
        false
    }
    /// The same work cut up for several threads; `cuts` are in order and do not overlap.
    fn parts<'a>(&'a mut self, cuts: &[Range<usize>]) -> Vec<Box<dyn Part<T> + 'a>>;

    /// Replaces the parameters in `point` by where the next gradient is wanted.
    fn look_ahead(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]);
    /// Replaces the parameters in `point` by what to evaluate with.
    fn average(&mut self, range: &Range<usize>, now: &Moment, factors: &Factors<'_>, point: &mut [T]);

    /// State in the parameters' own type.
    fn arenas(&self) -> &[Arena<T>];
    fn arenas_mut(&mut self) -> &mut [Arena<T>];
    /// State in fewer bits.
    fn packed(&self) -> &[crate::packed::PackedArena] {
        &[]
    }
    fn packed_mut(&mut self) -> &mut [crate::packed::PackedArena] {
        &mut []
    }
}

/// What one thread works on: a whole sweep, or a cut of one, from whose start ranges count.
pub(crate) trait Part<T: Real>: Send {
    /// Whether [`transform`](Self::transform) takes inputs to which something is still to be done.
    fn dresses(&self) -> bool {
        false
    }
    /// Writes to `updates` what this stage makes of `inputs`: gradients, or the updates of the stage before, as they are unless it
    /// [dresses](Self::dresses) them.
    fn transform(
        &mut self,
        range: &Range<usize>,
        parameters: &[T],
        inputs: &Inputs<'_, T>,
        updates: &mut [T],
    );
    /// Subtracts what this stage makes of `inputs` from the parameters, and does what comes `after`.
    fn apply(
        &mut self,
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        after: &mut After<'_, T>,
    );

    /// The same with state that is packed, where a loop was compiled for that; else false, and nothing done.
    fn apply_packed(
        &mut self,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
        columns: PackedColumns<'_, '_, T>,
        dither: Dither,
    ) -> bool {
        let _ = (parameters, inputs, columns, dither);
        false
    }

    /// Shows every buffer of its state with its number.
    fn columns<'a>(&'a mut self, range: &Range<usize>, visit: &mut dyn FnMut(usize, &'a mut [T]));
}

/// What the stages behind the one that subtracts would do, to be done in its loop.
pub(crate) struct After<'a, T> {
    /// The share of the parameters to add to the updates.
    pub(crate) decay: Option<T>,
    /// An average of the parameters to keep: its values, and what of them remains and the parameters add.
    pub(crate) average: Option<(&'a mut [T], [T; 2])>,
}

impl<T> After<'_, T> {
    pub(crate) fn is_nothing(&self) -> bool {
        self.decay.is_none() && self.average.is_none()
    }
}

/// `visit` for names that are not hidden.
pub(crate) fn visible(
    hidden: &[&'static str],
    visit: &mut dyn FnMut(&'static str, &mut f64),
) -> impl FnMut(&'static str, &mut f64) {
    move |name, value| {
        if !hidden.contains(&name) {
            visit(name, value);
        }
    }
}

/// The pieces of `whole` that `cuts` (in order, not overlapping) name.
pub(crate) fn cut<'a, V>(mut whole: &'a mut [V], cuts: &[Range<usize>]) -> Vec<&'a mut [V]> {
    let mut done = 0;
    let mut pieces = Vec::with_capacity(cuts.len());
    for range in cuts {
        let (piece, rest) = std::mem::take(&mut whole).split_at_mut(range.end - done);
        pieces.push(&mut piece[range.start - done..]);
        (whole, done) = (rest, range.end);
    }
    pieces
}
