//! What one update is about: all tensors of an arena, or some tensors from anywhere.

use crate::OptimError;
use std::ops::Range;
use thalweg_arena::Layout;

/// One tensor's part in an update of tensors that do not lie in one buffer.
#[derive(Debug)]
pub struct Slot<'a, T> {
    /// The tensor's place in the optimizer's layout.
    pub index: usize,
    /// Its parameters.
    pub parameters: &'a mut [T],
    /// Its gradient, of the same length.
    pub gradients: &'a [T],
}

/// The tensors of one update.
pub(crate) enum Work<'a, T> {
    /// Every tensor; `places` says where each lies in the two buffers.
    Whole { parameters: &'a mut [T], gradients: &'a [T], places: &'a [Range<usize>] },
    /// These tensors.
    Some(Vec<Slot<'a, T>>),
}

impl<T> Work<'_, T> {
    /// How many tensors take part.
    pub(crate) fn len(&self) -> usize {
        match self {
            Work::Whole { places, .. } => places.len(),
            Work::Some(slots) => slots.len(),
        }
    }

    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Work::Whole { .. })
    }

    /// Number `k` of the tensors: its place in the layout, parameters and gradients.
    pub(crate) fn tensor(&mut self, k: usize) -> (usize, &mut [T], &[T]) {
        match self {
            Work::Whole { parameters, gradients, places } => {
                let place = places[k].clone();
                (k, &mut parameters[place.clone()], &gradients[place])
            }
            Work::Some(slots) => {
                let slot = &mut slots[k];
                (slot.index, slot.parameters, slot.gradients)
            }
        }
    }

    /// The gradients of number `k`, and its place in the layout.
    pub(crate) fn gradients(&self, k: usize) -> (usize, &[T]) {
        match self {
            Work::Whole { gradients, places, .. } => (k, &gradients[places[k].clone()]),
            Work::Some(slots) => (slots[k].index, slots[k].gradients),
        }
    }
}

/// Refuses a slice of another length than `expected`.
pub(crate) fn check_length(what: &str, found: usize, expected: usize) -> Result<(), OptimError> {
    if found == expected {
        return Ok(());
    }
    Err(OptimError::Length { what: what.to_string(), found, expected })
}

/// Refuses slots that are not tensors of `layout`, each at most once.
pub(crate) fn check_slots<T>(slots: &[Slot<'_, T>], layout: &Layout) -> Result<(), OptimError> {
    let tensors = layout.tensors();
    for (k, slot) in slots.iter().enumerate() {
        let Some(tensor) = tensors.get(slot.index) else {
            let (index, count) = (slot.index, tensors.len());
            return Err(OptimError::OtherParameters(format!("there is no tensor {index} of {count}")));
        };
        check_length("the slice of parameters", slot.parameters.len(), tensor.len())?;
        check_length("the slice of gradients", slot.gradients.len(), tensor.len())?;
        // Slots usually come in order, and then one look suffices.
        let ascending = k == 0 || slots[k - 1].index < slot.index;
        if !ascending && slots[..k].iter().any(|other| other.index == slot.index) {
            let name = &tensor.name;
            return Err(OptimError::OtherParameters(format!("tensor `{name}` is given twice in one update")));
        }
    }
    Ok(())
}
