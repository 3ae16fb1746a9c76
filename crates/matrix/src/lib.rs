//! Matrix products and eigenvectors of symmetric matrices: the one room that knows the library computing them.
#![forbid(unsafe_code)]

mod eigen;
mod element;
mod gemm;
mod views;
mod zeros;

pub use eigen::{orthonormal, orthonormal_columns, symmetric_eigen};
pub use element::{Element, gemm, gemm_of_data_on, gemm_of_narrow_data_on, gemm_on};
pub use views::{Matrix, MatrixMut};
pub use zeros::NarrowData;
