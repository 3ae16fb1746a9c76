//! One table of names, shapes and ranges for every buffer of a model.

use crate::ArenaError;
use std::collections::HashMap;
use std::ops::Range;

/// Tensors start at multiples of this many elements: a cache line of `f32`.
const STRIDE: usize = 16;

/// One tensor of a [`Layout`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Unique within the layout.
    pub name: String,
    /// Extents, row-major; empty for a scalar.
    pub shape: Vec<usize>,
    /// The range of its elements in each buffer.
    pub range: Range<usize>,
}

impl Tensor {
    /// Returns the number of elements: the product of the extents.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Returns whether an extent is 0.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}

/// Names, shapes and ranges of the tensors in a buffer, in the order they were added.
///
/// Each tensor starts on a cache line; the elements between tensors are padding that stays 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    tensors: Vec<Tensor>,
    /// The index of each tensor by its name.
    by_name: HashMap<String, usize>,
    len: usize,
}

impl Layout {
    /// Creates a layout without tensors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a layout of one vector of `len` elements called `parameters`, for plain slices.
    pub fn flat(len: usize) -> Self {
        let name = "parameters";
        let tensor = Tensor { name: name.into(), shape: vec![len], range: 0..len };
        Self { tensors: vec![tensor], by_name: [(name.into(), 0)].into(), len }
    }

    /// Appends a tensor and returns its index.
    ///
    /// # Errors
    /// [`ArenaError::DuplicateName`], and [`ArenaError::TooLarge`] when the elements cannot be counted.
    pub fn add(&mut self, name: impl Into<String>, shape: &[usize]) -> Result<usize, ArenaError> {
        let name = name.into();
        if self.find(&name).is_some() {
            return Err(ArenaError::DuplicateName(name));
        }
        let size = shape.iter().try_fold(1usize, |product, &extent| product.checked_mul(extent));
        let start = self.len.next_multiple_of(STRIDE);
        // Half the address space in bytes of the largest element: far beyond any memory, and no sum below overflows.
        let limit = isize::MAX as usize / size_of::<f64>() / 2;
        let end = size.and_then(|size| start.checked_add(size)).filter(|&end| end <= limit);
        let Some(end) = end else {
            return Err(ArenaError::TooLarge { name, shape: display_shape(shape) });
        };
        self.by_name.insert(name.clone(), self.tensors.len());
        self.tensors.push(Tensor { name, shape: shape.to_vec(), range: start..end });
        self.len = end;
        Ok(self.tensors.len() - 1)
    }

    /// Returns the tensors in the order they were added.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// Returns the tensor called `name`.
    pub fn find(&self, name: &str) -> Option<&Tensor> {
        self.by_name.get(name).map(|&index| &self.tensors[index])
    }

    /// Returns the length of a buffer of this layout, padding between tensors included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of elements of all tensors, without padding.
    pub fn elements(&self) -> usize {
        self.tensors.iter().map(Tensor::len).sum()
    }
}

/// Returns a shape as text: `[128, 784]`.
pub fn display_shape(shape: &[usize]) -> String {
    format!("{shape:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_start_on_cache_lines_in_order() {
        let mut layout = Layout::new();
        layout.add("W1", &[3, 5]).unwrap();
        layout.add("b1", &[5]).unwrap();
        layout.add("scalar", &[]).unwrap();
        layout.add("none", &[0, 7]).unwrap();
        let ranges: Vec<_> = layout.tensors().iter().map(|tensor| tensor.range.clone()).collect();
        assert_eq!(ranges, [0..15, 16..21, 32..33, 48..48]);
        assert_eq!(layout.elements(), 21);
        assert_eq!(layout.len(), 48);
        assert_eq!(layout.find("b1").unwrap().shape, [5]);
    }

    #[test]
    fn repeated_names_and_absurd_shapes_are_refused() {
        let mut layout = Layout::new();
        layout.add("W", &[2]).unwrap();
        assert!(matches!(layout.add("W", &[3]), Err(ArenaError::DuplicateName(name)) if name == "W"));
        assert!(matches!(layout.add("V", &[usize::MAX, 2]), Err(ArenaError::TooLarge { .. })));
        assert!(matches!(layout.add("V", &[usize::MAX]), Err(ArenaError::TooLarge { .. })));
        assert_eq!(layout.tensors().len(), 1);
    }
}
