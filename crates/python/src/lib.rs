/*!
The native half of the Python package `thalweg`.

An update walks through one file a stage: [`entries`] reads the dicts, [`value`] says what an entry is, [`overlap`]
refuses entries that share memory, [`roster`] compares them with those of the first update, and [`lend`] hands contiguous
arrays to the core as they are and copies the others. [`answer`] makes the arrays that Python gets back, [`optimizer`] is
the class it sees. All arithmetic is `thalweg_optim`'s.

No Python error leaves anything half done: everything is checked before the first element changes.
*/
#![forbid(unsafe_code)]

mod answer;
mod catalog;
mod entries;
mod error;
mod lend;
mod optimizer;
mod overlap;
mod report;
mod roster;
mod saved;
mod specification;
mod value;

/// The module `thalweg._native`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::catalog::{Rule, rules};
    #[pymodule_export]
    use crate::optimizer::Optimizer;
}
