//! One buffer and the layout that gives its elements names.

use crate::{Layout, Tensor};
use std::sync::Arc;
use thalweg_lanes::{Buffer, Real};

/// One buffer of `T` described by a [`Layout`]: all parameters of a model, or all gradients, or one optimizer state.
#[derive(Clone, Debug)]
pub struct Arena<T: Real> {
    layout: Arc<Layout>,
    values: Buffer<T>,
}

impl<T: Real> Arena<T> {
    /// Creates an arena of zeros.
    pub fn zeros(layout: Arc<Layout>) -> Self {
        let values = Buffer::zeros(layout.len());
        Self { layout, values }
    }

    /// Returns the table of names, shapes and ranges.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// Returns every element, padding included, for a sweep over all of them.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Returns every element, padding included, to be written. Leave padding at 0.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// Returns the elements of the tensor called `name`, row-major.
    pub fn get(&self, name: &str) -> Option<&[T]> {
        self.layout.find(name).map(|tensor| &self.values[tensor.range.clone()])
    }

    /// Returns the elements of the tensor called `name`, row-major, to be written.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut [T]> {
        let range = self.layout.find(name)?.range.clone();
        Some(&mut self.values[range])
    }

    /// Returns each tensor with its elements, in the order of the layout.
    pub fn tensors(&self) -> impl Iterator<Item = (&Tensor, &[T])> {
        self.layout.tensors().iter().map(|tensor| (tensor, &self.values[tensor.range.clone()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reach_the_elements() {
        let mut layout = Layout::new();
        layout.add("W", &[2, 2]).unwrap();
        layout.add("b", &[2]).unwrap();
        let mut arena = Arena::<f64>::zeros(Arc::new(layout));
        arena.get_mut("b").unwrap().copy_from_slice(&[1.0, 2.0]);
        assert_eq!(arena.values()[16..18], [1.0, 2.0]);
        assert_eq!(arena.get("W"), Some(&[0.0; 4][..]));
        assert!(arena.get("c").is_none());
        let sizes: Vec<_> =
            arena.tensors().map(|(tensor, values)| (tensor.name.as_str(), values.len())).collect();
        assert_eq!(sizes, [("W", 4), ("b", 2)]);
    }
}
