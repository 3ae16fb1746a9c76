/*!
The native half of the Python package `thalweg`.

An update walks through one file a stage: [`entries`] reads the dicts, [`value`] says what an entry is, [`overlap`]
refuses entries that share memory, [`roster`] compares them with those of the first update, and [`lend`] hands contiguous
arrays to the core as they are and copies the others; [`memory`] says where the state lies. [`answer`] makes the arrays that Python gets back, [`optimizer`] is
the class it sees. [`specification`] reads its options, [`saved`] its state, [`report`] tells of the last update. All arithmetic is
`thalweg_optim`'s.

Beside the optimizers stand [`network`] (layers as a function with gradients), [`data`], [`fetch`], [`training`] and [`lab`]; [`rows`] reads the
arrays of examples that they take, and [`page`] writes what a comparison found.

No Python error leaves anything half done: everything is checked before the first element changes.
*/
#![forbid(unsafe_code)]

mod answer;
mod catalog;
mod computation;
mod data;
mod entries;
mod error;
mod fetch;
mod lab;
mod lend;
mod memory;
mod network;
mod optimizer;
mod overlap;
mod page;
mod report;
mod roster;
mod rows;
mod saved;
mod specification;
mod training;
mod value;

/// The module `thalweg._native`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::catalog::{Rule, rules};
    #[pymodule_export]
    use crate::data::{Dataset, functions};
    #[pymodule_export]
    use crate::fetch::{downloadable, fetch};
    #[pymodule_export]
    use crate::lab::compare;
    #[pymodule_export]
    use crate::network::Network;
    #[pymodule_export]
    use crate::optimizer::Optimizer;
    #[pymodule_export]
    use crate::page::write_page;
    #[pymodule_export]
    use crate::training::{Trained, train};
}
