//! Matrices in slices.

/// A matrix in a slice, row-major, or the transpose of one.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    pub(crate) values: &'a [T],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// From the beginning of one row to that of the next.
    pub(crate) stride: usize,
    pub(crate) transposed: bool,
}

impl<'a, T> Matrix<'a, T> {
    /// The matrix whose rows follow one another in `values`, which holds `rows` x `columns` elements.
    pub fn new(values: &'a [T], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, stride: columns, transposed: false }
    }

    /// The matrix whose rows begin `stride` elements apart, as the columns of a larger one do: the last row need not be followed
    /// by anything.
    pub fn with_stride(values: &'a [T], rows: usize, columns: usize, stride: usize) -> Self {
        Self { values, rows, columns, stride, transposed: false }
    }

    /// The transpose, without moving an element.
    pub fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    /// Rows and columns.
    pub(crate) fn extents(&self) -> (usize, usize) {
        if self.transposed { (self.columns, self.rows) } else { (self.rows, self.columns) }
    }

    /// The elements as they are stored, one row after the other, and whether those rows are the matrix' columns; `None` if
    /// something lies between them.
    pub(crate) fn stored(&self) -> Option<(&'a [T], bool)> {
        let whole = self.stride == self.columns && self.values.len() == self.rows * self.columns;
        whole.then_some((self.values, self.transposed))
    }
}

/// A matrix in a slice, row-major, to be written.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    pub(crate) values: &'a mut [T],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) stride: usize,
}

impl<'a, T> MatrixMut<'a, T> {
    /// The matrix whose rows follow one another in `values`, which holds `rows` x `columns` elements.
    pub fn new(values: &'a mut [T], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, stride: columns }
    }

    /// The matrix whose rows begin `stride` elements apart; what lies between them is not touched.
    pub fn with_stride(values: &'a mut [T], rows: usize, columns: usize, stride: usize) -> Self {
        Self { values, rows, columns, stride }
    }

    /// The elements, one row after the other, if there are so many rows and columns and nothing lies between them.
    pub(crate) fn whole(&mut self, rows: usize, columns: usize) -> Option<&mut [T]> {
        let whole = (self.rows, self.columns, self.stride) == (rows, columns, columns);
        (whole && self.values.len() == rows * columns).then_some(&mut *self.values)
    }
}
