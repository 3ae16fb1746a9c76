//! What a rule remembers of each parameter, and the buffers it is kept in.

use thalweg_lanes::Real;

/// How one buffer of state is kept: in the parameters' own type, or in fewer bits.
pub trait Storage<T: Real> {
    /// Elements after which a sweep calls [`flush`](Self::flush); the last time there may be fewer.
    const CHUNK: usize = usize::MAX;
    /// The part of a buffer that a sweep works on.
    type Column<'a>: Send;
    /// `n` elements of a column from `start`, a multiple of [`CHUNK`](Self::CHUNK).
    fn window<'a>(column: &'a mut Self::Column<'_>, start: usize, n: usize) -> Self::Column<'a>;
    /// Element `i`.
    fn load(column: &Self::Column<'_>, i: usize) -> T;
    /// Writes element `i` of buffer number `buffer`.
    fn store(column: &mut Self::Column<'_>, i: usize, value: T, dither: &Dither, buffer: usize);
    /// Completes a chunk whose elements have all been written.
    #[inline(always)]
    fn flush(column: &mut Self::Column<'_>, dither: &Dither, buffer: usize) {
        let _ = (column, dither, buffer);
    }
}

/// The parameters' own type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Full;

impl<T: Real> Storage<T> for Full {
    type Column<'a> = &'a mut [T];
    #[inline]
    fn window<'a>(column: &'a mut &mut [T], start: usize, n: usize) -> &'a mut [T] {
        // Cut in two steps, so that the compiler sees that `i < n` is in bounds.
        &mut column[start..][..n]
    }
    #[inline(always)]
    fn load(column: &&mut [T], i: usize) -> T {
        column[i]
    }
    #[inline(always)]
    fn store(column: &mut &mut [T], i: usize, value: T, _: &Dither, _: usize) {
        column[i] = value;
    }
}

/// Where the random bits of stochastic rounding come from: a hash of the update's number and an element's place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dither {
    /// The place of the first element in the whole buffer.
    place: u32,
    /// A number that follows from that of the update.
    seed: u32,
}

impl Dither {
    /// For update number `update`, elements counted from `place` of the whole buffer.
    pub(crate) fn new(update: u64, place: usize) -> Self {
        let mixed = (update as u32 ^ 0x9E37_79B9).wrapping_mul(0x85EB_CA6B);
        Self { place: place as u32, seed: mixed ^ (mixed >> 13) }
    }

    /// The same, elements counted from `start`.
    #[inline(always)]
    pub(crate) fn from(&self, start: usize) -> Self {
        Self { place: self.place.wrapping_add(start as u32), ..*self }
    }

    /// 32 random bits for element `i`, others for another `stream`.
    #[inline(always)]
    pub(crate) fn hash(&self, i: usize, stream: usize) -> u32 {
        // Two rounds of multiplication and shift: rounding asks less of its bits than a simulation would.
        let seed = self.seed.wrapping_add(0xC2B2_AE35u32.wrapping_mul(stream as u32 + 1));
        let x = (self.place.wrapping_add(i as u32) ^ seed).wrapping_mul(0x7FEB_352D);
        (x ^ (x >> 15)).wrapping_mul(0x846C_A68B)
    }
}

/// The state of one parameter: nothing, a few numbers, or the states of two rules of a chain.
///
/// Each number has a buffer of its own, shaped like the parameters (structure of arrays), so that a sweep reads and
/// writes every buffer in order.
pub trait State<T: Real>: Copy {
    /// Numbers a parameter, and so buffers.
    const BUFFERS: usize;
    /// The part of each buffer that a sweep works on.
    type Columns<'a, S: Storage<T>>: Send;
    /// Takes this state's columns from the front of `columns`, one a buffer.
    fn columns<'a, S: Storage<T>>(columns: &mut impl Iterator<Item = S::Column<'a>>) -> Self::Columns<'a, S>;
    /// `n` elements of each column from `start`.
    fn window<'a, S: Storage<T>>(
        columns: &'a mut Self::Columns<'_, S>,
        start: usize,
        n: usize,
    ) -> Self::Columns<'a, S>;
    /// The state of element `i`.
    fn load<S: Storage<T>>(columns: &Self::Columns<'_, S>, i: usize) -> Self;
    /// Writes the state of element `i`; `first` is the number of the first buffer.
    fn store<S: Storage<T>>(
        self,
        columns: &mut Self::Columns<'_, S>,
        i: usize,
        dither: &Dither,
        first: usize,
    );
    /// Completes a chunk of each column.
    fn flush<S: Storage<T>>(columns: &mut Self::Columns<'_, S>, dither: &Dither, first: usize);
}

impl<T: Real> State<T> for () {
    const BUFFERS: usize = 0;
    type Columns<'a, S: Storage<T>> = ();
    #[inline(always)]
    fn columns<'a, S: Storage<T>>(_: &mut impl Iterator<Item = S::Column<'a>>) {}
    #[inline(always)]
    fn window<S: Storage<T>>((): &mut (), _: usize, _: usize) {}
    #[inline(always)]
    fn load<S: Storage<T>>((): &(), _: usize) {}
    #[inline(always)]
    fn store<S: Storage<T>>(self, (): &mut (), _: usize, _: &Dither, _: usize) {}
    #[inline(always)]
    fn flush<S: Storage<T>>((): &mut (), _: &Dither, _: usize) {}
}

/// An array of a given length, spelt out: a loop over the buffers inside the loop over the elements would be undone too late
/// for the compiler to see that every access is in bounds.
macro_rules! buffers {
    ($count:literal $($column:ident $value:ident $k:literal),*) => {
        #[allow(unused_variables)]
        impl<T: Real> State<T> for [T; $count] {
            const BUFFERS: usize = $count;
            type Columns<'a, S: Storage<T>> = [S::Column<'a>; $count];
            #[inline(always)]
            fn columns<'a, S: Storage<T>>(
                columns: &mut impl Iterator<Item = S::Column<'a>>,
            ) -> Self::Columns<'a, S> {
                std::array::from_fn(|_| columns.next().expect("a pass has as many buffers as its rule's state"))
            }
            #[inline(always)]
            fn window<'a, S: Storage<T>>(
                columns: &'a mut Self::Columns<'_, S>,
                start: usize,
                n: usize,
            ) -> Self::Columns<'a, S> {
                let [$($column),*] = columns;
                [$(S::window($column, start, n)),*]
            }
            #[inline(always)]
            fn load<S: Storage<T>>(columns: &Self::Columns<'_, S>, i: usize) -> Self {
                let [$($column),*] = columns;
                [$(S::load($column, i)),*]
            }
            #[inline(always)]
            fn store<S: Storage<T>>(
                self,
                columns: &mut Self::Columns<'_, S>,
                i: usize,
                dither: &Dither,
                first: usize,
            ) {
                let ([$($column),*], [$($value),*]) = (columns, self);
                $(S::store($column, i, $value, dither, first + $k);)*
            }
            #[inline(always)]
            fn flush<S: Storage<T>>(columns: &mut Self::Columns<'_, S>, dither: &Dither, first: usize) {
                let [$($column),*] = columns;
                $(S::flush($column, dither, first + $k);)*
            }
        }
    };
}
buffers!(0);
buffers!(1 a u 0);
buffers!(2 a u 0, b v 1);
buffers!(3 a u 0, b v 1, c w 2);
buffers!(4 a u 0, b v 1, c w 2, d x 3);
buffers!(5 a u 0, b v 1, c w 2, d x 3, e y 4);
buffers!(6 a u 0, b v 1, c w 2, d x 3, e y 4, f z 5);

impl<T: Real, A: State<T>, B: State<T>> State<T> for (A, B) {
    const BUFFERS: usize = A::BUFFERS + B::BUFFERS;
    type Columns<'a, S: Storage<T>> = (A::Columns<'a, S>, B::Columns<'a, S>);
    #[inline(always)]
    fn columns<'a, S: Storage<T>>(columns: &mut impl Iterator<Item = S::Column<'a>>) -> Self::Columns<'a, S> {
        (A::columns::<S>(columns), B::columns::<S>(columns))
    }
    #[inline(always)]
    fn window<'a, S: Storage<T>>(
        columns: &'a mut Self::Columns<'_, S>,
        start: usize,
        n: usize,
    ) -> Self::Columns<'a, S> {
        (A::window::<S>(&mut columns.0, start, n), B::window::<S>(&mut columns.1, start, n))
    }
    #[inline(always)]
    fn load<S: Storage<T>>(columns: &Self::Columns<'_, S>, i: usize) -> Self {
        (A::load::<S>(&columns.0, i), B::load::<S>(&columns.1, i))
    }
    #[inline(always)]
    fn store<S: Storage<T>>(
        self,
        columns: &mut Self::Columns<'_, S>,
        i: usize,
        dither: &Dither,
        first: usize,
    ) {
        self.0.store::<S>(&mut columns.0, i, dither, first);
        self.1.store::<S>(&mut columns.1, i, dither, first + A::BUFFERS);
    }
    #[inline(always)]
    fn flush<S: Storage<T>>(columns: &mut Self::Columns<'_, S>, dither: &Dither, first: usize) {
        A::flush::<S>(&mut columns.0, dither, first);
        B::flush::<S>(&mut columns.1, dither, first + A::BUFFERS);
    }
}
