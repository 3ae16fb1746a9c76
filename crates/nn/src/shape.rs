//! Shapes: values that are compared once, when a node is added, and made concrete when a plan fixes the batch.

use std::fmt;

/// Stands for the number of examples in a shape: `[BATCH, 784]`. No tensor has this extent.
pub const BATCH: usize = usize::MAX;

/// One extent of a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// The number of examples, fixed when a plan is made.
    Batch,
    /// A number of elements, known when the graph is built.
    Fixed(usize),
}

impl From<usize> for Dim {
    /// [`BATCH`] becomes [`Dim::Batch`].
    fn from(extent: usize) -> Self {
        if extent == BATCH { Dim::Batch } else { Dim::Fixed(extent) }
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dim::Batch => f.write_str("batch"),
            Dim::Fixed(extent) => extent.fmt(f),
        }
    }
}

/// The extents of a node's value, row-major; empty for a single number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape(Vec<Dim>);

impl Shape {
    /// Returns the shape of a single number.
    pub fn scalar() -> Self {
        Self(Vec::new())
    }

    /// Returns the extents.
    pub fn dims(&self) -> &[Dim] {
        &self.0
    }

    /// Returns the number of extents.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// Returns the last extent, the length of a row; `None` for a single number.
    pub fn last(&self) -> Option<Dim> {
        self.0.last().copied()
    }

    /// Returns this shape without its last extent.
    pub fn rows(&self) -> Shape {
        Self(self.0.iter().copied().take(self.0.len().saturating_sub(1)).collect())
    }

    /// Returns this shape with another last extent.
    pub fn with_last(&self, last: Dim) -> Shape {
        let mut shape = self.rows();
        shape.0.push(last);
        shape
    }

    /// Returns this shape with one more extent at the end.
    pub fn with_one_more(&self, last: Dim) -> Shape {
        let mut shape = self.clone();
        shape.0.push(last);
        shape
    }

    /// Returns the extents when there are `batch` examples.
    pub fn resolve(&self, batch: usize) -> Vec<usize> {
        let extent = |dim: &Dim| match *dim {
            Dim::Batch => batch,
            Dim::Fixed(extent) => extent,
        };
        self.0.iter().map(extent).collect()
    }
}

impl From<&[usize]> for Shape {
    fn from(extents: &[usize]) -> Self {
        Self(extents.iter().map(|&extent| extent.into()).collect())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<_> = self.0.iter().map(Dim::to_string).collect();
        write!(f, "[{}]", dims.join(", "))
    }
}

/// Returns the extent of a row of a concrete shape: its last extent, 1 for a single number.
pub(crate) fn row_length(shape: &[usize]) -> usize {
    shape.last().copied().unwrap_or(1)
}

/// Returns the number of elements of a concrete shape.
pub(crate) fn elements(shape: &[usize]) -> usize {
    shape.iter().product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_batch_is_a_symbol_until_it_is_resolved() {
        let shape = Shape::from(&[BATCH, 784][..]);
        assert_eq!(shape.to_string(), "[batch, 784]");
        assert_eq!(shape.resolve(32), [32, 784]);
        assert_eq!(shape.rows().dims(), [Dim::Batch]);
        assert_eq!(shape.with_last(Dim::Fixed(10)).to_string(), "[batch, 10]");
        assert_eq!(Shape::scalar().to_string(), "[]");
        assert_eq!(Shape::scalar().rows(), Shape::scalar());
    }
}
