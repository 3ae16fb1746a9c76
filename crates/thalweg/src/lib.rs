#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod prelude;

pub use thalweg_arena as arena;
pub use thalweg_data as data;
pub use thalweg_lab as lab;
pub use thalweg_lanes as lanes;
pub use thalweg_nn as nn;
pub use thalweg_optim as optim;
#[cfg(feature = "report")]
pub use thalweg_pages as pages;
#[cfg(feature = "report")]
pub use thalweg_report as report;
pub use thalweg_train as train;
#[cfg(feature = "download")]
pub use thalweg_web as web;
pub use thalweg_workloads as workloads;
