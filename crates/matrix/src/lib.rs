//! Matrix products and eigenvectors of symmetric matrices: the one room that knows the library computing them.
#![forbid(unsafe_code)]

mod eigen;
mod gemm;
mod zeros;

pub use eigen::{orthonormal, orthonormal_columns, symmetric_eigen};
pub use gemm::{Element, Matrix, MatrixMut, gemm, gemm_on};
pub use zeros::{NarrowData, gemm_of_data_on, gemm_of_narrow_data_on};
