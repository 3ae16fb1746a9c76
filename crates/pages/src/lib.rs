//! The pages of results: what a comparison, a training run, a study or a search found, in English and Korean.
//!
//! Each page has a function of its name that takes what was found and the language: [`comparison()`], [`training()`], [`study()`],
//! [`range_test()`], [`sweep()`], [`trajectory()`], [`networks()`]. It returns a [`Page`](thalweg_report::Page), which the caller
//! writes where it likes. The module of the same name has the tables of that page, for the terminal and for files.
//! [`publication`] has tables for papers.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod comparison;
mod distributions;
mod error;
mod landscape;
mod network;
mod number;
pub mod publication;
pub mod range_test;
pub mod study;
pub mod sweep;
mod time;
pub mod training;
mod trajectory;

pub use comparison::page as comparison;
pub use error::PageError;
pub use network::page as networks;
pub use number::{number, rounded};
pub use range_test::page as range_test;
pub use study::page as study;
pub use sweep::page as sweep;
pub use time::time;
pub use training::page as training;
pub use trajectory::page as trajectory;
