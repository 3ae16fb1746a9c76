//! The numbers that networks are made of, and their products: compiled here, once for each type, and linked by everybody else.

use crate::gemm::product;
use crate::views::{Matrix, MatrixMut};
use crate::zeros::{NarrowData, product_of_data, product_of_narrow_data};
use thalweg_lanes::Real;

/// A number that networks are made of: `f32` or `f64`.
pub trait Element: Real {
    /// c = a b, or c += a b if `accumulate`; see [`gemm_on`].
    #[doc(hidden)]
    fn gemm(
        a: Matrix<'_, Self>,
        b: Matrix<'_, Self>,
        c: MatrixMut<'_, Self>,
        accumulate: bool,
        threads: usize,
    );

    /// See [`gemm_of_data_on`].
    #[doc(hidden)]
    fn gemm_of_data(
        a: Matrix<'_, Self>,
        b: Matrix<'_, Self>,
        c: MatrixMut<'_, Self>,
        accumulate: bool,
        threads: usize,
    );

    /// See [`gemm_of_narrow_data_on`].
    #[doc(hidden)]
    fn gemm_of_narrow_data(
        data: &NarrowData,
        transposed: bool,
        b: Matrix<'_, Self>,
        c: MatrixMut<'_, Self>,
        accumulate: bool,
        threads: usize,
    );
}

macro_rules! element {
    ($type:ty) => {
        impl Element for $type {
            fn gemm(
                a: Matrix<'_, Self>,
                b: Matrix<'_, Self>,
                c: MatrixMut<'_, Self>,
                accumulate: bool,
                threads: usize,
            ) {
                product(a, b, c, accumulate, threads);
            }

            fn gemm_of_data(
                a: Matrix<'_, Self>,
                b: Matrix<'_, Self>,
                mut c: MatrixMut<'_, Self>,
                accumulate: bool,
                threads: usize,
            ) {
                if !product_of_data(threads, a, b, &mut c, accumulate) {
                    product(a, b, c, accumulate, threads);
                }
            }

            fn gemm_of_narrow_data(
                data: &NarrowData,
                transposed: bool,
                b: Matrix<'_, Self>,
                c: MatrixMut<'_, Self>,
                accumulate: bool,
                threads: usize,
            ) {
                product_of_narrow_data(threads, data, transposed, b, c, accumulate);
            }
        }
    };
}
element!(f32);
element!(f64);

/// c = a b, or c += a b if `accumulate`.
///
/// # Panics
/// If the extents do not fit each other or their slices.
pub fn gemm<T: Element>(a: Matrix<'_, T>, b: Matrix<'_, T>, c: MatrixMut<'_, T>, accumulate: bool) {
    T::gemm(a, b, c, accumulate, 1);
}

/// [`gemm`] on so many threads, where the product is large enough for them. The result does not depend on their number.
///
/// # Panics
/// As [`gemm`].
pub fn gemm_on<T: Element>(
    threads: usize,
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    T::gemm(a, b, c, accumulate, threads);
}

/// [`gemm_on`] for a left factor that is data, or the transpose of data: if three quarters of it are zeros, they are skipped.
///
/// The sums are then added up in another order than the dense product's, so their last bits differ. A right factor that is not
/// finite everywhere spoils what it spoils there: nothing is skipped where it is not.
///
/// # Panics
/// As [`gemm_on`].
pub fn gemm_of_data_on<T: Element>(
    threads: usize,
    data: Matrix<'_, T>,
    b: Matrix<'_, T>,
    c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    T::gemm_of_data(data, b, c, accumulate, threads);
}

/// [`gemm_of_data_on`] for data in 32 bits, or their transpose, and everything else in another type: each
/// element is widened where it is used, which saves the memory of all others. Zeros are skipped, however few there are.
///
/// # Panics
/// If the extents do not fit each other or their slices, something lies between the rows of a matrix, or the right factor is
/// transposed.
pub fn gemm_of_narrow_data_on<T: Element>(
    threads: usize,
    data: &NarrowData,
    transposed: bool,
    b: Matrix<'_, T>,
    c: MatrixMut<'_, T>,
    accumulate: bool,
) {
    T::gemm_of_narrow_data(data, transposed, b, c, accumulate, threads);
}
