//! Tensors by name.

use thalweg_arena::Arena;
use thalweg_nn::Element;

/// A tensor's name, shape and values, row-major.
pub type Tensor<T> = (String, Vec<usize>, Vec<T>);

/// Returns the tensors of an arena, without the padding between them.
pub(super) fn tensors_of<T: Element>(arena: &Arena<T>) -> Vec<Tensor<T>> {
    let all = arena.layout().tensors().iter();
    all.map(|tensor| {
        (tensor.name.clone(), tensor.shape.clone(), arena.values()[tensor.range.clone()].to_vec())
    })
    .collect()
}
