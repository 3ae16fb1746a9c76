//! Which stage of a sweep does what in an update: some do part of it for their neighbours.

use crate::Role;
use crate::any_rule::has_all_loops;
use crate::kernels::{Inputs, unbounded};
use crate::sweep::{After, Part, Sweep};
use std::ops::Range;
use thalweg_lanes::Real;

/// The most stages that a sweep has: a bit each.
pub(crate) const MOST: usize = u64::BITS as usize;

/// Stages of one sweep, by their places in it.
pub(crate) struct Roles<T> {
    /// The stages that hand updates on, a bit each.
    through: u64,
    /// The stage that comes after those and subtracts, or hands on to the next pass.
    pub(crate) last: Option<usize>,
    /// Whether it subtracts.
    subtracts: bool,
    /// The bound of what the first stage reads, or infinity.
    pub(crate) largest: T,
    /// What the last stage does for those behind it: the share of a decay, and the place and shares of an average.
    decay: Option<T>,
    average: Option<(usize, [T; 2])>,
}

impl<T: Real> Roles<T> {
    /// For at most [`MOST`] stages, prepared for the update, the last of which `subtracts` from the parameters or hands on.
    pub(crate) fn of(stages: &[Box<dyn Sweep<T>>], subtracts: bool) -> Self {
        let role = |stage: usize| if stages[stage].is_idle() { Role::Rest } else { stages[stage].role() };
        let active = (0..stages.len()).filter(|&stage| role(stage) != Role::Rest);
        let mut bits = active.fold(0u64, |bits, stage| bits | 1 << stage);
        let (mut decay, mut average) = (None, None);
        if subtracts {
            let does_more = |bits: u64| highest(bits).is_some_and(|stage| stages[stage].is_full());
            if has_all_loops::<T>()
                && let Some(stage) = highest(bits)
                && let Role::Average { keep, take } = role(stage)
                && stages[stage].is_full()
                && does_more(bits ^ 1 << stage)
            {
                (average, bits) = (Some((stage, [keep, take])), bits ^ 1 << stage);
            }
            if let Some(stage) = highest(bits)
                && let Role::Decay(share) = role(stage)
                && does_more(bits ^ 1 << stage)
            {
                (decay, bits) = (Some(share), bits ^ 1 << stage);
            }
        }
        // The first stage leaves its bound to the one that reads next, if that does not keep an average: such a loop bounds nothing.
        let (mut largest, fewest) = (unbounded(), u32::from(average.is_some()));
        if let Some(stage) = lowest(bits)
            && let Role::Bound(bound) = role(stage)
            && (bits ^ 1 << stage).count_ones() > fewest
        {
            (largest, bits) = (bound, bits ^ 1 << stage);
        }
        let last = highest(bits);
        let through = last.map_or(0, |last| bits ^ 1 << last);
        Self { through, last, subtracts, largest, decay, average }
    }

    /// The stages that hand updates on, in order.
    pub(crate) fn through(&self) -> impl Iterator<Item = usize> {
        let mut bits = self.through;
        std::iter::from_fn(move || {
            let stage = lowest(bits);
            bits &= bits.wrapping_sub(1);
            stage
        })
    }

    /// Whether one loop does everything, from gradients to parameters.
    pub(crate) fn is_one_loop(&self) -> bool {
        self.subtracts && self.through == 0 && self.last.is_some()
    }

    /// Lets the last stage subtract what it makes of `inputs`.
    pub(crate) fn finish<P: Part<T> + ?Sized>(
        &self,
        stages: &mut [Box<P>],
        range: &Range<usize>,
        parameters: &mut [T],
        inputs: &Inputs<'_, T>,
    ) {
        let Some(last) = self.last else { return };
        let (stages, behind) = stages.split_at_mut(last + 1);
        let mut average = None;
        if let Some((stage, shares)) = self.average {
            // The state of an average is one number.
            behind[stage - last - 1].columns(range, &mut |_, column| average = Some((column, shares)));
        }
        let mut after = After { decay: self.decay, average };
        stages[last].apply(range, parameters, inputs, &mut after);
    }
}

/// The place of the first stage of some.
fn lowest(bits: u64) -> Option<usize> {
    (bits != 0).then_some(bits.trailing_zeros() as usize)
}

/// The place of the last stage of some.
fn highest(bits: u64) -> Option<usize> {
    bits.checked_ilog2().map(|place| place as usize)
}
