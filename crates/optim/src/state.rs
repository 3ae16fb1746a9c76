//! What a rule remembers of each parameter, and the buffers it is kept in.

use std::ops::Range;
use thalweg_lanes::Real;

/// The state of one parameter: nothing, a few numbers, or the states of two rules of a chain.
///
/// Each number has a buffer of its own, shaped like the parameters (structure of arrays), so that a sweep reads and
/// writes every buffer in order.
pub trait State<T: Real>: Copy {
    /// Numbers a parameter, and so buffers.
    const BUFFERS: usize;
    /// The part of each buffer that a sweep works on.
    type Columns<'a>: Send;
    /// Takes this state's columns from the front of `slices`, one a buffer.
    fn columns<'a>(slices: &mut dyn Iterator<Item = &'a mut [T]>) -> Self::Columns<'a>;
    /// `range` of each column.
    fn window<'a>(columns: &'a mut Self::Columns<'_>, range: &Range<usize>) -> Self::Columns<'a>;
    /// Shortens each column to `n` elements, which tells the compiler that `i < n` is in bounds.
    fn trim(columns: &mut Self::Columns<'_>, n: usize);
    /// The state of element `i`.
    fn load(columns: &Self::Columns<'_>, i: usize) -> Self;
    /// Writes the state of element `i`.
    fn store(self, columns: &mut Self::Columns<'_>, i: usize);
}

impl<T: Real> State<T> for () {
    const BUFFERS: usize = 0;
    type Columns<'a> = ();
    fn columns(_: &mut dyn Iterator<Item = &mut [T]>) {}
    #[inline]
    fn window((): &mut (), _: &Range<usize>) {}
    #[inline(always)]
    fn trim((): &mut (), _: usize) {}
    #[inline(always)]
    fn load((): &(), _: usize) {}
    #[inline(always)]
    fn store(self, (): &mut (), _: usize) {}
}

impl<T: Real, const N: usize> State<T> for [T; N] {
    const BUFFERS: usize = N;
    type Columns<'a> = [&'a mut [T]; N];
    fn columns<'a>(slices: &mut dyn Iterator<Item = &'a mut [T]>) -> Self::Columns<'a> {
        std::array::from_fn(|_| slices.next().expect("a pass has as many buffers as its rule's state"))
    }
    #[inline]
    fn window<'a>(columns: &'a mut Self::Columns<'_>, range: &Range<usize>) -> Self::Columns<'a> {
        let mut columns = columns.iter_mut();
        std::array::from_fn(|_| &mut columns.next().expect("there are N columns")[range.clone()])
    }
    #[inline(always)]
    fn trim(columns: &mut Self::Columns<'_>, n: usize) {
        for column in columns {
            let whole = std::mem::take(column);
            *column = &mut whole[..n];
        }
    }
    #[inline(always)]
    fn load(columns: &Self::Columns<'_>, i: usize) -> Self {
        std::array::from_fn(|k| columns[k][i])
    }
    #[inline(always)]
    fn store(self, columns: &mut Self::Columns<'_>, i: usize) {
        for k in 0..N {
            columns[k][i] = self[k];
        }
    }
}

impl<T: Real, A: State<T>, B: State<T>> State<T> for (A, B) {
    const BUFFERS: usize = A::BUFFERS + B::BUFFERS;
    type Columns<'a> = (A::Columns<'a>, B::Columns<'a>);
    fn columns<'a>(slices: &mut dyn Iterator<Item = &'a mut [T]>) -> Self::Columns<'a> {
        (A::columns(slices), B::columns(slices))
    }
    #[inline]
    fn window<'a>(columns: &'a mut Self::Columns<'_>, range: &Range<usize>) -> Self::Columns<'a> {
        (A::window(&mut columns.0, range), B::window(&mut columns.1, range))
    }
    #[inline(always)]
    fn trim(columns: &mut Self::Columns<'_>, n: usize) {
        A::trim(&mut columns.0, n);
        B::trim(&mut columns.1, n);
    }
    #[inline(always)]
    fn load(columns: &Self::Columns<'_>, i: usize) -> Self {
        (A::load(&columns.0, i), B::load(&columns.1, i))
    }
    #[inline(always)]
    fn store(self, columns: &mut Self::Columns<'_>, i: usize) {
        self.0.store(&mut columns.0, i);
        self.1.store(&mut columns.1, i);
    }
}
