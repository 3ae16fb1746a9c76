//! Matrix products and eigenvectors of symmetric matrices: the one crate that knows the library computing them.
//!
//! ```
//! use thalweg_matrix::{Matrix, MatrixMut, gemm, symmetric_eigen};
//!
//! let (a, x, mut y) = ([2.0f64, 1.0, 1.0, 2.0], [1.0, 1.0], [0.0; 2]);
//! gemm(Matrix::new(&a, 2, 2), Matrix::new(&x, 2, 1), MatrixMut::new(&mut y, 2, 1), false);
//! assert_eq!(y, [3.0, 3.0]);
//!
//! let (values, _vectors) = symmetric_eigen(&a, 2).expect("finite values");
//! assert!((values[0] - 1.0).abs() < 1e-12 && (values[1] - 3.0).abs() < 1e-12);
//! ```
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

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
