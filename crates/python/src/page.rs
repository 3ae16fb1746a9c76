//! The page of a comparison in a file, the same that `thalweg compare` writes.

use crate::error::said;
use pyo3::exceptions::{PyFileExistsError, PyOSError, PyValueError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thalweg_data::Source;
use thalweg_lab::comparison::Comparison;
use thalweg_lab::experiment::Document;
use thalweg_report::{Language, Page, is_page};
use thalweg_workloads::engine::{Engine, vocabulary};

/// Writes the page of a comparison, given as JSON, to `path`. With the data of the problems in `folder`, or where it is found without one,
/// the page shows test images.
#[pyfunction]
#[pyo3(signature = (comparison, path, *, language = "en", force = false, folder = None))]
pub(crate) fn write_page(
    py: Python<'_>,
    comparison: &str,
    path: PathBuf,
    language: &str,
    force: bool,
    folder: Option<PathBuf>,
) -> PyResult<()> {
    let comparison: Comparison = serde_json::from_str(comparison)
        .map_err(|error| PyValueError::new_err(format!("this is no comparison of this version: {error}")))?;
    let language = language_of(language)?;
    if !force && !thalweg_kit::is_replaceable(&path, is_page) {
        return Err(PyFileExistsError::new_err(format!(
            "{} is there already, and it is no page of this program; choose another name, or give force=True to replace it",
            path.display()
        )));
    }
    py.detach(|| write(&comparison, &path, language, folder))
}

fn write(comparison: &Comparison, path: &Path, language: Language, folder: Option<PathBuf>) -> PyResult<()> {
    // A saved comparison may be looked at where its data is not.
    let engine = engine(comparison, folder);
    let dataset = |index: usize| Some((index, engine.as_ref()?.dataset(index)?));
    let datasets: BTreeMap<_, _> = (0..comparison.problems.len()).filter_map(dataset).collect();
    let page =
        Page::bilingual(language, |language| thalweg_pages::comparison(comparison, &datasets, language))
            .map_err(|error| said(&error))?;
    page.write_file(path).map_err(|error| PyOSError::new_err(error.to_string()))
}

fn engine(comparison: &Comparison, folder: Option<PathBuf>) -> Option<Engine> {
    let experiment = Document::parse("", &comparison.experiment).ok()?.check(&vocabulary()).ok()?;
    Engine::new(&experiment, &Source { data_dir: folder }).ok()
}

fn language_of(code: &str) -> PyResult<Language> {
    Language::from_code(code).ok_or_else(|| {
        let codes = Language::ALL.map(Language::code).join(", ");
        PyValueError::new_err(format!("language is {code:?}; there are: {codes}"))
    })
}
