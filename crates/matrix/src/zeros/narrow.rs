//! Data in 32 bits in products of another type.

use super::masks::mask;
use super::{FEWEST, NARROWEST, Product, SIDE};
use crate::views::{Matrix, MatrixMut};
use thalweg_lanes::{Kernel, Real, dispatch};

/// Rows of data in 32 bits, one for each example, with a bit for each element that says whether it is anything but 0.
#[derive(Debug, Default)]
pub struct NarrowData {
    values: Vec<f32>,
    /// For the first [`SIDE`] columns a mask for each row, then for the next ones.
    masks: Vec<u64>,
    examples: usize,
    there: usize,
}

impl NarrowData {
    /// Takes over the rows of so many examples. Allocates nothing where there were as many before.
    pub fn fill(&mut self, values: &[f32], examples: usize) {
        let blocks = (values.len() / examples.max(1)).div_ceil(SIDE);
        self.values.clear();
        self.masks.clear();
        self.values.extend_from_slice(values);
        self.masks.resize(blocks * examples, 0);
        self.examples = examples;
        dispatch(Masks { values, examples, masks: &mut self.masks });
        self.there = self.masks.iter().map(|mask| mask.count_ones() as usize).sum();
    }

    /// The elements, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Returns whether [`gemm_of_narrow_data_on`](crate::gemm_of_narrow_data_on) is faster than the dense product with a matrix of so many columns.
    pub fn pays(&self, columns: usize) -> bool {
        columns >= NARROWEST && self.examples >= FEWEST && self.there <= self.values.len() / 4
    }
}

struct Masks<'a> {
    values: &'a [f32],
    examples: usize,
    masks: &'a mut [u64],
}

impl Kernel for Masks<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let width = self.values.len() / self.examples.max(1);
        for (row, values) in self.values.chunks_exact(width.max(1)).enumerate() {
            for (block, values) in values.chunks(SIDE).enumerate() {
                self.masks[block * self.examples + row] = mask::<f32, 16>(values);
            }
        }
    }
}

/// [`gemm_of_narrow_data_on`](crate::gemm_of_narrow_data_on), once for each type.
pub(crate) fn product_of_narrow_data<T: Real>(
    threads: usize,
    data: &NarrowData,
    transposed: bool,
    b: Matrix<'_, T>,
    mut c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    let NarrowData { values, masks, examples, there } = data;
    let width = values.len() / (*examples).max(1);
    let (rows, inner) = if transposed { (width, *examples) } else { (*examples, width) };
    let (b_rows, columns) = b.extents();
    assert_eq!(inner, b_rows, "the left factor has as many columns as the right one rows");
    let Some((b, false)) = b.stored() else { panic!("the right factor lies in one piece, row after row") };
    let c = c.whole(rows, columns).expect("the result has the extents of the product and lies in one piece");
    if c.is_empty() {
        return;
    }
    Product {
        data: values,
        known: Some(masks),
        transposed,
        there: *there,
        b,
        rows,
        inner,
        columns,
        accumulate,
    }
    .write(threads, c);
}
